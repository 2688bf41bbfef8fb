// SPDX-License-Identifier: MIT
// Order statistics, moments, ranks and Student's t.
#include "stats.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double stats_median_in_place(double *values, size_t count) {
    if (count == 0)
        return NAN;
    qsort(values, count, sizeof *values, compare_doubles);
    double upper = values[count / 2];
    return count % 2 == 1 ? upper : values[count / 2 - 1] + (upper - values[count / 2 - 1]) / 2;
}

uint64_t stats_median_u64_in_place(uint64_t *values, size_t count) {
    if (count == 0)
        return 0;
    qsort(values, count, sizeof *values, compare_u64);
    return values[(count - 1) / 2];
}

static double *copy(const double *values, size_t count) {
    double *to = mem_zero(count, sizeof *to);
    if (count > 0)
        memcpy(to, values, count * sizeof *to);
    return to;
}

double stats_median(const double *values, size_t count) {
    double *sorted = copy(values, count);
    double median = stats_median_in_place(sorted, count);
    free(sorted);
    return median;
}

double stats_mad(const double *values, size_t count) {
    if (count < 2)
        return NAN;
    double *distances = copy(values, count);
    double median = stats_median_in_place(distances, count);
    for (size_t i = 0; i < count; i++)
        distances[i] = fabs(distances[i] - median);
    double mad = 1.4826 * stats_median_in_place(distances, count);
    free(distances);
    return mad;
}

double stats_mean(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return count == 0 ? NAN : sum / (double)count;
}

double stats_variance(const double *values, size_t count) {
    if (count < 2)
        return NAN;
    double mean = stats_mean(values, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum / (double)(count - 1);
}

// ---- Two samples -----------------------------------------------------------------------------

// How often a value of `b` is above one of `a`; half if they are equal.
static double count_above(const double *a, size_t a_count, const double *b, size_t b_count) {
    double above = 0;
    for (size_t i = 0; i < a_count; i++)
        for (size_t j = 0; j < b_count; j++)
            above += b[j] > a[i] ? 1 : b[j] == a[i] ? 0.5 : 0;
    return above;
}

// In how many orders of m and n values at most `pairs` pairs stand the other way round: the sum of
// the first coefficients of the Gaussian binomial coefficient, the product over i of (1 - q^(n +
// i)) / (1 - q^i).
static double count_orders(size_t m, size_t n, size_t pairs) {
    double *orders = mem_zero(pairs + 1, sizeof *orders), all = 0;
    orders[0] = 1;
    for (size_t i = 1; i <= m; i++) {
        for (size_t k = pairs; k >= n + i; k--)
            orders[k] -= orders[k - n - i];
        for (size_t k = i; k <= pairs; k++)
            orders[k] += orders[k - i];
    }
    for (size_t k = 0; k <= pairs; k++)
        all += orders[k];
    free(orders);
    return all;
}

static double binomial(size_t m, size_t n) {
    double ways = 1;
    for (size_t i = 1; i <= m; i++)
        ways = ways * (double)(n + i) / (double)i;
    return ways;
}

double stats_rank_p(const double *a, size_t a_count, const double *b, size_t b_count) {
    double m = (double)a_count, n = (double)b_count, above = count_above(a, a_count, b, b_count);
    double fewer = ceil(fmin(above, m * n - above)), orders = binomial(a_count, b_count);
    if (orders < ldexp(1, 53)) // whole numbers are exact
        return fmin(1, 2 * count_orders(a_count, b_count, (size_t)fewer) / orders);
    double distance = fmax(0, m * n / 2 - fewer - 0.5);
    return erfc(distance / sqrt(m * n * (m + n + 1) / 12) / sqrt(2));
}

// ---- Student's t

#define FRACTION_TERMS 10000
#define TINY           1e-300

static double away_from_zero(double value) { return fabs(value) < TINY ? TINY : value; }

// The continued fraction of the incomplete beta function by Lentz's method; converges quickly for
// x < (a + 1) / (a + b + 2).
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), value = d;
    for (int m = 1; m <= FRACTION_TERMS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        value *= c * d;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        value *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return value;
}

// The regularized incomplete beta function; `y` is 1 - x, given apart because the difference would
// lose digits.
static double beta_regularized(double a, double b, double x, double y) {
    if (x <= 0 || y <= 0)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, y) / b;
}

double stats_t_cdf(double t, double df) {
    if (isnan(t) || !(df > 0))
        return NAN;
    if (isinf(t))
        return t < 0 ? 0 : 1;
    double square = t * t, sum = df + square;
    double tail = 0.5 * beta_regularized(df / 2, 0.5, df / sum, square / sum);
    return t < 0 ? tail : 1 - tail;
}

// The quantile of a probability in (0, 0.5], where the distribution function keeps its digits.
static double lower_quantile(double p, double df) {
    double low = -1, high = 0;
    while (stats_t_cdf(low, df) > p && low > -1e150)
        low *= 2;
    while (high - low > 1e-10 * fmax(1, -low)) {
        double middle = low + (high - low) / 2;
        if (stats_t_cdf(middle, df) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

double stats_t_quantile(double p, double df) {
    if (!(df > 0) || !(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    return p <= 0.5 ? lower_quantile(p, df) : -lower_quantile(1 - p, df);
}

double stats_median_known_in_place(double *values, size_t count) {
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[known++] = values[i];
    return stats_median_in_place(values, known);
}
