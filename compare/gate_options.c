// SPDX-License-Identifier: MIT
// The command line of `tare gate`.
#include "gate_options.h"

#include "signed_rank.h"
#include "spending.h"

#include <stdlib.h>

#define FIELD(member) offsetof(struct gate_options, member)

static const char *const silenceable[] = {"build-opt", "build-san", NULL};

static const struct flag rows[] = {
    {.help = "What to compare"},
    {"against", FLAG_TEXT, FIELD(files[SIDE_BASE]), .arg = "OLD",
     .help = "the suite as it was built from the old code"},
    TERMS_ROWS(FIELD(terms), "1 %; 5 % where threads meet", 1e-3, 1e-4),
    {"silence", FLAG_TEXTS, FIELD(silenced), .arg = "ID",
     .help = "leave out a check: build-opt, build-san; may be repeated"},
    {.help = "How it is measured"},
    {"epochs", FLAG_COUNT, FIELD(epochs), .min = SPENDING_COUNT_MIN, .max = SIGNED_RANK_MAX,
     .arg = "N",
     .help = "launches of each side and trial, at most (40); fewer decide where that is enough"},
    {"sample-time", FLAG_TIME, FIELD(sample_ns), .min = 1e4, .max = 1e9, .arg = "TIME",
     .help = "length of a sample (1ms); lengthened where the two sides disturb each other"},
    {"trial-budget", FLAG_TIME, FIELD(budget_ns), .min = 1e6, .max = 1e15, .arg = "TIME",
     .help = "for a trial for which neither policy nor case say another (60s); one that is not "
             "decided by then is undecided"},
    {"limit", FLAG_TIME, FIELD(limit_ns), .min = 1e6, .max = 1e13, .arg = "TIME",
     .help = "a worker that gives no answer for this long is killed, and so is a program that does "
             "not list its trials (10s)"},
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

static bool check(struct gate_options *options, const struct flag_texts *operands,
                  struct errmsg *why) {
    if (options->wants_help)
        return true;
    if (!terms_check(&options->terms, why) ||
        !terms_check_silenced(&options->silenced, silenceable, why))
        return false;
    bool is_measured = options->replay == NULL;
    if (!is_measured && (operands->count != 0 || options->files[SIDE_BASE] != NULL))
        return fail(why, "--replay measures nothing: leave the suites out");
    if (is_measured && (operands->count != 1 || options->files[SIDE_BASE] == NULL))
        return fail(why, "gate takes NEW and --against OLD, two suites; tare gate --help has an "
                         "example");
    options->files[SIDE_NEW] = is_measured ? operands->items[0] : NULL;
    return true;
}

bool gate_options_parse(struct gate_options *options, int argc, char **argv, struct errmsg *why) {
    *options = (struct gate_options){
        .epochs = 40,
        .sample_ns = 1000000,
        .budget_ns = 60000000000,
        .limit_ns = 10000000000,
        .output.path = "-",
    };
    terms_init(&options->terms);
    struct flag_texts operands = {0};
    bool good =
        flags_parse(&table, argc, argv, options, &operands, why) && check(options, &operands, why);
    free(operands.items);
    if (!good)
        gate_options_release(options);
    return good;
}

void gate_options_release(struct gate_options *options) { flags_release(&table, options); }

static const char head[] =
    "usage: tare gate [options] NEW --against OLD\n"
    "\n"
    "Runs two builds of a suite against each other, here and now, taking turns sample by sample,\n"
    "and says of each trial whether NEW is slower than OLD. An exact test decides as soon as it\n"
    "can; on a machine that others use, too, it sees changes of 1 %, where stored numbers see 15.\n"
    "\n"
    "  git worktree add ../old main && make -C ../old suite && make suite\n"
    "  tare gate build/suite --against ../old/build/suite\n"
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
