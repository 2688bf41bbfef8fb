// SPDX-License-Identifier: MIT
// The report as JSON, for programs.
#include "report.h"

#include "comparable.h"
#include "json.h"

#include <stdlib.h>

#define AT(member)    .offset = offsetof(struct OWNER, member)
#define COUNT(member) .count_offset = offsetof(struct OWNER, member)
#define SHAPE(fields, owner, lines)                                                                \
    { (fields), sizeof(fields) / sizeof *(fields), sizeof(struct owner), (lines) }

static const char *const direction_names[] = {
    [METRIC_LOWER] = "lower", [METRIC_HIGHER] = "higher", NULL};

#define OWNER report_metric
static const struct json_field metric_fields[] = {
    {"name", JSON_TEXT, AT(name)},
    {"unit", JSON_TEXT, AT(unit)},
    {"better", JSON_ENUM, .names = direction_names, AT(direction)},
    {"base", JSON_REAL, AT(base)},
    {"new", JSON_REAL, AT(new)},
};
static const struct json_shape metric_shape = SHAPE(metric_fields, report_metric, 0);
#undef OWNER

#define OWNER report_limit
static const struct json_field limit_fields[] = {
    {"metric", JSON_TEXT, AT(metric)}, {"limit", JSON_REAL, AT(limit)},
    {"new", JSON_REAL, AT(new)},       {"breached", JSON_BOOL, AT(breached)},
    {"from", JSON_TEXT, AT(from)},
};
static const struct json_shape limit_shape = SHAPE(limit_fields, report_limit, 0);
#undef OWNER

#define OWNER report_waiver
static const struct json_field waiver_fields[] = {
    {"from", JSON_TEXT, AT(from)},
    {"until", JSON_TEXT, AT(until)},
    {"reason", JSON_TEXT, AT(reason)},
    {"issue", JSON_TEXT, AT(issue)},
};
const struct json_shape report_waiver_shape = SHAPE(waiver_fields, report_waiver, 0);
#undef OWNER

#define OWNER report_row
static const struct json_field row_fields[] = {
    {"name", JSON_TEXT, AT(name)},
    {"former", JSON_TEXT, .lean = true, AT(former)},
    {"verdict", JSON_ENUM, .names = verdict_names, AT(verdict)},
    {"reason", JSON_TEXT, AT(reason)},
    {"file", JSON_TEXT, AT(file)},
    {"line", JSON_INT, AT(line)},
    {"gated", JSON_BOOL, AT(gated)},
    {"base_ns", JSON_REAL, AT(base_ns)},
    {"new_ns", JSON_REAL, AT(new_ns)},
    {"ratio", JSON_REAL, AT(ratio)},
    {"ratio_low", JSON_REAL, AT(ratio_low)},
    {"ratio_high", JSON_REAL, AT(ratio_high)},
    {"detectable", JSON_REAL, AT(detectable)},
    {"detect", JSON_REAL, AT(detect)},
    {"detect_from", JSON_TEXT, AT(detect_from)},
    {"ignore", JSON_REAL, AT(ignore)},
    {"ignore_from", JSON_TEXT, AT(ignore_from)},
    {"required", JSON_BOOL, AT(required)},
    {"required_from", JSON_TEXT, AT(required_from)},
    {"weight", JSON_REAL, AT(weight)},
    {"weight_from", JSON_TEXT, AT(weight_from)},
    {"budget_ns", JSON_REAL, .lean = true, AT(budget_ns)},
    {"budget_from", JSON_TEXT, .lean = true, AT(budget_from)},
    {"limits", JSON_OBJECTS, .lean = true, .shape = &limit_shape, AT(limits), COUNT(limit_count)},
    {"waiver", JSON_OBJECT, .lean = true, .shape = &report_waiver_shape, AT(waiver)},
    {"base_runs", JSON_COUNT, AT(base_runs)},
    {"new_runs", JSON_COUNT, AT(new_runs)},
    {"base_launches", JSON_COUNT, AT(base_launches)},
    {"new_launches", JSON_COUNT, AT(new_launches)},
    {"metrics", JSON_OBJECTS, .lean = true, .shape = &metric_shape, AT(metrics),
     COUNT(metric_count)},
};
static const struct json_shape row_shape = SHAPE(row_fields, report_row, 0);
#undef OWNER

#define OWNER report_run
static const struct json_field run_fields[] = {
    {"path", JSON_TEXT, AT(path)},       {"started", JSON_TEXT, AT(started)},
    {"program", JSON_TEXT, AT(program)}, {"hash", JSON_TEXT, AT(hash)},
    {"trials", JSON_COUNT, AT(trials)},
};
static const struct json_shape run_shape = SHAPE(run_fields, report_run, 0);
#undef OWNER

#define OWNER report_difference
static const struct json_field difference_fields[] = {
    {"key", JSON_TEXT, AT(key)},
    {"label", JSON_TEXT, AT(label)},
    {"tier", JSON_ENUM, .names = tier_names, AT(tier)},
    {"allowed", JSON_BOOL, AT(allowed)},
    {"base", JSON_TEXT, AT(base)},
    {"new", JSON_TEXT, AT(new)},
};
static const struct json_shape difference_shape = SHAPE(difference_fields, report_difference, 0);
#undef OWNER

#define OWNER note
static const struct json_field note_fields[] = {
    {"id", JSON_TEXT, AT(id)},
    {"level", JSON_ENUM, .names = note_level_names, AT(level)},
    {"text", JSON_TEXT, AT(text)},
};
static const struct json_shape note_shape = SHAPE(note_fields, note, 0);
#undef OWNER

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

#define OWNER report_rule
static const struct json_field rule_fields[] = {
    {"detect", JSON_REAL, AT(detect)}, {"ignore", JSON_REAL, AT(ignore)},
    {"alpha", JSON_REAL, AT(alpha)},   {"gated", JSON_COUNT, AT(gated)},
    {"miss", JSON_REAL, AT(miss)},     {"interval", JSON_REAL, AT(interval)},
};
static const struct json_shape rule_shape = SHAPE(rule_fields, report_rule, 0);
#undef OWNER

#define OWNER report
static const struct json_field report_fields[] = {
    {"report_schema", JSON_INT, AT(schema)},
    {"tare", JSON_TEXT, AT(tare)},
    {"status", JSON_INT, AT(status)},
    {"status_words", JSON_TEXT, AT(status_words)},
    {"policy", JSON_TEXT, AT(policy)},
    {"rule", JSON_OBJECT, .shape = &rule_shape, AT(rule)},
    {"compared", JSON_COUNT, AT(compared)},
    {"total", JSON_COUNT, AT(total)},
    {"outside", JSON_COUNT, AT(outside)},
    {"counts", JSON_OBJECT, .shape = &verdict_shape, AT(verdicts)},
    {"waived", JSON_COUNT, AT(waived)},
    {"detectable_median", JSON_REAL, AT(detectable_median)},
    {"detectable_worst", JSON_REAL, AT(detectable_worst)},
    {"detectable_worst_trial", JSON_TEXT, AT(detectable_worst_trial)},
    {"base", JSON_OBJECTS, .shape = &run_shape, AT(base), COUNT(base_count)},
    {"new", JSON_OBJECTS, .shape = &run_shape, AT(new), COUNT(new_count)},
    {"differences", JSON_OBJECTS, .shape = &difference_shape, AT(differences),
     COUNT(difference_count)},
    {"notes", JSON_OBJECTS, .shape = &note_shape, AT(notes), COUNT(note_count)},
    {"silenced", JSON_TEXTS, AT(silenced), COUNT(silenced_count)},
    {"trials", JSON_OBJECTS, .shape = &row_shape, AT(rows), COUNT(row_count)},
};
static const struct json_shape report_shape = SHAPE(report_fields, report, 1);
#undef OWNER

static void write_json(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    size_t length;
    char *text = json_write(&report_shape, report, &length);
    fwrite(text, 1, length, out);
    free(text);
}

void report_release(struct report *report) { json_release(&report_shape, report); }

const struct report_format report_json = {"json", write_json};
