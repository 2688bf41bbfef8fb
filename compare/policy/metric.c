// SPDX-License-Identifier: MIT
// What a trial's own metrics, and what was counted of it, say. Pure.
#include "metric.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What one run says of it: the case's own word before what tare counted.
static struct metric_value read_metric(const struct trial *trial, const char *name) {
    const struct trial_metric *metric = document_metric(trial, name);
    if (metric != NULL)
        return (struct metric_value){document_metric_median(metric), metric->unit,
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
    all.value = stats_median_known_in_place(values, match->counts[side]);
    free(values);
    return all;
}

double metric_time(const struct match *match, enum side_index side) {
    double *times = mem_zero(match->counts[side], sizeof *times);
    for (size_t i = 0; i < match->counts[side]; i++)
        times[i] = match->readings[side][i].summary->low; // as evidence_ns
    double median = stats_median_known_in_place(times, match->counts[side]);
    free(times);
    return median;
}
