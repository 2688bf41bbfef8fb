// SPDX-License-Identifier: MIT
// The command line of `tare compare`.
#include "compare_options.h"

#include "comparable.h"
#include "report.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(member) offsetof(struct compare_options, member)

static const char *const silenceable[] = {"build-opt", "build-san", "one-sided", "yardstick", NULL};

static const struct flag rows[] = {
    {.help = "What to compare"},
    {"base", FLAG_TEXTS, FIELD(paths[SIDE_BASE]), .arg = "PATH",
     .help = "a document of the old code, or a directory of them; may be repeated"},
    {"new", FLAG_TEXTS, FIELD(paths[SIDE_NEW]), .arg = "PATH",
     .help = "a document of the new code, or a directory of them; may be repeated"},
    {"store", FLAG_TEXT, FIELD(store), .arg = "DIR",
     .help = "where the baseline is found when no BASE is given (.tare); see tare baseline"},
    {"init", FLAG_SWITCH, FIELD(init),
     .help = "where the store has no baseline for NEW: begin one with it, if it passes limits and "
             "no trial failed"},
    TERMS_ROWS(FIELD(terms), "10 %; 30 % where threads meet", 1e-6, 1e-6),
    {"allow", FLAG_TEXTS, FIELD(allowed), .arg = "FACT",
     .help = "compare although this fact differs, say unit.compiler; may be repeated"},
    {"silence", FLAG_TEXTS, FIELD(silenced), .arg = "ID",
     .help = "leave out a check: build-opt, build-san, one-sided, yardstick; may be repeated"},
    REPORT_OUTPUT_ROWS(FIELD(output)),
    {"help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h'},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

static bool take_operands(struct compare_options *options, const struct flag_texts *operands,
                          struct errmsg *why) {
    size_t base = options->paths[SIDE_BASE].count, new = options->paths[SIDE_NEW].count;
    if (operands->count == 2 && base == 0 && new == 0) {
        flag_texts_add(&options->paths[SIDE_BASE], operands->items[0]);
        flag_texts_add(&options->paths[SIDE_NEW], operands->items[1]);
        return true;
    }
    if (operands->count == 1 && new == 0) {
        flag_texts_add(&options->paths[SIDE_NEW], operands->items[0]);
        return true;
    }
    if (operands->count == 0 && new != 0)
        return true;
    return fail(why, "compare takes NEW, or BASE and NEW, or --base and --new instead; tare "
                     "compare --help has examples");
}

static bool check(void *context, const struct flag_texts *operands, struct errmsg *why) {
    struct compare_options *options = context;
    if (options->wants_help)
        return true;
    return terms_check(&options->terms, why) && take_operands(options, operands, why) &&
           terms_check_silenced(&options->silenced, silenceable, why) &&
           comparable_check_allowed(&options->allowed, why);
}

bool compare_options_parse(struct compare_options *options, int argc, char **argv,
                           struct errmsg *why) {
    *options = (struct compare_options){
        .output.path = "-",
        .store = STORE_PATH,
    };
    terms_init(&options->terms);
    return flags_read(&table, argc, argv, options, check, why);
}

void compare_options_release(struct compare_options *options) { flags_release(&table, options); }

static const char head[] =
    "usage: tare compare [options] [BASE] NEW\n"
    "\n"
    "Holds the documents of a new run against those of an old one and says of each trial whether\n"
    "it got slower. BASE and NEW are files that a suite wrote with --json, or directories of such\n"
    "files; several runs a side see smaller changes than one, which sees 10 to 15 %.\n"
    "\n"
    "  build/bench --json old.json       before the change\n"
    "  build/bench --json new.json       after it, on the same machine, soon\n"
    "  tare compare old.json new.json\n"
    "\n"
    "  tare compare new.json             against the baseline in the store\n"
    "  tare compare --detect 15% --filter 'json/*' baselines/ new.json\n"
    "  tare compare --on undecided=0 --format markdown --output report.md old.json new.json\n"
    "\n";

static const char tail[] =
    "\n"
    "Policy: each line is a glob, as for --filter, and what holds for the trials that it matches.\n"
    "Without --policy it is the first " POLICY_FILE
    " in this directory and those above it, up to that\n"
    "which holds .git; the report names it.\n"
    "\n"
    "  *             detect=15% ignore=4%\n"
    "  json/parse*   detect=12% weight=2 limit.time=120us limit.rss_kb=4000\n"
    "  net/*         advisory budget=3s          # budget: for tare gate\n"
    "  waive json/parse  limit=20% until=2026-12-31 issue=#123 reason=\"checks UTF-8 now\"\n"
    "\n"
    "For each key alone, the command line goes before the policy, the policy before the case, the\n"
    "case before the default; in the policy the glob with the most literal characters wins, then\n"
    "the later line. Limits are hard: a trial of new, advisory or without a base as well, whose\n"
    "median is beyond one has regressed, noise or not, and one that does not report the metric is\n"
    "undecided. A waiver takes regressions up to its limit out of the gate, until its day is over\n"
    "by the clock of the newest run; with metric=NAME it raises the limit of that metric.\n"
    "\n"
    "Exit status: 0 pass; 1 a trial regressed; 2 wrong usage or input, or nothing\n"
    "compared; 3 a trial is undecided or incomparable; 4 this run cannot be judged (another "
    "machine,\n"
    "or the machine changed); 5 a trial failed or is missing. The gravest wins: 2, 5, 4, 1, 3, "
    "0.\n";

void compare_options_help(FILE *out) {
    fputs(head, out);
    flags_help(&table, 100, out);
    fputs(tail, out);
}
