// SPDX-License-Identifier: MIT
// From matches and what was judged of them to the rows of a report.
#include "rows.h"

#include "evidence.h"
#include "mem.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const enum verdict verdict_of_state[] = {
    [MATCH_BOTH] = VERDICT_UNDECIDED,       [MATCH_NEW] = VERDICT_NEW,
    [MATCH_MISSING] = VERDICT_MISSING,      [MATCH_FAILED] = VERDICT_FAILED,
    [MATCH_SKIPPED] = VERDICT_INCOMPARABLE,
};

// The last run of each side speaks for the metrics that are listed.
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
            .base =
                base == NULL ? NAN : document_metric_median(document_metric(base, metric->name)),
            .new = document_metric_median(metric),
        };
    }
}

static uint64_t count_launches(const struct match *match, enum side_index side) {
    uint64_t launches = 0;
    for (size_t i = 0; i < match->counts[side]; i++)
        launches += match->readings[side][i].summary->launches;
    return launches;
}

static void add_effective(struct report_row *row, const struct effective *effective,
                          const struct policy *policy) {
    const struct effective_value *values = effective->values;
    row->detect = values[POLICY_DETECT].value;
    row->ignore = values[POLICY_IGNORE].value;
    row->weight = values[POLICY_WEIGHT].value;
    row->budget_ns = values[POLICY_BUDGET].value;
    row->required = values[POLICY_REQUIRED].value != 0;
    row->detect_from = effective_origin(policy, &values[POLICY_DETECT]);
    row->ignore_from = effective_origin(policy, &values[POLICY_IGNORE]);
    row->weight_from = effective_origin(policy, &values[POLICY_WEIGHT]);
    row->required_from = effective_origin(policy, &values[POLICY_REQUIRED]);
    if (!isnan(row->budget_ns))
        row->budget_from = effective_origin(policy, &values[POLICY_BUDGET]);
}

struct report_row row_of(const struct match *match, const struct effective *effective,
                         const struct policy *policy) {
    char *reason = NULL;
    enum match_state state = match_state(match, &reason);
    const struct trial *source = match_trial(match);
    struct report_row row = {
        .name = mem_text(match->name),
        .former = mem_text(match->former),
        .file = mem_text(source->file),
        .line = source->line,
        .verdict = (int)verdict_of_state[state],
        .reason = reason,
        .base_ns = evidence_ns(match, SIDE_BASE),
        .new_ns = evidence_ns(match, SIDE_NEW),
        .ratio = NAN,
        .ratio_low = NAN,
        .ratio_high = NAN,
        .detectable = NAN,
        .base_runs = match->counts[SIDE_BASE],
        .new_runs = match->counts[SIDE_NEW],
        .base_launches = count_launches(match, SIDE_BASE),
        .new_launches = count_launches(match, SIDE_NEW),
    };
    add_effective(&row, effective, policy);
    row.gated = row.required && state != MATCH_SKIPPED;
    add_metrics(&row, match);
    return row;
}

static bool asks_for_detect(const struct report_row *row) {
    return (row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_UNDECIDED) &&
           strcmp(row->detect_from, "default") != 0;
}

void row_add_judgement(struct report_row *row, const struct judgement *judgement) {
    row->verdict = (int)judgement->verdict;
    row->is_compared = true;
    row->reason = asks_for_detect(row)
                      ? mem_printf("%s (detect %s: %s)", judgement->reason,
                                   units_print(UNIT_PERCENT, row->detect).text, row->detect_from)
                      : mem_text(judgement->reason);
    row->ratio = exp(judgement->change);
    row->ratio_low = exp(judgement->low);
    row->ratio_high = exp(judgement->high);
    row->detectable = expm1(judgement->detectable);
}

void row_add_obstacle(struct report_row *row, const char *obstacle) {
    row->verdict = VERDICT_INCOMPARABLE;
    row->is_compared = false;
    free(row->reason);
    row->reason = mem_text(obstacle);
    row->detectable = NAN;
}
