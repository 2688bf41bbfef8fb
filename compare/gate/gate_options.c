// SPDX-License-Identifier: MIT
// The command line of `tare gate`.
#include "gate_options.h"

#include "signed_rank.h"
#include "spending.h"
#include "store.h"

#include <stdlib.h>

#define FIELD(member) offsetof(struct gate_options, member)

static const char *const silenceable[] = {"build-opt", "build-san", NULL};

static const char *const suspect_names[] = {
    [SUSPECTS_UNDECIDED] = "undecided", [SUSPECTS_FAIL] = "fail", NULL};

static const struct flag rows[] = {
    {.help = "What to compare"},
    {"against", FLAG_TEXT, FIELD(files[SIDE_BASE]), .arg = "OLD",
     .help = "the suite as it was built from the old code"},
    {"against-rev", FLAG_TEXT, FIELD(revision.rev), .arg = "REV",
     .help = "the suite as --build makes it from that revision, in a git worktree of its own"},
    {"build", FLAG_TEXT, FIELD(revision.build), .arg = "COMMAND",
     .help = "for --against-rev: what builds it, say 'make suite'"},
    {"suite", FLAG_TEXT, FIELD(revision.suite), .arg = "PATH",
     .help = "for --against-rev: what was built, from where the command was run"},
    {"against-case", FLAG_TEXT, FIELD(cases[SIDE_BASE]), .arg = "GLOB",
     .help = "other trials of NEW itself, as the old ones; what stands for * pairs them"},
    {"case", FLAG_TEXT, FIELD(cases[SIDE_NEW]), .arg = "GLOB",
     .help = "for --against-case: the new ones"},
    {"store", FLAG_TEXT, FIELD(store), .arg = "DIR",
     .help = "where the baseline is found when nothing else is said (.tare); see tare baseline"},
    {"stored-gate", FLAG_CHOICE, FIELD(suspects), .choices = suspect_names, .arg = "WHAT",
     .help = "undecided or fail: what becomes of a trial that looks slower where the baseline's "
             "program cannot be run"},
    TERMS_ROWS(FIELD(terms), "1 %; 5 % where threads meet", 1e-3, 1e-4),
    {"silence", FLAG_TEXTS, FIELD(silenced), .arg = "ID",
     .help = "leave out a check: build-opt, build-san; may be repeated"},
    {.help = "How it is measured"},
    {"epochs", FLAG_COUNT, FIELD(epochs), .min = SPENDING_COUNT_MIN, .max = SIGNED_RANK_MAX,
     .arg = "N",
     .help = "launches of each side and trial, at most (200); fewer decide where that is enough"},
    {"sample-time", FLAG_TIME, FIELD(sample_ns), .min = 1e4, .max = 1e9, .arg = "TIME",
     .help = "length of a sample (1ms); lengthened where the two sides disturb each other"},
    {"trial-budget", FLAG_TIME, FIELD(budget_ns), .min = 1e6, .max = 1e15, .arg = "TIME",
     .help = "for a trial for which neither policy nor case say another (40s); one that is not "
             "decided by then is undecided"},
    {"limit", FLAG_TIME, FIELD(limit_ns), .min = 1e6, .max = 1e13, .arg = "TIME",
     .help = "a worker that gives no answer for this long is killed, and so is a program that does "
             "not list its trials (10s)"},
    {"counts", FLAG_SWITCH, FIELD(counts),
     .help = "count the instructions (under callgrind), allocations and, where there is a PMU, "
             "hardware events of each trial, on both sides; otherwise only where it was found "
             "slower, or the source or the policy gates "
             "something but the time"},
    {"in-place", FLAG_SWITCH, FIELD(is_in_place),
     .help = "run the programs where they are, not copies in TMPDIR: for those that look for files "
             "beside them; where they happen to lie in memory then counts"},
    {"cpu", FLAG_TEXT, FIELD(cpu), .arg = "LIST",
     .help = "measure on these CPUs, for example 3 or 2-5 (the quietest)"},
    {"seed", FLAG_SEED, FIELD(seed), .arg = "N", .help = "repeat the coins of a run"},
    {"replay", FLAG_TEXT, FIELD(replay), .arg = "FILE",
     .help = "measure nothing: decide again what a gate kept there with --json"},
    REPORT_OUTPUT_ROWS(FIELD(output)),
    {"json", FLAG_TEXT, FIELD(document), .arg = "FILE",
     .help = "keep what was measured there, for --replay"},
    {"quiet", FLAG_SWITCH, FIELD(quiet), .help = "no progress", .letter = 'q'},
    {"help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h'},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

// How many of the ways to say what NEW is held against were taken.
static int count_bases(const struct gate_options *options) {
    return (options->files[SIDE_BASE] != NULL) + (options->revision.rev != NULL) +
           (options->cases[SIDE_BASE] != NULL) + (options->store != NULL);
}

static bool check_sides(struct gate_options *options, const struct flag_texts *operands,
                        struct errmsg *why) {
    bool has_cases = options->cases[SIDE_BASE] != NULL || options->cases[SIDE_NEW] != NULL;
    if (options->replay != NULL)
        return operands->count + (size_t)count_bases(options) == 0 ||
               fail(why, "--replay measures nothing: leave the suites out");
    if (operands->count != 1)
        return fail(why, "gate takes one suite, NEW; tare gate --help has examples");
    if (count_bases(options) > 1)
        return fail(why, "--against, --against-rev, --against-case and --store each say what NEW "
                         "is held against: take one of them");
    if (has_cases && (options->cases[SIDE_BASE] == NULL || options->cases[SIDE_NEW] == NULL))
        return fail(why, "--case and --against-case go together");
    options->files[SIDE_NEW] = operands->items[0];
    options->store = options->store != NULL ? options->store : STORE_PATH;
    return revision_check(&options->revision, why);
}

static bool check(void *context, const struct flag_texts *operands, struct errmsg *why) {
    struct gate_options *options = context;
    return options->wants_help || (terms_check(&options->terms, why) &&
                                   terms_check_silenced(&options->silenced, silenceable, why) &&
                                   check_sides(options, operands, why));
}

bool gate_options_parse(struct gate_options *options, int argc, char **argv, struct errmsg *why) {
    *options = (struct gate_options){
        .epochs = 200,
        .sample_ns = 1000000,
        .budget_ns = 40000000000,
        .limit_ns = 10000000000,
        .output.path = "-",
    };
    terms_init(&options->terms);
    return flags_read(&table, argc, argv, options, check, why);
}

void gate_options_release(struct gate_options *options) { flags_release(&table, options); }

static const char head[] =
    "usage: tare gate [options] NEW [--against OLD]\n"
    "\n"
    "Runs two builds of a suite against each other, here and now, taking turns sample by sample,\n"
    "and says of each trial whether NEW is slower than OLD. An exact test decides as soon as it\n"
    "can; on a machine that others use, too, it sees changes of 1 %, where stored numbers see 15.\n"
    "\n"
    "  tare gate build/suite --against ../old/build/suite\n"
    "  tare gate build/suite --against-rev main --build 'make suite' --suite build/suite\n"
    "  tare gate build/suite         against the program that tare baseline add --program kept\n"
    "  tare gate build/suite --case 'hash/new/*' --against-case 'hash/old/*'\n"
    "  tare gate build/suite --against old --json gate.json; tare gate --replay gate.json\n"
    "\n";

static const char tail[] =
    "\n"
    "Build both with -falign-functions=64, as tare.mk does: otherwise where code happens to lie\n"
    "decides more than 1 %, and 3 % is the least that is looked for.\n"
    "\n"
    "Exit status: 0 pass; 1 a trial regressed; 2 wrong usage, or nothing compared; 3 a trial is\n"
    "undecided or incomparable; 4 this run cannot be judged; 5 a trial failed or is missing. The\n"
    "gravest wins: 2, 5, 4, 1, 3, 0.\n";

void gate_options_help(FILE *out) {
    fputs(head, out);
    flags_help(&table, 100, out);
    fputs(tail, out);
}
