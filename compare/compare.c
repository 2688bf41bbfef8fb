// SPDX-License-Identifier: MIT
// tare compare: documents in, verdicts, a report and an exit status out.
#include "command.h"
#include "compare_options.h"
#include "evidence.h"
#include "match.h"
#include "mem.h"
#include "obstacle.h"
#include "report.h"
#include "stats.h"
#include "textfile.h"
#include "verdict.h"

#include <tare/bench.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What is known of one comparison, in the order in which it becomes known.
struct comparison {
    struct side sides[SIDES];
    struct matches matches;
    struct obstacles obstacles;
    struct evidence_set evidence;
    struct judgement *judgements; // one per item of the evidence
    struct shift shift;
};

static struct rule rule_of(const struct compare_options *options) {
    struct rule rule = verdict_rule;
    rule.alpha = options->alpha;
    rule.miss = options->miss;
    rule.ignore = evidence_ignore(options->detect, options->ignore);
    if (compare_options_silence(options, "one-sided"))
        rule.shift_share = INFINITY;
    return rule;
}

static struct report_run *list_runs(const struct side *side, size_t *count) {
    struct report_run *runs = mem_zero(side->count, sizeof *runs);
    for (size_t i = 0; i < side->count; i++) {
        const struct document *doc = &side->runs[i].doc;
        runs[i] = (struct report_run){
            .path = mem_text(side->runs[i].path),
            .started = mem_text(doc->started),
            .program = mem_text(doc->program.name),
            .hash = mem_text(doc->program.hash),
            .trials = doc->trial_count,
        };
    }
    *count = side->count;
    return runs;
}

static void begin_report(struct report *report, const struct compare_options *options,
                         const struct side sides[SIDES]) {
    *report = (struct report){
        .schema = REPORT_SCHEMA,
        .tare = mem_text(TARE_VERSION),
        .rule = {.detect = options->detect,
                 .ignore = evidence_ignore(options->detect, options->ignore),
                 .alpha = options->alpha,
                 .miss = options->miss,
                 .interval = 1 - 2 * options->miss},
    };
    report->base = list_runs(&sides[SIDE_BASE], &report->base_count);
    report->new = list_runs(&sides[SIDE_NEW], &report->new_count);
    for (size_t i = 0; i < options->silenced.count; i++) {
        report->silenced =
            mem_push(report->silenced, &report->silenced_count, sizeof *report->silenced);
        report->silenced[i] = mem_text(options->silenced.items[i]);
    }
}

// ---- Rows ------------------------------------------------------------------------------------

static const enum verdict verdict_of_state[] = {
    [MATCH_BOTH] = VERDICT_UNDECIDED,       [MATCH_NEW] = VERDICT_NEW,
    [MATCH_MISSING] = VERDICT_MISSING,      [MATCH_FAILED] = VERDICT_FAILED,
    [MATCH_SKIPPED] = VERDICT_INCOMPARABLE,
};

static const struct trial_metric *find_metric(const struct trial *trial, const char *name) {
    for (size_t i = 0; i < trial->metric_count; i++)
        if (strcmp(trial->metrics[i].name, name) == 0)
            return &trial->metrics[i];
    return NULL;
}

static double metric_median(const struct trial_metric *metric) {
    if (metric == NULL)
        return NAN;
    double *known = mem_zero(metric->value_count, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < metric->value_count; i++)
        if (!isnan(metric->values[i]))
            known[count++] = metric->values[i];
    double median = stats_median_in_place(known, count);
    free(known);
    return median;
}

// The last run of each side speaks for the metrics, which are for information only.
static void add_metrics(struct report_row *row, const struct match *match) {
    if (match->counts[SIDE_NEW] == 0)
        return;
    const struct trial *new = match->readings[SIDE_NEW][match->counts[SIDE_NEW] - 1].trial;
    const struct trial *base = match->counts[SIDE_BASE] == 0
                                   ? NULL
                                   : match->readings[SIDE_BASE][match->counts[SIDE_BASE] - 1].trial;
    for (size_t i = 0; i < new->metric_count; i++) {
        const struct trial_metric *metric = &new->metrics[i];
        row->metrics = mem_push(row->metrics, &row->metric_count, sizeof *row->metrics);
        row->metrics[i] = (struct report_metric){
            .name = mem_text(metric->name),
            .unit = mem_text(metric->unit),
            .direction = metric->direction,
            .base = metric_median(base == NULL ? NULL : find_metric(base, metric->name)),
            .new = metric_median(metric),
        };
    }
}

static uint64_t count_launches(const struct match *match, enum side_index side) {
    uint64_t launches = 0;
    for (size_t i = 0; i < match->counts[side]; i++)
        launches += match->readings[side][i].summary->launches;
    return launches;
}

// A row without a judgement: all that the match itself says.
static struct report_row row_of(const struct match *match) {
    char *reason = NULL;
    enum match_state state = match_state(match, &reason);
    struct report_row row = {
        .name = mem_text(match->name),
        .former = mem_text(match->former),
        .verdict = (int)verdict_of_state[state],
        .reason = reason,
        .gated = evidence_is_gated(match) && state != MATCH_SKIPPED,
        .base_ns = evidence_ns(match, SIDE_BASE),
        .new_ns = evidence_ns(match, SIDE_NEW),
        .ratio = NAN,
        .ratio_low = NAN,
        .ratio_high = NAN,
        .detect = NAN,
        .detectable = NAN,
        .base_runs = match->counts[SIDE_BASE],
        .new_runs = match->counts[SIDE_NEW],
        .base_launches = count_launches(match, SIDE_BASE),
        .new_launches = count_launches(match, SIDE_NEW),
    };
    add_metrics(&row, match);
    return row;
}

static void add_judgement(struct report_row *row, const struct judgement *j,
                          const struct evidence *e) {
    row->verdict = (int)j->verdict;
    row->reason = mem_text(j->reason);
    row->ratio = exp(j->change);
    row->ratio_low = exp(j->low);
    row->ratio_high = exp(j->high);
    row->detect = e->detect;
    row->detectable = expm1(j->detectable);
}

// Numbers stay in the row, for the reader; what is said of them does not.
static void add_obstacle(struct report_row *row, const char *obstacle) {
    row->verdict = VERDICT_INCOMPARABLE;
    free(row->reason);
    row->reason = mem_text(obstacle);
    row->detectable = NAN;
}

static void add_rows(struct report *report, const struct comparison *c) {
    report->row_count = c->matches.count;
    report->rows = mem_zero(report->row_count, sizeof *report->rows);
    for (size_t i = 0; i < report->row_count; i++)
        report->rows[i] = row_of(&c->matches.items[i]);
    for (size_t i = 0; i < c->evidence.count; i++) {
        size_t match = c->evidence.match[i];
        add_judgement(&report->rows[match], &c->judgements[i], &c->evidence.items[i]);
        report->rule.gated += c->evidence.items[i].gated;
        const char *obstacle = obstacles_of(&c->obstacles, match);
        if (obstacle != NULL)
            add_obstacle(&report->rows[match], obstacle);
    }
    report->outside = c->matches.outside;
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

static const char *hash_of(const struct side *side, size_t run) {
    const char *hash = side->runs[run].doc.program.hash;
    return hash != NULL ? hash : "";
}

// Whoever forgot to build again would be told "pass".
static void note_same_program(struct report *report, const struct side sides[SIDES]) {
    const char *hash = hash_of(&sides[SIDE_BASE], 0);
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            if (*hash == '\0' || strcmp(hash, hash_of(&sides[side], i)) != 0)
                return;
    report_note(report, NOTE_INFO, "same-program",
                "base and new are runs of the same program: its code cannot have changed");
}

// Rows that both sides have, whatever became of them; what both skipped is not one.
static bool has_matched(const struct matches *matches) {
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        char *reason = NULL;
        enum match_state state = match_state(match, &reason);
        free(reason);
        if (match->counts[SIDE_BASE] != 0 && match->counts[SIDE_NEW] != 0 && state != MATCH_SKIPPED)
            return true;
    }
    return false;
}

static void set_status(struct report *report, const struct comparison *c,
                       const struct compare_options *options) {
    struct status_case facts = {
        .is_refused = c->obstacles.is_refused || !has_matched(&c->matches),
        .is_unfit = c->obstacles.is_unfit,
    };
    for (size_t i = 0; i < report->row_count; i++)
        facts.gated[report->rows[i].verdict] += report->rows[i].gated;
    if (!has_matched(&c->matches))
        report_note(report, NOTE_ERROR, "nothing",
                    options->filters.count + options->excludes.count != 0
                        ? "no trial of both sides is left by --filter and --exclude"
                        : "no trial of base is in new: nothing was compared");
    enum status status = status_of(&facts, &options->map);
    report->status = (int)status;
    report->status_words = mem_text(status_words(status));
}

// ---- Output ----------------------------------------------------------------------------------

static bool wants_colour(const struct compare_options *options) {
    const char *no_colour = getenv("NO_COLOR");
    if (options->colour != COLOUR_AUTO)
        return options->colour == COLOUR_ALWAYS;
    return strcmp(options->output, "-") == 0 && isatty(STDOUT_FILENO) &&
           (no_colour == NULL || *no_colour == '\0');
}

static bool write_report(const struct report *report, const struct compare_options *options,
                         struct errmsg *why) {
    struct report_style style = {wants_colour(options), options->lists_all};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return fail(why, "no memory for the report");
    report_formats[options->format]->write(report, &style, out);
    bool good = fclose(out) == 0 || fail(why, "no memory for the report");
    good = good && textfile_write(options->output, text, length, why);
    free(text);
    return good;
}

// ---- The story -------------------------------------------------------------------------------

static void judge(struct comparison *c, const struct compare_options *options) {
    struct rule rule = rule_of(options);
    struct evidence_default fallback = {options->detect, options->ignore};
    evidence_gather(&c->evidence, &c->matches, &fallback);
    c->judgements = mem_zero(c->evidence.count, sizeof *c->judgements);
    c->shift = verdict_judge(c->evidence.items, c->evidence.count, &rule, c->judgements);
}

static void comparison_release(struct comparison *c) {
    for (size_t i = 0; i < c->evidence.count; i++)
        free(c->judgements[i].reason);
    free(c->judgements);
    evidence_release(&c->evidence);
    obstacles_release(&c->obstacles);
    match_release(&c->matches);
    for (int side = 0; side < SIDES; side++)
        side_release(&c->sides[side]);
}

static bool compare(struct comparison *c, const struct compare_options *options, int *status,
                    struct errmsg *why) {
    if (!textfile_can_write(options->output, why))
        return false;
    for (int side = 0; side < SIDES; side++)
        if (!side_read(&c->sides[side], &options->paths[side], why))
            return false;
    struct settings choice = {
        .filters = (char **)options->filters.items,
        .filter_count = options->filters.count,
        .excludes = (char **)options->excludes.items,
        .exclude_count = options->excludes.count,
    };
    struct report report;
    begin_report(&report, options, c->sides);
    match_sides(&c->matches, c->sides, &choice);
    obstacles_find(&c->obstacles, c->sides, &c->matches, &options->allowed, &options->silenced,
                   &report);
    judge(c, options);
    note_shift(&report, &c->shift);
    note_same_program(&report, c->sides);
    add_rows(&report, c);
    note_undecided(&report);
    set_status(&report, c, options);
    *status = (int)report.status;
    bool good = write_report(&report, options, why);
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
