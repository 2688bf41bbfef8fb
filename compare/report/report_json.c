// SPDX-License-Identifier: MIT
// The report as JSON, for programs.
#include "report.h"

#include "comparable.h"
#include "counted.h"
#include "json_table.h"

#include <stdlib.h>

static const char *const direction_names[] = {
    [METRIC_LOWER] = "lower", [METRIC_HIGHER] = "higher", NULL};

#define T struct report_metric
static const struct json_field metric_fields[] = {
    {FIELD("name", JSON_TEXT, name)},
    {FIELD("unit", JSON_TEXT, unit)},
    {FIELD("better", JSON_ENUM, direction), .names = direction_names},
    {FIELD("base", JSON_REAL, base)},
    {FIELD("new", JSON_REAL, new)},
};
static const struct json_shape metric_shape = SHAPE(metric_fields, T, 0);
#undef T

#define T struct report_limit
static const struct json_field limit_fields[] = {
    {FIELD("metric", JSON_TEXT, metric)}, {FIELD("limit", JSON_REAL, limit)},
    {FIELD("new", JSON_REAL, new)},       {FIELD("breached", JSON_BOOL, breached)},
    {FIELD("from", JSON_TEXT, from)},
};
static const struct json_shape limit_shape = SHAPE(limit_fields, T, 0);
#undef T

#define T struct report_waiver
static const struct json_field waiver_fields[] = {
    {FIELD("from", JSON_TEXT, from)},
    {FIELD("until", JSON_TEXT, until)},
    {FIELD("reason", JSON_TEXT, reason)},
    {FIELD("issue", JSON_TEXT, issue)},
};
const struct json_shape report_waiver_shape = SHAPE(waiver_fields, T, 0);
#undef T

#define T struct report_count
static const struct json_field count_fields[] = {
    {FIELD("name", JSON_TEXT, name)},
    {FIELD("unit", JSON_TEXT, unit)},
    {FIELD("source", JSON_TEXT, source)},
    {FIELD("base", JSON_REAL, base)},
    {FIELD("new", JSON_REAL, new)},
    {FIELD("detect", JSON_REAL, detect)},
    {FIELD("outcome", JSON_ENUM, outcome), .names = counted_outcome_names},
    {FIELD("gated", JSON_BOOL, gated)},
    {FIELD("reason", JSON_TEXT, reason), LEAN},
};
static const struct json_shape count_shape = SHAPE(count_fields, T, 0);
#undef T

#define T struct report_row
static const struct json_field row_fields[] = {
    {FIELD("name", JSON_TEXT, name)},
    {FIELD("former", JSON_TEXT, former), LEAN},
    {FIELD("verdict", JSON_ENUM, verdict), .names = verdict_names},
    {FIELD("reason", JSON_TEXT, reason)},
    {FIELD("again", JSON_TEXT, again), LEAN},
    {FIELD("file", JSON_TEXT, file)},
    {FIELD("line", JSON_INT, line)},
    {FIELD("gated", JSON_BOOL, gated)},
    {FIELD("base_ns", JSON_REAL, base_ns)},
    {FIELD("new_ns", JSON_REAL, new_ns)},
    {FIELD("ratio", JSON_REAL, ratio)},
    {FIELD("ratio_low", JSON_REAL, ratio_low)},
    {FIELD("ratio_high", JSON_REAL, ratio_high)},
    {FIELD("detectable", JSON_REAL, detectable)},
    {FIELD("detect", JSON_REAL, detect)},
    {FIELD("detect_from", JSON_TEXT, detect_from)},
    {FIELD("ignore", JSON_REAL, ignore)},
    {FIELD("ignore_from", JSON_TEXT, ignore_from)},
    {FIELD("required", JSON_BOOL, required)},
    {FIELD("required_from", JSON_TEXT, required_from)},
    {FIELD("weight", JSON_REAL, weight)},
    {FIELD("weight_from", JSON_TEXT, weight_from)},
    {FIELD("budget_ns", JSON_REAL, budget_ns), LEAN},
    {FIELD("budget_from", JSON_TEXT, budget_from), LEAN},
    {ARRAY("limits", JSON_OBJECTS, limits, limit_count), LEAN, .shape = &limit_shape},
    {FIELD("waiver", JSON_OBJECT, waiver), LEAN, .shape = &report_waiver_shape},
    {FIELD("base_runs", JSON_COUNT, base_runs)},
    {FIELD("new_runs", JSON_COUNT, new_runs)},
    {FIELD("base_launches", JSON_COUNT, base_launches)},
    {FIELD("new_launches", JSON_COUNT, new_launches)},
    {ARRAY("metrics", JSON_OBJECTS, metrics, metric_count), LEAN, .shape = &metric_shape},
    {ARRAY("counted", JSON_OBJECTS, counts, count_count), LEAN, .shape = &count_shape},
};
static const struct json_shape row_shape = SHAPE(row_fields, T, 0);
#undef T

#define T struct report_run
static const struct json_field run_fields[] = {
    {FIELD("path", JSON_TEXT, path)},       {FIELD("started", JSON_TEXT, started)},
    {FIELD("program", JSON_TEXT, program)}, {FIELD("hash", JSON_TEXT, hash)},
    {FIELD("trials", JSON_COUNT, trials)},
};
static const struct json_shape run_shape = SHAPE(run_fields, T, 0);
#undef T

#define T struct report_difference
static const struct json_field difference_fields[] = {
    {FIELD("key", JSON_TEXT, key)},
    {FIELD("label", JSON_TEXT, label)},
    {FIELD("tier", JSON_ENUM, tier), .names = tier_names},
    {FIELD("allowed", JSON_BOOL, allowed)},
    {FIELD("base", JSON_TEXT, base)},
    {FIELD("new", JSON_TEXT, new)},
};
static const struct json_shape difference_shape = SHAPE(difference_fields, T, 0);
#undef T

static const struct json_field verdict_fields[] = {
    {"failed", JSON_COUNT, .offset = VERDICT_FAILED * sizeof(uint64_t)},
    {"missing", JSON_COUNT, .offset = VERDICT_MISSING * sizeof(uint64_t)},
    {"regressed", JSON_COUNT, .offset = VERDICT_REGRESSED * sizeof(uint64_t)},
    {"incomparable", JSON_COUNT, .offset = VERDICT_INCOMPARABLE * sizeof(uint64_t)},
    {"undecided", JSON_COUNT, .offset = VERDICT_UNDECIDED * sizeof(uint64_t)},
    {"new", JSON_COUNT, .offset = VERDICT_NEW * sizeof(uint64_t)},
    {"improved", JSON_COUNT, .offset = VERDICT_IMPROVED * sizeof(uint64_t)},
    {"pass", JSON_COUNT, .offset = VERDICT_PASS * sizeof(uint64_t)},
};
static const struct json_shape verdict_shape = {verdict_fields, VERDICTS,
                                                VERDICTS * sizeof(uint64_t), 0};

#define T struct report_rule
static const struct json_field rule_fields[] = {
    {FIELD("detect", JSON_REAL, detect)}, {FIELD("ignore", JSON_REAL, ignore)},
    {FIELD("alpha", JSON_REAL, alpha)},   {FIELD("gated", JSON_COUNT, gated)},
    {FIELD("miss", JSON_REAL, miss)},     {FIELD("interval", JSON_REAL, interval)},
};
static const struct json_shape rule_shape = SHAPE(rule_fields, T, 0);
#undef T

#define T struct report
static const struct json_field report_fields[] = {
    {FIELD("report_schema", JSON_INT, schema)},
    {FIELD("tare", JSON_TEXT, tare)},
    {FIELD("status", JSON_INT, status)},
    {FIELD("status_words", JSON_TEXT, status_words)},
    {FIELD("policy", JSON_TEXT, policy)},
    {FIELD("rule", JSON_OBJECT, rule), .shape = &rule_shape},
    {FIELD("compared", JSON_COUNT, compared)},
    {FIELD("total", JSON_COUNT, total)},
    {FIELD("outside", JSON_COUNT, outside)},
    {FIELD("counts", JSON_OBJECT, verdicts), .shape = &verdict_shape},
    {FIELD("waived", JSON_COUNT, waived)},
    {FIELD("detectable_median", JSON_REAL, detectable_median)},
    {FIELD("detectable_worst", JSON_REAL, detectable_worst)},
    {FIELD("detectable_worst_trial", JSON_TEXT, detectable_worst_trial)},
    {ARRAY("base", JSON_OBJECTS, base, base_count), .shape = &run_shape},
    {ARRAY("new", JSON_OBJECTS, new, new_count), .shape = &run_shape},
    {ARRAY("differences", JSON_OBJECTS, differences, difference_count), .shape = &difference_shape},
    {ARRAY("notes", JSON_OBJECTS, notes, note_count), .shape = &note_shape},
    {ARRAY("silenced", JSON_TEXTS, silenced, silenced_count)},
    {ARRAY("trials", JSON_OBJECTS, rows, row_count), .shape = &row_shape},
};
static const struct json_shape report_shape = SHAPE(report_fields, T, 1);
#undef T

static void write_json(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    size_t length;
    char *text = json_write(&report_shape, report, &length);
    fwrite(text, 1, length, out);
    free(text);
}

void report_release(struct report *report) { json_release(&report_shape, report); }

const struct report_format report_json = {"json", write_json};
