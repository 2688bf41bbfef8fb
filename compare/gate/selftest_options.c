// SPDX-License-Identifier: MIT
// The command line of `tare selftest`.
#include "selftest_options.h"

#include "signed_rank.h"
#include "spending.h"
#include "verdict.h"

#include <math.h>
#include <stdlib.h>

#define FIELD(member) offsetof(struct selftest_options, member)

static const uint64_t quick_ns = 60000000000;

static const char *const formats[] = {[SELFTEST_TEXT] = "text", [SELFTEST_JSON] = "json", NULL};

static const struct flag rows[] = {
    {.help = "What to test with"},
    {"filter", FLAG_TEXTS, FIELD(filters), .arg = "GLOB",
     .help = "these trials of the suite, too; may be repeated"},
    {"full", FLAG_SWITCH, FIELD(is_full),
     .help = "all trials of the suite, and 20 rounds of probes; it says how long that takes"},
    {"time", FLAG_TIME, FIELD(time_ns), .min = 1e9, .max = 1e14, .arg = "TIME",
     .help = "about as long as this, but one round of probes at least (1m, unless --full)"},
    {.help = "How strictly"},
    {"policy", FLAG_TEXT, FIELD(policy), .arg = "FILE",
     .help = "read the policy there (the first " POLICY_FILE " from this directory up to the "
             "repository's)"},
    {"detect", FLAG_PERCENT, FIELD(said[POLICY_DETECT]), .min = 0.001, .max = 1, .arg = "PERCENT",
     .help = "the slowdown that must be caught, whatever policy and case say (1 %; 5 % where "
             "threads meet)"},
    {"ignore", FLAG_PERCENT, FIELD(said[POLICY_IGNORE]), .min = 0, .max = 1, .arg = "PERCENT",
     .help = "slowdowns up to this are no regression (0.3 x detect)"},
    {"alpha", FLAG_PERCENT, FIELD(alpha), .min = 1e-3, .max = 0.5, .arg = "PERCENT",
     .help = "risk of any false alarm in a gate of the whole suite (1 %)"},
    {"miss", FLAG_PERCENT, FIELD(miss), .min = 1e-4, .max = 0.5, .arg = "PERCENT",
     .help = "risk of passing a trial that is slower by detect (5 %)"},
    {.help = "How it is measured"},
    {"epochs", FLAG_COUNT, FIELD(epochs), .min = SPENDING_COUNT_MIN, .max = SIGNED_RANK_MAX,
     .arg = "N", .help = "launches of each side in a probe, at most (200)"},
    {"in-place", FLAG_SWITCH, FIELD(is_in_place),
     .help = "run the suite where it is, not copies of it, as for tare gate"},
    {"sample-time", FLAG_TIME, FIELD(sample_ns), .min = 1e4, .max = 1e9, .arg = "TIME",
     .help = "length of a sample (1ms)"},
    {"limit", FLAG_TIME, FIELD(limit_ns), .min = 1e6, .max = 1e13, .arg = "TIME",
     .help = "a worker that gives no answer for this long is killed (10s)"},
    {"cpu", FLAG_TEXT, FIELD(cpu), .arg = "LIST",
     .help = "measure on these CPUs, for example 3 or 2-5 (the quietest)"},
    {"seed", FLAG_SEED, FIELD(seed), .arg = "N", .help = "repeat the coins of a self-test"},
    {.help = "Output"},
    {"format", FLAG_CHOICE, FIELD(format), .choices = formats, .arg = "FORMAT",
     .help = "text or json"},
    {"output", FLAG_TEXT, FIELD(path), .arg = "FILE", .help = "write there, not to the terminal"},
    {"quiet", FLAG_SWITCH, FIELD(quiet), .help = "no progress", .letter = 'q'},
    {"help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h'},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

static bool check(void *context, const struct flag_texts *operands, struct errmsg *why) {
    struct selftest_options *options = context;
    if (options->wants_help)
        return true;
    if (operands->count != 1)
        return fail(why, "selftest takes one suite; tare selftest --help has an example");
    options->suite = operands->items[0];
    if (options->time_ns == 0 && !options->is_full)
        options->time_ns = quick_ns;
    return true;
}

bool selftest_options_parse(struct selftest_options *options, int argc, char **argv,
                            struct errmsg *why) {
    *options = (struct selftest_options){
        .alpha = verdict_rule.alpha,
        .miss = verdict_rule.miss,
        .epochs = 200,
        .sample_ns = 1000000,
        .limit_ns = 10000000000,
        .path = "-",
    };
    for (int i = 0; i < POLICY_KEYS; i++)
        options->said[i] = NAN;
    return flags_read(&table, argc, argv, options, check, why);
}

void selftest_options_release(struct selftest_options *options) { flags_release(&table, options); }

static const char head[] =
    "usage: tare selftest [options] SUITE\n"
    "\n"
    "Tries out, on this machine and now, what a gate can tell: runs the suite against itself "
    "again\n"
    "and again, as it is and slowed down by known amounts, through all that a gate does, and "
    "counts\n"
    "false alarms and what was caught. Kernels of tare's own are in every suite: the core, the L2\n"
    "cache, memory.\n"
    "\n"
    "  tare selftest build/suite                      a minute, tare's own kernels\n"
    "  tare selftest --filter 'json/*' build/suite    and these trials\n"
    "  tare selftest --full build/suite               all trials\n"
    "\n";

static const char tail[] =
    "\n"
    "A trial is slowed down by asking its worker for more calls than are counted. Each probe is\n"
    "judged as strictly as one of the suite's trials in a gate of them all.\n"
    "\n"
    "Exit status: 0 what a gate promises was seen; 1 it errs more often than it promises; 3 it is\n"
    "too noisy here to see what is to be detected; 5 a trial failed; 4 stopped before its end;\n"
    "2 wrong usage, or nothing tested. The gravest wins: 2, 5, 4, 1, 3, 0. Chance alone makes it "
    "1\n"
    "or 3 in at most one self-test of 100.\n";

void selftest_options_help(FILE *out) {
    fputs(head, out);
    flags_help(&table, 100, out);
    fputs(tail, out);
}
