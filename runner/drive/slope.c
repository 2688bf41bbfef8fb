// SPDX-License-Identifier: MIT
// Counts per call, from totals over once, twice and three times as many calls.
#include "slope.h"

#include "mem.h"
#include "stats.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct slope_series *series_of(struct slope *slope, const struct wire_count *total) {
    for (size_t i = 0; i < slope->count; i++) {
        const struct wire_count *what = &slope->series[i].what;
        if (strcmp(what->name, total->name) == 0 && strcmp(what->source, total->source) == 0)
            return &slope->series[i];
    }
    slope->series = mem_push(slope->series, &slope->count, sizeof *slope->series);
    struct slope_series *series = &slope->series[slope->count - 1];
    *series = (struct slope_series){.what = *total};
    return series;
}

uint64_t slope_calls(double most) {
    uint64_t calls = SLOPE_CALLS_MAX;
    while (calls > 1 && (double)calls > most)
        calls /= 2;
    return calls;
}

void slope_add(struct slope *slope, size_t times, const struct wire_count *total) {
    assert(times >= 1 && times <= SLOPE_POINTS);
    struct slope_series *series = series_of(slope, total);
    size_t at = times - 1;
    if (!isfinite(total->value)) {
        if (!series->what.reason[0]) // the first rounds may be others'
            memcpy(series->what.reason, total->reason, sizeof total->reason);
        return;
    }
    series->totals[at] =
        mem_push(series->totals[at], &series->total_counts[at], sizeof *series->totals[at]);
    series->totals[at][series->total_counts[at] - 1] = total->value;
}

double slope_first(const struct slope *slope, const char *name) {
    for (size_t i = 0; i < slope->first_count; i++)
        if (strcmp(slope->firsts[i].name, name) == 0)
            return slope->firsts[i].per_call;
    return NAN;
}

void slope_add_first(struct slope *slope, uint64_t calls, const struct wire_count *total) {
    if (!isfinite(total->value) || !isnan(slope_first(slope, total->name)))
        return;
    slope->firsts = mem_push(slope->firsts, &slope->first_count, sizeof *slope->firsts);
    struct slope_first *first = &slope->firsts[slope->first_count - 1];
    memcpy(first->name, total->name, sizeof first->name);
    first->per_call = total->value / (double)calls;
}

static void release_series(struct slope_series *series) {
    for (size_t at = 0; at < SLOPE_POINTS; at++)
        free(series->totals[at]);
}

void slope_release(struct slope *slope) {
    for (size_t i = 0; i < slope->count; i++)
        release_series(&slope->series[i]);
    free(slope->series);
    free(slope->firsts);
    *slope = (struct slope){0};
}

const struct slope_series *slope_find(const struct slope *slope, const char *name) {
    for (size_t i = 0; i < slope->count; i++)
        if (strcmp(slope->series[i].what.name, name) == 0)
            return &slope->series[i];
    return NULL;
}

void slope_drop(struct slope *slope, const char *name) {
    size_t kept = 0;
    for (size_t i = 0; i < slope->count; i++) {
        if (strcmp(slope->series[i].what.name, name) == 0)
            release_series(&slope->series[i]);
        else
            slope->series[kept++] = slope->series[i];
    }
    slope->count = kept;
}

// ---- What the totals say ---------------------------------------------------------------------

struct values {
    double *items;
    size_t count;
};

static void push(struct values *values, double value) {
    values->items = mem_push(values->items, &values->count, sizeof *values->items);
    values->items[values->count - 1] = value;
}

// A height is none of each call; it is as it is.
static struct values levels_of(const struct slope_series *series) {
    struct values values = {0};
    for (size_t at = 0; at < SLOPE_POINTS; at++)
        for (size_t i = 0; i < series->total_counts[at]; i++)
            push(&values, series->totals[at][i]);
    return values;
}

// Each round's differences.
static struct values slopes_of(const struct slope_series *series, uint64_t calls) {
    struct values values = {0};
    for (size_t at = 1; at < SLOPE_POINTS; at++)
        for (size_t i = 0; i < series->total_counts[at] && i < series->total_counts[at - 1]; i++)
            push(&values, (series->totals[at][i] - series->totals[at - 1][i]) / (double)calls);
    return values;
}

static bool are_equal(const struct values *values) {
    for (size_t i = 1; i < values->count; i++)
        if (values->items[i] != values->items[0])
            return false;
    return true;
}

static struct values values_of(const struct slope_series *series, uint64_t calls) {
    return series->what.is_level ? levels_of(series) : slopes_of(series, calls);
}

static bool is_even(const struct slope_series *series, uint64_t calls) {
    struct values values = values_of(series, calls);
    bool is_whole =
        series->what.is_level || values.count == 0 || values.items[0] == floor(values.items[0]);
    bool is_even = is_whole && are_equal(&values);
    free(values.items);
    return is_even;
}

void slope_bind(struct slope *slope, uint64_t calls) {
    for (size_t i = 0; i < slope->count; i++) {
        struct wire_count *what = &slope->series[i].what;
        if (!is_even(&slope->series[i], calls))
            snprintf(what->event, sizeof what->event, "in batches of %llu",
                     (unsigned long long)calls);
    }
}

static double range_of(const struct values *values) {
    double low = values->items[0], high = low;
    for (size_t i = 1; i < values->count; i++) {
        low = fmin(low, values->items[i]);
        high = fmax(high, values->items[i]);
    }
    return high - low;
}

static void judge(struct count *count, const struct values *values, enum count_kind kind) {
    count->kind = kind != COUNT_ESTIMATED && are_equal(values) ? (int)COUNT_EXACT : (int)kind;
    if (values->count == 0)
        return;
    count->value = stats_median(values->items, values->count);
    bool is_nothing = count->value == 0; // most may be: their deviation would bound nothing
    count->spread = kind == COUNT_VARIES || is_nothing ? range_of(values)
                                                       : stats_mad(values->items, values->count);
    if (!is_nothing)
        count->spread /= fabs(count->value);
    if (!isfinite(count->spread))
        count->spread = NAN;
}

static char *text_or_null(const char *text) { return text[0] ? mem_text(text) : NULL; }

static struct count count_of(const struct slope_series *series, uint64_t calls,
                             enum count_kind kind) {
    const struct wire_count *what = &series->what;
    struct count count = {
        .name = mem_text(what->name),
        .unit = text_or_null(what->unit),
        .source = mem_text(what->source),
        .event = text_or_null(what->event),
        .value = NAN,
        .spread = NAN,
    };
    struct values values = values_of(series, calls);
    judge(&count, &values, kind);
    if (isnan(count.value))
        count.reason = mem_text(what->reason[0] ? what->reason : "too few samples counted it");
    free(values.items);
    return count;
}

void slope_counts(const struct slope *slope, uint64_t calls, enum count_kind kind,
                  struct trial *trial) {
    for (size_t i = 0; i < slope->count; i++) {
        trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
        trial->counts[trial->count_count - 1] = count_of(&slope->series[i], calls, kind);
    }
}
