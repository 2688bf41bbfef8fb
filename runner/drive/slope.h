// SPDX-License-Identifier: MIT
// Counts per call, from totals over once, twice and three times as many calls. Pure.
//
// What is counted once per sample (reading the counters, entering the loop) is in each total and
// cancels in their differences: (T(2n) - T(n)) / n and (T(3n) - T(2n)) / n. If all of them agree
// the count is exact.
#ifndef SLOPE_H
#define SLOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document.h"
#include "wire.h"

#define SLOPE_POINTS    3
#define SLOPE_CALLS_MAX 1024

// The totals of one count.
struct slope_series {
    struct wire_count what;       // the first of them
    double *totals[SLOPE_POINTS]; // by how many times as many calls, in the order of rounds
    size_t total_counts[SLOPE_POINTS];
};

// What the first sample that counted something counted.
struct slope_first {
    char name[sizeof((struct wire_count *)0)->name];
    double per_call;
};

struct slope {
    struct slope_series *series;
    size_t count;
    struct slope_first *firsts;
    size_t first_count;
};

// The calls of a batch that are the same in another run: a power of two, and no more than `most`.
// Those that are timed differ from run to run, and with them what depends on how many there are.
uint64_t slope_calls(double most);

// Takes note of a sample that is thrown away because it warms up: of each name the first only.
void slope_add_first(struct slope *slope, uint64_t calls, const struct wire_count *total);
// Per call; NaN: none.
double slope_first(const struct slope *slope, const char *name);

// Adds a total over `times` (1 to SLOPE_POINTS) as many calls. One without a value only tells that
// there is such a count, and why it is missing.
void slope_add(struct slope *slope, size_t times, const struct wire_count *total);

// What depends on how many calls there are is told to be of so many: it is comparable only with
// what was counted so. What is a whole number in each call does not.
void slope_bind(struct slope *slope, uint64_t calls);

// Appends a count for each series. `kind` is what it is where its totals disagree. The spread of
// VARIES, and of what comes to 0, is the whole range; else that of noise. What is ESTIMATED stays
// so where they agree.
void slope_counts(const struct slope *slope, uint64_t calls, enum count_kind kind,
                  struct trial *trial);

// The first series of that name, or NULL; and without all of that name.
const struct slope_series *slope_find(const struct slope *slope, const char *name);
void slope_drop(struct slope *slope, const char *name);

void slope_release(struct slope *slope);

#endif
