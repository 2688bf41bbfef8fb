// SPDX-License-Identifier: MIT
// tare compare: documents in, verdicts, a report and an exit status out.
#include "compare.h"

#include "base.h"
#include "baseline_add.h"
#include "command.h"
#include "compare_options.h"
#include "effective.h"
#include "enforce.h"
#include "evidence.h"
#include "match.h"
#include "mem.h"
#include "obstacle.h"
#include "policy.h"
#include "report_frame.h"
#include "report_output.h"
#include "rows.h"
#include "textfile.h"
#include "verdict.h"

#include <tare/bench.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What is known of one comparison, in the order in which it becomes known.
struct comparison {
    struct policy policy;
    struct side sides[SIDES];
    struct base base; // from the store; empty: paths were given, or a baseline begins
    bool is_baseline; // new is the baseline itself
    struct matches matches;
    struct effective *effective; // one per match
    struct obstacles obstacles;
    struct evidence_set evidence;
    struct judgement *judgements; // one per item of the evidence
    struct shift shift;
};

static struct rule rule_of(const struct compare_options *options, double ignore) {
    struct rule rule = verdict_rule;
    rule.alpha = options->terms.alpha;
    rule.miss = options->terms.miss;
    rule.ignore = ignore;
    if (flag_texts_have(&options->silenced, "one-sided"))
        rule.shift_share = INFINITY;
    return rule;
}

// ---- Rows ------------------------------------------------------------------------------------

static void add_rows(struct report *report, const struct comparison *c) {
    report->row_count = c->matches.count;
    report->rows = mem_zero(report->row_count, sizeof *report->rows);
    for (size_t i = 0; i < report->row_count; i++)
        report->rows[i] = row_of(&c->matches.items[i], &c->effective[i], &c->policy);
    for (size_t i = 0; i < c->evidence.count; i++) {
        size_t match = c->evidence.match[i];
        row_add_judgement(&report->rows[match], &c->judgements[i]);
        report->rule.gated += c->evidence.items[i].gated;
        const char *obstacle = obstacles_of(&c->obstacles, match);
        if (obstacle != NULL)
            row_add_obstacle(&report->rows[match], obstacle);
    }
    report->outside = c->matches.outside;
    enforce(report, &c->policy, c->sides, &c->matches, c->effective);
    report_finish(report);
}

// Numbers of another day may look slower for another reason.
static void spare_suspects(struct comparison *c) {
    for (size_t i = 0; i < c->evidence.count; i++) {
        struct judgement *j = &c->judgements[i];
        if (j->verdict != VERDICT_REGRESSED)
            continue;
        char *reason = mem_printf("suspect: %s; only old and new code run against each other tell "
                                  "(--against), or --stored-gate=fail",
                                  j->reason);
        free(j->reason);
        j->reason = reason;
        j->verdict = VERDICT_UNDECIDED;
    }
}

// ---- Notes and status ------------------------------------------------------------------------

static void note_shift(struct report *report, const struct shift *shift) {
    if (shift->trials == 0)
        return;
    report_note(report, NOTE_WARNING, "one-sided",
                "%zu of %zu trials moved the same way, by about %+.1f %%: the machine changed, or "
                "something common to all trials did (flags, allocator, library); measure old and "
                "new again on one machine, back to back",
                shift->trials, shift->total, 100 * expm1(shift->change));
}

static void note_unpaired(struct report *report, const char *unpaired) {
    report_note(
        report, NOTE_WARNING, "stored",
        "new was measured alone and is held against stored numbers, which show large changes "
        "only: %s",
        unpaired);
}

static void note_undecided(struct report *report) {
    if (report->verdicts[VERDICT_UNDECIDED] != 0)
        report_note(report, NOTE_INFO, "few-n",
                    "more runs a side (--base and --new take several), a quieter machine or a "
                    "larger --detect leave fewer trials undecided");
}

// ---- The first run ---------------------------------------------------------------------------

static bool is_first(const struct comparison *c) {
    return c->sides[SIDE_BASE].count == 0 && !c->is_baseline;
}

// A baseline that begins because the old one was not found would pass what it should have caught.
static void note_others(struct report *report, const struct base *base) {
    for (size_t i = 0; i < base->others.count; i++) {
        const struct baseline *other = &base->others.items[i];
        bool is_here = strcmp(other->machine, base->names.machine) == 0;
        char *text =
            is_here
                ? mem_printf("the store has a baseline of another program, %s, on this machine: "
                             "this run is not compared with it; if the program was renamed, that "
                             "is a mistake",
                             other->program)
                : mem_printf("the store has a baseline of %s on another machine, %s: this run, on "
                             "%s, is not compared with it",
                             other->program, other->machine, base->names.machine);
        report_note(report, NOTE_WARNING, "first-run", "%s", text);
        fprintf(stderr, "tare: warning: %s\n", text);
        free(text);
    }
}

static bool add_baseline(const struct side *side, const char *store, struct errmsg *why) {
    struct flag_texts paths = {0};
    char **texts = mem_zero(side->count, sizeof *texts);
    for (size_t i = 0; i < side->count; i++) {
        flag_texts_add(&paths, side->runs[i].path);
        texts[i] = side->runs[i].text;
    }
    struct baseline_add wanted = {
        .store = store, .paths = &paths, .texts = texts, .may_begin = true};
    bool good = baseline_add(&wanted, stderr, why);
    free(texts);
    free(paths.items);
    return good;
}

// A run that passes without a base begins the baseline.
static bool begin_baseline(const struct comparison *c, const char *store, struct report *report,
                           struct errmsg *why) {
    if (c->is_baseline)
        report_note(report, NOTE_INFO, "first-run",
                    "this run is the baseline: nothing was compared");
    if (!is_first(c))
        return true;
    note_others(report, &c->base);
    if (report->status != STATUS_PASS) {
        report_note(report, NOTE_WARNING, "first-run",
                    "first run: nothing was compared, and no baseline was begun with it, as it "
                    "does not pass");
        return true;
    }
    report_note(report, NOTE_INFO, "first-run",
                "first run: nothing was compared; begun as the baseline");
    return add_baseline(&c->sides[SIDE_NEW], store, why);
}

// ---- The story -------------------------------------------------------------------------------

static void judge(struct comparison *c, const struct rule *rule) {
    evidence_gather(&c->evidence, &c->matches, c->effective);
    c->judgements = mem_zero(c->evidence.count, sizeof *c->judgements);
    c->shift = verdict_judge(c->evidence.items, c->evidence.count, rule, c->judgements);
}

static void comparison_release(struct comparison *c) {
    for (size_t i = 0; i < c->evidence.count; i++)
        free(c->judgements[i].reason);
    free(c->judgements);
    evidence_release(&c->evidence);
    obstacles_release(&c->obstacles);
    effective_release_all(c->effective, &c->matches);
    match_release(&c->matches);
    for (int side = 0; side < SIDES; side++)
        side_release(&c->sides[side]);
    base_release(&c->base);
    policy_release(&c->policy);
}

// From the paths given, or else from the store; stays empty where a baseline may begin, or did with
// new.
static bool read_base(struct comparison *c, const struct compare_options *options,
                      struct errmsg *why) {
    const struct flag_texts *given = &options->paths[SIDE_BASE];
    if (given->count != 0)
        return side_read(&c->sides[SIDE_BASE], given, why);
    if (!base_find(&c->base, options->store, &c->sides[SIDE_NEW].runs[0].doc, options->init, why) ||
        !side_read(&c->sides[SIDE_BASE], &c->base.paths, why))
        return false;
    c->is_baseline = options->init && c->base.paths.count != 0 &&
                     side_is_within(&c->sides[SIDE_NEW], &c->sides[SIDE_BASE]);
    if (c->is_baseline)
        side_release(&c->sides[SIDE_BASE]);
    return true;
}

static bool read_input(struct comparison *c, const struct compare_options *options,
                       struct errmsg *why) {
    if (!textfile_can_write(options->output.path, why) ||
        !policy_read(&c->policy, options->terms.policy, why) ||
        !side_read(&c->sides[SIDE_NEW], &options->paths[SIDE_NEW], why) ||
        !read_base(c, options, why))
        return false;
    if (!side_check_apart(c->sides, why))
        return false;
    struct settings choice = terms_choice(&options->terms);
    match_sides(&c->matches, c->sides, &choice);
    return effective_resolve_all(&c->effective, &c->matches, &c->policy, options->terms.said,
                                 MODE_STORED, why);
}

static bool compare(struct comparison *c, const struct compare_options *options, int *status,
                    struct errmsg *why) {
    if (!read_input(c, options, why))
        return false;
    struct report report;
    struct report_asked asked = {MODE_STORED, &c->policy, &options->terms, &options->silenced};
    report_begin(&report, c->sides, &asked);
    struct obstacles_asked limits = {MODE_STORED, &options->allowed, &options->silenced};
    obstacles_find(&c->obstacles, c->sides, &c->matches, &limits, &report);
    struct rule rule = rule_of(options, report.rule.ignore);
    judge(c, &rule);
    if (options->unpaired != NULL)
        note_unpaired(&report, options->unpaired);
    if (options->spares_suspects)
        spare_suspects(c);
    note_shift(&report, &c->shift);
    report_note_interrupted(&report, c->sides);
    report_note_same_program(&report, c->sides);
    add_rows(&report, c);
    note_undecided(&report);
    report_set_status(&report, &c->matches, c->obstacles.is_refused, c->obstacles.is_unfit,
                      &options->terms);
    *status = (int)report.status;
    bool good = begin_baseline(c, options->store, &report, why) &&
                report_write(&report, &options->output, why);
    report_release(&report);
    return good;
}

bool compare_run(const struct compare_options *options, int *status, struct errmsg *why) {
    struct comparison comparison = {0};
    bool good = compare(&comparison, options, status, why);
    comparison_release(&comparison);
    return good;
}

bool compare_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct compare_options options;
    if (!compare_options_parse(&options, argc, argv, why))
        return false;
    if (options.wants_help) {
        compare_options_help(stdout);
        compare_options_release(&options);
        *status = STATUS_PASS;
        return true;
    }
    bool good = compare_run(&options, status, why);
    compare_options_release(&options);
    return good;
}
