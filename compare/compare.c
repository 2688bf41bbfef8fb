// SPDX-License-Identifier: MIT
// tare compare: documents in, verdicts, a report and an exit status out.
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
    struct matches matches;
    struct effective *effective; // one per match
    struct obstacles obstacles;
    struct evidence_set evidence;
    struct judgement *judgements; // one per item of the evidence
    struct shift shift;
};

static struct rule rule_of(const struct compare_options *options, double ignore) {
    struct rule rule = verdict_rule;
    rule.alpha = options->alpha;
    rule.miss = options->miss;
    rule.ignore = ignore;
    if (compare_options_silence(options, "one-sided"))
        rule.shift_share = INFINITY;
    return rule;
}

// ---- Rows ------------------------------------------------------------------------------------

static void enforce(struct report *report, const struct comparison *c) {
    struct enforcement enforcement;
    enforce_begin(&enforcement, &c->policy, &c->sides[SIDE_NEW]);
    for (size_t i = 0; i < report->row_count; i++)
        enforce_row(&enforcement, &report->rows[i], &c->matches.items[i], &c->effective[i]);
    enforce_end(&enforcement, report);
    enforce_note_unmatched(&c->policy, c->sides, report);
}

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
    enforce(report, c);
    report_finish(report);
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

static void note_undecided(struct report *report) {
    if (report->verdicts[VERDICT_UNDECIDED] != 0)
        report_note(report, NOTE_INFO, "few-n",
                    "more runs a side (--base and --new take several), a quieter machine or a "
                    "larger --detect leave fewer trials undecided");
}

// ---- The story -------------------------------------------------------------------------------

// What holds for each trial; refused where that contradicts itself.
static bool resolve(struct comparison *c, const struct compare_options *options,
                    struct errmsg *why) {
    c->effective = mem_zero(c->matches.count, sizeof *c->effective);
    bool good = true;
    for (size_t i = 0; i < c->matches.count; i++) {
        const struct match *match = &c->matches.items[i];
        struct subject subject = policy_subject(match);
        effective_resolve(&c->effective[i], &c->policy, &subject, options->said, MODE_STORED);
        good = good && effective_check(&c->effective[i], &c->policy, match->name, why);
    }
    return good;
}

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
    for (size_t i = 0; c->effective != NULL && i < c->matches.count; i++)
        effective_release(&c->effective[i]);
    free(c->effective);
    match_release(&c->matches);
    for (int side = 0; side < SIDES; side++)
        side_release(&c->sides[side]);
    policy_release(&c->policy);
}

// From the paths given, or else from the store; stays empty where a baseline may begin.
static bool read_base(struct comparison *c, const struct compare_options *options,
                      struct errmsg *why) {
    const struct flag_texts *given = &options->paths[SIDE_BASE];
    if (given->count != 0)
        return side_read(&c->sides[SIDE_BASE], given, why);
    struct base base;
    if (!base_find(&base, options->store, &c->sides[SIDE_NEW].runs[0].doc, options->init, why))
        return false;
    bool good = side_read(&c->sides[SIDE_BASE], &base.paths, why);
    base_release(&base);
    return good;
}

// The first run is compared against nothing.
static bool begin_baseline(const struct compare_options *options, struct errmsg *why) {
    struct baseline_add wanted = {
        .store = options->store, .paths = &options->paths[SIDE_NEW], .may_begin = true};
    return baseline_add(&wanted, stdout, why);
}

static bool read_input(struct comparison *c, const struct compare_options *options,
                       struct errmsg *why) {
    if (!textfile_can_write(options->output.path, why) ||
        !policy_read(&c->policy, options->policy, why) ||
        !side_read(&c->sides[SIDE_NEW], &options->paths[SIDE_NEW], why) ||
        !read_base(c, options, why))
        return false;
    if (c->sides[SIDE_BASE].count == 0)
        return true;
    if (!side_check_apart(c->sides, why))
        return false;
    struct settings choice = {
        .filters = (char **)options->filters.items,
        .filter_count = options->filters.count,
        .excludes = (char **)options->excludes.items,
        .exclude_count = options->excludes.count,
    };
    match_sides(&c->matches, c->sides, &choice);
    return resolve(c, options, why);
}

static bool compare(struct comparison *c, const struct compare_options *options, int *status,
                    struct errmsg *why) {
    if (!read_input(c, options, why))
        return false;
    if (c->sides[SIDE_BASE].count == 0) {
        *status = STATUS_PASS;
        return begin_baseline(options, why);
    }
    struct report report;
    struct report_asked asked = {MODE_STORED,    &c->policy,    options->said,
                                 options->alpha, options->miss, &options->silenced};
    report_begin(&report, c->sides, &asked);
    obstacles_find(&c->obstacles, c->sides, &c->matches, &options->allowed, &options->silenced,
                   &report);
    struct rule rule = rule_of(options, report.rule.ignore);
    judge(c, &rule);
    note_shift(&report, &c->shift);
    report_note_same_program(&report, c->sides);
    add_rows(&report, c);
    note_undecided(&report);
    report_set_status(&report, &c->matches, c->obstacles.is_refused, c->obstacles.is_unfit,
                      options->filters.count + options->excludes.count != 0, &options->map);
    *status = (int)report.status;
    bool good = report_write(&report, &options->output, why);
    report_release(&report);
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
    struct comparison comparison = {0};
    bool good = compare(&comparison, &options, status, why);
    comparison_release(&comparison);
    compare_options_release(&options);
    return good;
}
