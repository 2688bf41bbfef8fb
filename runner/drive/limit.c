// SPDX-License-Identifier: MIT
// Holds what a run measured against the limits in the source.
#include "limit.h"

#include "mem.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char id[] = "limit";

// What there is of a limited metric.
struct held {
    double value; // NaN: unknown, for `reason`
    const char *unit, *reason;
    bool is_floor;  // what should be high
    bool is_summed; // over several threads
};

static struct held hold(const struct trial *trial, const char *name) {
    if (strcmp(name, METRIC_TIME) == 0)
        return (struct held){.value = trial_summarize(trial).low};
    const struct trial_metric *metric = document_metric(trial, name);
    if (metric != NULL)
        return (struct held){.value = document_metric_median(metric),
                             .unit = metric->unit,
                             .reason = "the case gave no value",
                             .is_floor = metric->direction == METRIC_HIGHER};
    const struct count *count = document_count(trial, name);
    if (count != NULL)
        return (struct held){.value = count->value,
                             .unit = count->unit,
                             .reason = count->reason,
                             .is_summed = trial->threads > 1};
    return (struct held){.value = NAN, .reason = "nothing measures it: is the name right?"};
}

char *limit_number(const char *metric, const char *unit, double value) {
    bool has_unit = unit != NULL && unit[0] != '\0';
    return strcmp(metric, METRIC_TIME) == 0
               ? mem_text(units_print(UNIT_TIME, value).text)
               : mem_printf("%.9g%s%s", value, has_unit ? " " : "", has_unit ? unit : "");
}

static void note_breach(struct document *doc, const struct trial *trial,
                        const struct trial_limit *limit, const struct held *held) {
    char *value = limit_number(limit->metric, held->unit, held->value);
    char *bound = limit_number(limit->metric, held->unit, limit->value);
    document_note(doc, NOTE_ERROR, id, trial->name, "%s is %s%s, %s its limit of %s (%s:%lld)",
                  limit->metric, value, held->is_summed ? " of all its threads together" : "",
                  held->is_floor ? "below" : "above", bound, trial->file, (long long)trial->line);
    free(value);
    free(bound);
}

static void check(struct document *doc, const struct trial *trial, const struct trial_limit *limit,
                  struct limit_result *result) {
    struct held held = hold(trial, limit->metric);
    if (isnan(held.value)) {
        document_note(doc, NOTE_WARNING, id, trial->name,
                      "whether %s keeps its limit is not known: %s (%s:%lld)", limit->metric,
                      held.reason, trial->file, (long long)trial->line);
        result->unknown++;
    } else if (held.is_floor ? held.value < limit->value : held.value > limit->value) {
        note_breach(doc, trial, limit, &held);
        result->breached++;
    }
}

struct limit_result limit_check(struct document *doc) {
    struct limit_result result = {0};
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t j = 0; j < doc->trials[i].limit_count; j++)
            if (doc->trials[i].status == TRIAL_MEASURED)
                check(doc, &doc->trials[i], &doc->trials[i].limits[j], &result);
    return result;
}

bool limit_has(const struct trial *trial, const char *metric) {
    for (size_t i = 0; i < trial->limit_count; i++)
        if (strcmp(trial->limits[i].metric, metric) == 0)
            return true;
    return false;
}
