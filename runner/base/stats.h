// SPDX-License-Identifier: MIT
// Statistics: arrays in, numbers out. NaN is the answer where there is none (too few values).
#ifndef STATS_H
#define STATS_H

#include <stddef.h>
#include <stdint.h>

// Order statistics. They sort a copy, except the _in_place ones, which sort the array.
double stats_median(const double *values, size_t count);
double stats_median_in_place(double *values, size_t count);
// Of those that are not NaN, which it packs, too.
double stats_median_known_in_place(double *values, size_t count);
// The lower median of an even count, so that the answer is one of the values. 0 for no values.
uint64_t stats_median_u64_in_place(uint64_t *values, size_t count);
// 1.4826 x median |v - median|: the standard deviation of a normal core, blind to the tails.
double stats_mad(const double *values, size_t count);

double stats_mean(const double *values, size_t count);
// The unbiased variance; NaN below two values.
double stats_variance(const double *values, size_t count);

// How likely two samples of one distribution differ as much in their ranks, either way: Mann and
// Whitney's test, exact up to about 28 values each, then by the normal approximation. 1 where one
// of them is empty.
double stats_rank_p(const double *a, size_t a_count, const double *b, size_t b_count);

// Student's t with `df` > 0 degrees of freedom: P(T <= t), and its inverse. Continued fraction of
// the incomplete beta function (Numerical Recipes 6.4 gives the method); inverse by bisection to
// 1e-10.
double stats_t_cdf(double t, double df);
double stats_t_quantile(double p, double df);

#endif
