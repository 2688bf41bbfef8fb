// SPDX-License-Identifier: MIT
// What a trial's own metrics, and what was counted of it, say. Pure.
#include "metric.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct trial_metric *metric_find(const struct trial *trial, const char *name) {
    for (size_t i = 0; i < trial->metric_count; i++)
        if (strcmp(trial->metrics[i].name, name) == 0)
            return &trial->metrics[i];
    return NULL;
}

// Of those that are known; sorts and packs them.
static double median_of_known(double *values, size_t count) {
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[known++] = values[i];
    return stats_median_in_place(values, known);
}

double metric_median(const struct trial_metric *metric) {
    if (metric == NULL)
        return NAN;
    double *values = mem_zero(metric->value_count, sizeof *values);
    for (size_t i = 0; i < metric->value_count; i++)
        values[i] = metric->values[i];
    double median = median_of_known(values, metric->value_count);
    free(values);
    return median;
}

// What one run says of it: the case's own word before what tare counted.
static struct metric_value read_metric(const struct trial *trial, const char *name) {
    const struct trial_metric *metric = metric_find(trial, name);
    if (metric != NULL)
        return (struct metric_value){metric_median(metric), metric->unit,
                                     metric->direction == METRIC_HIGHER};
    const struct count *count = document_count(trial, name);
    return (struct metric_value){count != NULL ? count->value : NAN,
                                 count != NULL ? count->unit : NULL, false};
}

struct metric_value metric_of_side(const struct match *match, enum side_index side,
                                   const char *name) {
    struct metric_value all = {NAN, "", false};
    double *values = mem_zero(match->counts[side], sizeof *values);
    for (size_t i = 0; i < match->counts[side]; i++) {
        struct metric_value one = read_metric(match->readings[side][i].trial, name);
        values[i] = one.value;
        if (one.unit != NULL)
            all.unit = one.unit;
        all.is_floor |= one.is_floor;
    }
    all.value = median_of_known(values, match->counts[side]);
    free(values);
    return all;
}

double metric_time(const struct match *match, enum side_index side) {
    double *times = mem_zero(match->counts[side], sizeof *times);
    for (size_t i = 0; i < match->counts[side]; i++)
        times[i] = match->readings[side][i].summary->low; // as evidence_ns
    double median = median_of_known(times, match->counts[side]);
    free(times);
    return median;
}
