// SPDX-License-Identifier: MIT
// Shapes of samples that a median hides: two modes, a tail, a trend. Pure.
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct trial;

// All samples of a trial, sorted, in ns per call; free(values).
struct pattern_samples {
    double *values;
    size_t count;
};

struct pattern_samples pattern_samples(const struct trial *trial);

// Two heaps of values with next to nothing between them.
struct pattern_modes {
    double low, high;  // their medians
    double high_share; // of the values
};

// Whether sorted values, all above zero, fall into two modes, each of 15 % of them at least, that
// lie 5 % apart.
bool pattern_modes(const double *sorted, size_t count, struct pattern_modes *modes);

// How much of the time a core was shared, from sorted times of code that fills it and depends on
// nothing else: those a fifth above their lowest tenth or more. Three times as long takes what was
// preempted: that does not count.
struct pattern_sharing {
    double share; // of the values that count; 0 below a twentieth: too few to tell
    double ratio; // by which those take longer, their median; NaN without any
};

struct pattern_sharing pattern_sharing(const double *sorted, size_t count);

// How many of the sorted values lie far from the median: more than 5 standard deviations of the
// core, and 2 %.
size_t pattern_outliers(const double *sorted, size_t count);

// How many values there are, and the least step between two, relative to the median.
struct pattern_steps {
    size_t distinct;
    double step;
};

struct pattern_steps pattern_steps(const double *sorted, size_t count);

// What launches have in common from their first sample to their last: the median of last / first,
// less 1, over the launches; NaN unless all of at least 8 launches moved that way.
double pattern_trend(const struct trial *trial);

// The correlation of each launch with the one before it, of their medians; NaN below 20 launches.
double pattern_correlation(const struct trial *trial);

// What launches of which something is true have in common: how much longer they take than the
// others, of medians, and how likely that is by chance. NaN without one on each side.
struct pattern_split {
    double change;
    double p;
    size_t count; // of them
};

// `is_true`: by launch.
struct pattern_split pattern_split(const struct trial *trial, const bool *is_true);
// Whether it is worth a word, given that it is the best of so many: by 2 %, and of trials without
// any such, in one of 1000.
bool pattern_is_split(const struct pattern_split *best, size_t asked);

// From the slowest launch's fastest sample to that of the fastest launch, in ns per call: of code
// that depends on the clock only, what the clock did. NaN without samples.
struct pattern_range {
    double fastest, slowest;
};

struct pattern_range pattern_range(const struct trial *trial);

#endif
