// SPDX-License-Identifier: MIT
// Finds shapes in the samples of a trial.

#include "pattern.h"

#include "document.h"
#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

// Of normal noise between 10 launches of 5 samples, 0.3 % of trials look like two modes to these;
// of uniform noise, 1 %. Two modes of a core that was shared have explained 95 to 99 %.
#define EXPLAINED_MIN  0.9
#define GAP_MIN        0.5 // of the distance of the two centres
#define SHARE_MIN      0.15
#define SEPARATION_MIN 0.05

// In ten runs on a virtual machine whose host others used: without them such code takes up to 6 %
// longer, for the clock moves; with them 1.2 to 2.1 times as long.
#define SHARED_MIN       1.2
#define SHARED_SHARE_MIN 0.05
#define PREEMPTED_MIN    3.0

#define OUTLIER_SIGMAS 5
#define OUTLIER_MIN    0.02

#define CORRELATION_LAUNCHES_MIN 20

#define SPLIT_CHANGE_MIN 0.02
#define SPLIT_P_MAX      0.001

#define TREND_LAUNCHES_MIN 8 // all one way by chance: once in 128

static int compare_values(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

struct pattern_samples pattern_samples(const struct trial *trial) {
    struct pattern_samples samples = {0};
    for (size_t i = 0; i < trial->launch_count; i++)
        samples.count += trial->launches[i].span_count;
    samples.values = mem_zero(samples.count, sizeof *samples.values);
    size_t at = 0;
    for (size_t i = 0; i < trial->launch_count; i++)
        for (size_t k = 0; k < trial->launches[i].span_count; k++)
            samples.values[at++] = (double)trial->launches[i].spans[k] / (double)trial->calls;
    if (samples.count)
        qsort(samples.values, samples.count, sizeof *samples.values, compare_values);
    return samples;
}

// ---- Two modes -------------------------------------------------------------------------------

// Where to split sorted values so that the squares within both parts add up to the least, and what
// share of the whole the split explains.
struct split {
    size_t at;
    double explained;
};

static struct split best_split(const double *logs, size_t count) {
    double all = 0, all_squares = 0, low = 0;
    for (size_t i = 0; i < count; i++) {
        all += logs[i] - logs[0];
        all_squares += (logs[i] - logs[0]) * (logs[i] - logs[0]);
    }
    double whole = all_squares - all * all / (double)count;
    struct split best = {.at = 0, .explained = 0};
    for (size_t i = 1; i < count && whole > 0; i++) {
        low += logs[i - 1] - logs[0];
        double high = all - low, rest = (double)(count - i);
        double between = low * low / (double)i + high * high / rest - all * all / (double)count;
        if (between / whole > best.explained)
            best = (struct split){i, between / whole};
    }
    return best;
}

static double median_of(const double *sorted, size_t count) {
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

bool pattern_modes(const double *sorted, size_t count, struct pattern_modes *modes) {
    if (count < 2 || !(sorted[0] > 0))
        return false;
    double *logs = mem_zero(count, sizeof *logs);
    for (size_t i = 0; i < count; i++)
        logs[i] = log(sorted[i]);
    struct split split = best_split(logs, count);
    size_t low = split.at, high = count - split.at;
    bool is_split = split.explained >= EXPLAINED_MIN && (double)low >= SHARE_MIN * (double)count &&
                    (double)high >= SHARE_MIN * (double)count;
    if (is_split) {
        double apart = median_of(logs + low, high) - median_of(logs, low);
        is_split = apart >= SEPARATION_MIN && logs[low] - logs[low - 1] >= GAP_MIN * apart;
        *modes = (struct pattern_modes){median_of(sorted, low), median_of(sorted + low, high),
                                        (double)high / (double)count};
    }
    free(logs);
    return is_split;
}

// ---- A core that is shared -------------------------------------------------------------------

static size_t count_up_to(const double *sorted, size_t count, double limit) {
    while (count && sorted[count - 1] > limit)
        count--;
    return count;
}

struct pattern_sharing pattern_sharing(const double *sorted, size_t count) {
    struct pattern_sharing none = {0, NAN};
    if (count == 0)
        return none;
    double alone = sorted[count / 10];
    size_t counted = count_up_to(sorted, count, PREEMPTED_MIN * alone);
    size_t fast = count_up_to(sorted, counted, SHARED_MIN * alone), slow = counted - fast;
    if ((double)slow < SHARED_SHARE_MIN * (double)counted || slow == 0)
        return none;
    return (struct pattern_sharing){(double)slow / (double)counted,
                                    median_of(sorted + fast, slow) / alone};
}

// ---- Tails and steps -------------------------------------------------------------------------

size_t pattern_outliers(const double *sorted, size_t count) {
    if (count == 0)
        return 0;
    double median = median_of(sorted, count);
    double far = fmax(OUTLIER_SIGMAS * stats_mad(sorted, count), OUTLIER_MIN * median);
    size_t outliers = 0;
    for (size_t i = 0; i < count; i++)
        outliers += fabs(sorted[i] - median) > far;
    return outliers;
}

struct pattern_steps pattern_steps(const double *sorted, size_t count) {
    struct pattern_steps steps = {.distinct = count ? 1 : 0, .step = NAN};
    for (size_t i = 1; i < count; i++) {
        double step = (sorted[i] - sorted[i - 1]) / median_of(sorted, count);
        if (!(step > 0))
            continue;
        steps.distinct++;
        steps.step = fmin(steps.step, step); // of NaN and a number, the number
    }
    return steps;
}

// ---- From first to last ----------------------------------------------------------------------

double pattern_trend(const struct trial *trial) {
    double *changes = mem_zero(trial->launch_count, sizeof *changes);
    size_t count = 0, up = 0, down = 0;
    for (size_t i = 0; i < trial->launch_count; i++) {
        const struct launch *launch = &trial->launches[i];
        if (launch->span_count < 3 || launch->spans[0] == 0)
            continue;
        double change =
            (double)launch->spans[launch->span_count - 1] / (double)launch->spans[0] - 1;
        changes[count++] = change;
        up += change > 0;
        down += change < 0;
    }
    bool is_common = count >= TREND_LAUNCHES_MIN && (up == count || down == count);
    double trend = is_common ? stats_median_in_place(changes, count) : NAN;
    free(changes);
    return trend;
}

double pattern_correlation(const struct trial *trial) {
    size_t count = trial->launch_count;
    if (count < CORRELATION_LAUNCHES_MIN)
        return NAN;
    double *medians = mem_zero(count, sizeof *medians), together = 0, alone = 0;
    for (size_t i = 0; i < count; i++)
        medians[i] = launch_ns(trial, &trial->launches[i]);
    double mean = stats_mean(medians, count);
    for (size_t i = 0; i < count; i++) {
        alone += (medians[i] - mean) * (medians[i] - mean);
        together += i ? (medians[i] - mean) * (medians[i - 1] - mean) : 0;
    }
    free(medians);
    return alone > 0 ? together / alone : NAN;
}

struct pattern_split pattern_split(const struct trial *trial, const bool *is_true) {
    double *medians = mem_zero(trial->launch_count, sizeof *medians);
    size_t count = 0, others = 0;
    for (size_t i = 0; i < trial->launch_count; i++) // these from the front, others from the end
        *(is_true[i] ? &medians[count++] : &medians[trial->launch_count - ++others]) =
            launch_ns(trial, &trial->launches[i]);
    struct pattern_split split = {
        .change = stats_median(medians, count) / stats_median(medians + count, others) - 1,
        .p = stats_rank_p(medians, count, medians + count, others),
        .count = count,
    };
    free(medians);
    return split;
}

bool pattern_is_split(const struct pattern_split *best, size_t asked) {
    return fabs(best->change) > SPLIT_CHANGE_MIN && best->p * (double)asked < SPLIT_P_MAX;
}

struct pattern_range pattern_range(const struct trial *trial) {
    struct pattern_range range = {NAN, NAN};
    for (size_t i = 0; i < trial->launch_count; i++) {
        const struct launch *launch = &trial->launches[i];
        double best = NAN;
        for (size_t k = 0; k < launch->span_count; k++)
            best = fmin(best, (double)launch->spans[k] / (double)trial->calls);
        range.fastest = fmin(range.fastest, best);
        range.slowest = fmax(range.slowest, best);
    }
    return range;
}
