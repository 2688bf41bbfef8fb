// SPDX-License-Identifier: MIT
// The suite's story: plan the trials, measure each in workers, tell and keep the results.

#include "tare/bench.h"

#include "allocs.h"
#include "allocs_meter.h"
#include "callgrind.h"
#include "callgrind_pass.h"
#include "chain.h"
#include "checks.h"
#include "conditions.h"
#include "console.h"
#include "counter_ladder.h"
#include "counters_pass.h"
#include "cpuident.h"
#include "disturb.h"
#include "document.h"
#include "examine.h"
#include "launch.h"
#include "limit.h"
#include "machine.h"
#include "mem.h"
#include "nstime.h"
#include "papi_version.h"
#include "pin.h"
#include "plan.h"
#include "progfile.h"
#include "registry.h"
#include "run.h"
#include "serve.h"
#include "stop.h"
#include "suite.h"
#include "suite_options.h"
#include "table.h"
#include "textfile.h"
#include "utc.h"
#include "warmheap.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status {
    EXIT_GOOD = 0,
    EXIT_LIMIT = 1, // a limit in the source is not kept
    EXIT_USAGE = 2,
    EXIT_UNKNOWN = 3, // whether a limit is kept could not be told
    EXIT_UNFIT = 4,   // this run cannot be judged
    EXIT_TRIAL = 5,   // a trial failed or was not run
    EXIT_SIGNAL = 128,
};

struct suite_run {
    struct suite_options options;
    struct document doc;
    struct document frozen; // --calls-from
    struct pin pin;
    char *program;
    struct limit_result limits;
    int output_error; // of the first text that could not be written to standard output
};

// After a failure stdio forgets the cause, and tries no more.
static void flush_output(struct suite_run *s) {
    if ((fflush(stdout) != 0 || ferror(stdout)) && !s->output_error)
        s->output_error = errno;
}

// ---- Before ----------------------------------------------------------------------------------

static bool plan(struct suite_run *s, struct errmsg *why) {
    struct suite suite, yardsticks;
    struct document *doc = &s->doc;
    if (!registry_build(&suite, why))
        return false;
    registry_yardsticks(&yardsticks, false);
    bool is_good = suite_expand(&suite, &doc->trials, &doc->trial_count, why) &&
                   plan_select(&doc->settings, &doc->trials, &doc->trial_count, why);
    bool is_empty = is_good && doc->trial_count == 0;
    if (is_empty)
        fprintf(stderr, "tare: shard %" PRIu64 " of %" PRIu64 " is empty: there are fewer trials\n",
                doc->settings.shard, doc->settings.shards);
    if (is_good && !is_empty && !s->options.list && !s->options.smoke)
        is_good = suite_expand(&yardsticks, &doc->yardsticks, &doc->yardstick_count, why);
    doc->program.units = suite.units;
    doc->program.unit_count = suite.unit_count;
    suite.units = NULL;
    suite.unit_count = 0;
    suite_release(&suite);
    suite_release(&yardsticks);
    return is_good;
}

static bool describe(struct suite_run *s, struct errmsg *why) {
    struct document *doc = &s->doc;
    doc->schema = DOCUMENT_SCHEMA;
    doc->tare = mem_text(TARE_VERSION);
    doc->started = utc_now();
    doc->program.loop_version = TARE_LOOP_VERSION;
    doc->program.libc = mem_text(machine_libc());
    s->program = progfile_self();
    return progfile_describe(&doc->program, s->program, why);
}

static bool counters_known(const char *list, struct errmsg *why) {
    struct counter_metric metrics[COUNTER_METRICS_MAX];
    return counter_ladder_parse(list, metrics, why) > 0;
}

// What can be refused is refused before anything is measured.
static bool prepare(struct suite_run *s, struct errmsg *why) {
    const struct suite_options *options = &s->options;
    if (options->json && !textfile_can_write(options->json, why))
        return false;
    if (options->counters && !counters_known(options->counters, why))
        return false;
    if (options->calls_from && !document_read(&s->frozen, options->calls_from, why))
        return false;
    if (options->malloc_policy == MALLOC_WARM && !warmheap_set(why))
        return false;
    if (!suite_options_settings(options, &s->doc.settings, why) ||
        !checks_known(&s->doc.settings, why) || !plan(s, why) || !describe(s, why))
        return false;
    if (options->list || options->smoke)
        return true;
    checks_build(&s->doc);
    checks_silence(&s->doc);
    for (size_t i = 0; i < s->doc.note_count; i++)
        if (s->doc.notes[i].level == NOTE_ERROR)
            return fail(why, "[%s] %s", s->doc.notes[i].id, s->doc.notes[i].text);
    return true;
}

// ---- Measuring -------------------------------------------------------------------------------

// Under valgrind a worker would run outside of it.
static bool is_under_valgrind(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "vgpreload");
}

// The runner waits on the CPU that it measures: it sleeps while a worker measures. Where it slept
// on another, its short naps there slowed workers whose core has that other as its sibling: XXH3 of
// 64 KiB by 15 %, through all launches of one run in five.
static void settle_down(int measured) {
    struct errmsg ignored; // it is a courtesy
    pin_set(&measured, 1, &ignored);
}

static void observe_machine(struct suite_run *s, int cpu) {
    struct cpuident ident;
    cpuident_read(&ident);
    machine_read(&s->doc, "", &ident, cpu);
    conditions_measure(&s->doc, &s->pin);
    examine_note(&s->doc, "", cpu, EXAMINE_EACH_RUN, NOTE_INFO);
}

static void print_header(const struct suite_run *s) {
    char key[MACHINE_KEY_SIZE];
    machine_key(&s->doc, key, sizeof key);
    fprintf(stderr, "tare %s  %s  cpu %d  %zu trial%s  %" PRIu64 " launches  seed 0x%" PRIx64 "\n",
            TARE_VERSION, key, s->pin.cpus[0].cpu, s->doc.trial_count,
            s->doc.trial_count == 1 ? "" : "s", s->doc.settings.launches, s->doc.settings.seed);
}

static void print_tap(const struct trial *trial, size_t index, void *context) {
    table_tap(trial, index + 1, stdout);
    flush_output(context);
}

static bool is_metric(const char *name) {
    struct counter_metric metrics[COUNTER_METRICS_MAX];
    struct errmsg ignored; // then it is none
    return counter_ladder_parse(name, metrics, &ignored) == 1 && metrics[0].rungs != NULL;
}

static void read_counters(const struct suite_options *options, const struct pass_site *site) {
    const char *list = options->counters ? options->counters : "", *names[COUNTER_METRICS_MAX + 1];
    struct counter_metric metrics[COUNTER_METRICS_MAX];
    struct errmsg checked; // before anything was measured
    size_t count = counter_ladder_parse(list, metrics, &checked);
    counter_ladder_names(metrics, count, names);
    counters_pass(site, options->counters, names, is_metric);
    chain_pass(site, options->counters && counter_ladder_has(metrics, count, "cycles"));
}

// Times are known by then: nothing that counts can change them.
static void count_beside(const struct suite_options *options, const struct pass_site *site) {
    read_counters(options, site);
    allocs_pass(site, options->allocs, allocs_meter_is_sanitized());
    callgrind_pass(site, options->counts, &options->kept_variables);
}

// What a run learnt beside its trials.
struct learnt {
    struct disturb_change change;
    struct run_facts facts;
};

static void time_trials(const struct run *run, int cpu, struct learnt *learnt) {
    struct disturb before, after;
    disturb_read(&before, "", cpu);
    run_trials(run, &learnt->facts);
    disturb_read(&after, "", cpu);
    learnt->change = disturb_diff(&before, &after, (double)learnt->facts.worker_ns / 1e9);
}

static void note_learnt(struct suite_run *s, int cpu, const struct learnt *learnt) {
    disturb_note(&s->doc, &learnt->change, cpu);
    checks_results(&s->doc, &learnt->facts);
    if (checks_found(&s->doc, "freq-drift", NOTE_WARNING))
        examine_note(&s->doc, "", cpu, EXAMINE_WITH_DRIFT, NOTE_WARNING);
    s->limits = limit_check(&s->doc);
}

// Times the trials, and counts what is to be counted.
static void run_passes(struct suite_run *s, const struct launch_how *how, struct console *console,
                       int cpu, struct learnt *learnt) {
    const struct suite_options *options = &s->options;
    struct run run = {
        .doc = &s->doc,
        .how = how,
        .pin = &s->pin,
        .console = console,
        .frozen = options->calls_from ? &s->frozen : NULL,
        .limit_ns = options->limit_ns,
        .is_smoke = options->smoke,
        .on_trial = options->smoke ? print_tap : NULL,
        .context = s,
    };
    time_trials(&run, cpu, learnt);
    if (!options->smoke)
        count_beside(options, &(struct pass_site){.doc = &s->doc,
                                                  .trials = s->doc.trials,
                                                  .trial_count = s->doc.trial_count,
                                                  .how = how,
                                                  .pin = &s->pin,
                                                  .console = console,
                                                  .limit_ns = options->limit_ns});
}

static bool measure(struct suite_run *s, char **argv, struct errmsg *why) {
    const struct suite_options *options = &s->options;
    if (!pin_init(&s->pin, "", options->cpu, why))
        return false;
    int cpu = s->pin.cpus[0].cpu;
    observe_machine(s, cpu);
    struct console console;
    console_init(&console, options->quiet);
    struct launch_how how = {
        .program = s->program,
        .argv = argv,
        .serve_here = options->in_process || is_under_valgrind() ? serve : NULL,
        .fixed_layout = options->fixed_layout,
        .warm_heap = options->malloc_policy == MALLOC_WARM,
    };
    struct learnt learnt;
    uint64_t begun_ns = nstime_now();
    if (!options->smoke && !options->quiet)
        print_header(s);
    launch_prepare();
    settle_down(cpu);
    run_passes(s, &how, &console, cpu, &learnt);
    stop_hold(true);
    s->doc.elapsed_ms = (nstime_now() - begun_ns) / 1000000;
    s->doc.interrupted = stop_signal() != 0;
    if (!options->smoke)
        note_learnt(s, cpu, &learnt);
    run_facts_release(&learnt.facts);
    checks_silence(&s->doc);
    return true;
}

// ---- After -----------------------------------------------------------------------------------

static bool write_document(const struct suite_run *s, struct errmsg *why) {
    size_t length;
    char *text = document_text(&s->doc, &length);
    bool is_good = textfile_write(s->options.json, text, length, why);
    free(text);
    return is_good;
}

// The document first: the table's reader may be gone.
static bool tell(const struct suite_run *s, struct errmsg *why) {
    bool is_json_shown = s->options.json && strcmp(s->options.json, "-") == 0;
    if (s->options.json && !write_document(s, why))
        return false;
    stop_hold(false);
    if (s->options.list && !is_json_shown)
        table_list(&s->doc, stdout);
    else if (!s->options.list && !s->options.smoke && !is_json_shown)
        table_print(&s->doc, console_width(STDOUT_FILENO), console_has_color(STDOUT_FILENO),
                    s->options.verbose, stdout);
    return true;
}

static int judge(const struct suite_run *s) {
    if (stop_signal())
        return EXIT_SIGNAL + stop_signal();
    size_t lost = 0, measured = 0;
    for (size_t i = 0; i < s->doc.trial_count; i++) {
        int status = s->doc.trials[i].status;
        lost += status == TRIAL_FAILED || status == TRIAL_PLANNED;
        measured += status == TRIAL_MEASURED;
    }
    if (lost)
        return EXIT_TRIAL;
    if (!measured && s->doc.trial_count) {
        fputs("tare: nothing was measured: every trial was skipped\n", stderr);
        return EXIT_USAGE;
    }
    if (checks_found(&s->doc, "quota", NOTE_ERROR) ||
        checks_found(&s->doc, "ctr-class", NOTE_ERROR))
        return EXIT_UNFIT;
    return s->limits.breached ? EXIT_LIMIT : s->limits.unknown ? EXIT_UNKNOWN : EXIT_GOOD;
}

static void print_feature(const char *version, const char *name) {
    if (version)
        printf("%s\n", version);
    else
        printf("without %s\n", name);
}

static void print_version(void) {
    printf("tare %s\n", TARE_VERSION);
    printf("cJSON %s\n", json_library_version());
    print_feature(progfile_hash_library(), "xxHash");
    print_feature(cpuident_library(), "libcpuid");
    print_feature(papi_version(), "PAPI");
    char *valgrind = callgrind_tool();
    print_feature(valgrind, "valgrind");
    free(valgrind);
}

static bool run_suite(struct suite_run *s, char **argv, int *status, struct errmsg *why) {
    if (!prepare(s, why))
        return false;
    if (s->options.list)
        return tell(s, why);
    if (s->options.smoke)
        printf("1..%zu\n", s->doc.trial_count);
    if (!measure(s, argv, why) || !tell(s, why))
        return false;
    *status = judge(s);
    return true;
}

static bool obey(struct suite_run *s, int argc, char **argv, int *status, struct errmsg *why) {
    if (!suite_options_parse(&s->options, argc, argv, why))
        return false;
    *status = EXIT_GOOD;
    if (s->options.help)
        suite_options_help(argv[0], console_width(STDOUT_FILENO), stdout);
    else if (s->options.version)
        print_version();
    else if (!run_suite(s, argv, status, why))
        return false;
    flush_output(s);
    return !s->output_error || fail(why, "standard output: the results could not be written: %s",
                                    strerror(s->output_error));
}

int tare_main(int argc, char **argv) {
    int role = serve_role();
    if (role >= 0)
        return serve(role);
    signal(SIGPIPE, SIG_IGN); // a write that fails is told
    signal(SIGXFSZ, SIG_IGN);
    struct suite_run s = {0};
    struct errmsg why;
    int status;
    if (!obey(&s, argc, argv, &status, &why)) {
        fprintf(stderr, "tare: %s\n", why.text);
        status = EXIT_USAGE;
    }
    suite_options_release(&s.options);
    document_release(&s.doc);
    document_release(&s.frozen);
    pin_release(&s.pin);
    free(s.program);
    return status;
}
