// SPDX-License-Identifier: MIT
// The command line of a suite.

#include "suite_options.h"

#include "mem.h"
#include "plan.h"
#include "seed.h"

#include <stdlib.h>

#define US          ((uint64_t)1000)
#define MS          (1000 * US)
#define S           (1000 * MS)
#define FIELD(name) .offset = offsetof(struct suite_options, name)

static const char *const malloc_policies[] = {"default", "warm", NULL};

static const struct flag rows[] = {
    {.help = "Which trials"},
    {"filter", FLAG_TEXTS, FIELD(filters), .arg = "GLOB",
     .help = "only trials whose name, case or group matches; may be repeated"},
    {"exclude", FLAG_TEXTS, FIELD(excludes), .arg = "GLOB", .help = "not those; may be repeated"},
    {"tag", FLAG_TEXTS, FIELD(tags), .arg = "TAG",
     .help = "only cases with this tag; may be repeated"},
    {"shard", FLAG_TEXT, FIELD(shard), .arg = "I/N",
     .help = "the I-th of N parts of the suite; join them with tare merge"},
    {"list", FLAG_SWITCH, FIELD(list),
     .help = "print the names of the trials and run nothing; with --json as a document"},

    {.help = "How they are measured"},
    {"launches", FLAG_COUNT, FIELD(launches), .min = 1, .max = 1000, .arg = "N",
     .help = "fresh processes per trial, spread over the run (default 10)"},
    {"samples", FLAG_COUNT, FIELD(samples), .min = 1, .max = 10000, .arg = "N",
     .help = "samples of each launch (default 5)"},
    {"batch-time", FLAG_TIME, FIELD(batch_ns), .min = 1e3, .max = 1e10, .arg = "TIME",
     .help = "aim for batches of this length (default 20us)"},
    {"sample-time", FLAG_TIME, FIELD(sample_ns), .min = 1e3, .max = 1e10, .arg = "TIME",
     .help = "aim for samples of this length (default 1ms)"},
    {"budget", FLAG_TIME, FIELD(budget_ns), .min = 1e6, .max = 1e15, .arg = "TIME",
     .help = "stop the whole run after this time; what was not begun is reported"},
    {"trial-budget", FLAG_TIME, FIELD(trial_budget_ns), .min = 1e6, .max = 1e15, .arg = "TIME",
     .help = "fewer samples and launches where a trial would take longer (default 2s)"},
    {"limit", FLAG_TIME, FIELD(limit_ns), .min = 1e6, .max = 1e15, .arg = "TIME",
     .help = "a worker that gives no answer for this long is killed (default 10s)"},
    {"calls-from", FLAG_TEXT, FIELD(calls_from), .arg = "FILE",
     .help = "keep the calls per batch of an earlier document"},
    {"cpu", FLAG_TEXT, FIELD(cpu), .arg = "LIST",
     .help = "measure on these CPUs, for example 3 or 2-5 (default: the quietest)"},
    {"seed", FLAG_SEED, FIELD(seed), .arg = "N", .help = "repeat the random order of a run"},
    {"fixed-layout", FLAG_SWITCH, FIELD(fixed_layout),
     .help = "no address space randomisation: for debugging, not for comparing"},
    {"malloc", FLAG_CHOICE, FIELD(malloc_policy), .choices = malloc_policies, .arg = "POLICY",
     .help = "warm: glibc's heap keeps what is freed, so that its pages are not faulted in again "
             "(default: left alone)"},
    {"in-process", FLAG_SWITCH, FIELD(in_process),
     .help = "no worker processes: for debuggers; a crash ends the run"},
    {"smoke", FLAG_SWITCH, FIELD(smoke),
     .help = "one call of each trial with all its checks, as TAP; measures nothing"},

    {.help = "What is counted beside the time, in processes of their own"},
    {"counters", FLAG_WISH, FIELD(counters), .arg = "LIST",
     .help = "cycles (estimated where no counter gives them), instructions, branches, misses, page "
             "faults; or those of the list: also any event that PAPI or the kernel knows by name"},
    {"counts", FLAG_SWITCH, FIELD(counts),
     .help = "instructions, data reads and writes and branches of a call, exactly, under valgrind"},
    {"keep-env", FLAG_TEXTS, FIELD(kept_variables), .arg = "NAME",
     .help = "--counts clears the environment, but for this variable; may be repeated"},
    {"allocs", FLAG_SWITCH, FIELD(allocs),
     .help = "calls of malloc and its kin, the bytes asked for, growth and peak of the heap"},

    {.help = "What is written"},
    {"json", FLAG_TEXT, FIELD(json), .arg = "FILE",
     .help = "write the document there; - is standard output, without the table"},
    {"silence", FLAG_TEXTS, FIELD(silenced), .arg = "ID",
     .help = "no check of this id, which the document records; may be repeated"},
    {"quiet", FLAG_SWITCH, FIELD(quiet), .help = "no progress", .letter = 'q'},
    {"verbose", FLAG_SWITCH, FIELD(verbose), .help = "also notes of level info", .letter = 'v'},
    {"help", FLAG_SWITCH, FIELD(help), .help = "this text", .letter = 'h'},
    {"version", FLAG_SWITCH, FIELD(version), .help = "version and features"},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

bool suite_options_parse(struct suite_options *options, int argc, char **argv, struct errmsg *why) {
    *options = (struct suite_options){
        .launches = 10,
        .samples = 5,
        .batch_ns = 20 * US,
        .sample_ns = 1 * MS,
        .trial_budget_ns = 2 * S,
        .limit_ns = 10 * S,
    };
    struct flag_texts operands = {0};
    bool is_good = flags_parse(&table, argc, argv, options, &operands, why);
    if (is_good && operands.count)
        is_good = fail(why, "'%s' is not an option; to choose trials use --filter '%s'",
                       operands.items[0], operands.items[0]);
    free((void *)operands.items);
    return is_good;
}

void suite_options_release(struct suite_options *options) { flags_release(&table, options); }

static char **copy_texts(const struct flag_texts *texts, size_t *count) {
    char **copy = mem_zero(texts->count, sizeof *copy);
    for (size_t i = 0; i < texts->count; i++)
        copy[i] = mem_text(texts->items[i]);
    *count = texts->count;
    return copy;
}

bool suite_options_settings(const struct suite_options *options, struct settings *settings,
                            struct errmsg *why) {
    *settings = (struct settings){
        .seed = seed_of(options->seed),
        .launches = options->launches,
        .samples = options->samples,
        .batch_ns = options->batch_ns,
        .sample_ns = options->sample_ns,
        .budget_ns = options->budget_ns,
        .trial_budget_ns = options->trial_budget_ns,
        .fixed_layout = options->fixed_layout,
        .malloc_policy = options->malloc_policy == MALLOC_WARM ? mem_text("warm") : NULL,
    };
    settings->filters = copy_texts(&options->filters, &settings->filter_count);
    settings->excludes = copy_texts(&options->excludes, &settings->exclude_count);
    settings->tags = copy_texts(&options->tags, &settings->tag_count);
    settings->silenced = copy_texts(&options->silenced, &settings->silenced_count);
    return !options->shard ||
           plan_parse_shard(options->shard, &settings->shard, &settings->shards, why);
}

void suite_options_help(const char *program, int width, FILE *out) {
    fprintf(out,
            "usage: %s [options]\n\n"
            "Runs the benchmark cases of this program, each in processes of its own on the "
            "quietest CPU,\n"
            "and prints the median time per call. Keep a document with --json and hold a later one "
            "against\nit with tare compare.\n\n"
            "  %s --filter 'json/*' --json new.json\n"
            "  tare compare base.json new.json\n\n",
            program, program);
    flags_help(&table, width, out);
    fputs("\nExit status: 0 all was measured; 1 a limit of the source (bench_limit) is not kept; 2 "
          "usage,\ninput or output, or nothing to run; 3 whether a limit is kept could not be "
          "told; 4 "
          "the machine\nwas throttled; 5 a trial failed or was not run.\n",
          out);
}
