// SPDX-License-Identifier: MIT
// Moderated variances: a trial with few runs borrows from what the whole suite says of variances.
#include "moderate.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

// Below this (0.01 % of spread) a variance says more about the clock than about the trial.
static const double variance_min = 1e-8;

// Both: recurrence up to 8, then the asymptotic series (Abramowitz and Stegun 6.3.18, 6.4.12).
static double digamma(double x) {
    double below = 0;
    for (; x < 8; x++)
        below -= 1 / x;
    double y = 1 / (x * x);
    return below + log(x) - 0.5 / x - y * (1.0 / 12 - y * (1.0 / 120 - y / 252));
}

static double trigamma(double x) {
    double below = 0;
    for (; x < 8; x++)
        below += 1 / (x * x);
    double y = 1 / (x * x);
    return below + 1 / x + y / 2 + y / x * (1.0 / 6 - y * (1.0 / 30 - y / 42));
}

// The x with trigamma(x) = y, for x in [low, high]; trigamma falls.
static double trigamma_inverse(double y, double low, double high) {
    while (high - low > 1e-9 * high) {
        double middle = (low + high) / 2;
        if (trigamma(middle) > y)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct variance moderate_prior(const struct variance *own, size_t count, double df_max) {
    if (count < 3)
        return (struct variance){0};
    double *logs = mem_zero(count, sizeof *logs);
    double sampling = 0; // how much the logs would vary if all true variances were one
    for (size_t i = 0; i < count; i++) {
        double half = own[i].df / 2;
        logs[i] = log(fmax(own[i].value, variance_min)) - digamma(half) + log(half);
        sampling += trigamma(half) / (double)count;
    }
    double mean = stats_mean(logs, count);
    double excess = stats_variance(logs, count) - sampling;
    free(logs);
    double half =
        excess <= trigamma(df_max / 2) ? df_max / 2 : trigamma_inverse(excess, 1e-3, df_max / 2);
    return (struct variance){exp(mean + digamma(half) - log(half)), 2 * half};
}

struct variance moderate(struct variance own, struct variance prior) {
    double df = own.df + prior.df;
    return (struct variance){(own.df * own.value + prior.df * prior.value) / df, df};
}
