// SPDX-License-Identifier: MIT
// The signed-rank test with bounded ranks, exact.
#include "signed_rank.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    SUM_MAX = SIGNED_RANK_MAX * SIGNED_RANK_MAX, // of doubled ranks, none above the count
    PAIRS_MAX = SIGNED_RANK_MAX * (SIGNED_RANK_MAX + 1) / 2
};

struct distance {
    double size;
    bool is_above;
};

static int by_size(const void *a, const void *b) {
    double p = ((const struct distance *)a)->size, q = ((const struct distance *)b)->size;
    return (p > q) - (p < q);
}

// P(sum of r_j b_j = s) for fair coins b_j, for each s up to what is returned.
static size_t spread_out(const size_t *ranks, size_t count, double chances[SUM_MAX + 1]) {
    size_t top = 0;
    for (size_t j = 0; j < count; j++)
        top += ranks[j];
    memset(chances, 0, (top + 1) * sizeof *chances);
    chances[0] = 1;
    top = 0;
    for (size_t j = 0; j < count; j++) {
        for (size_t s = top + 1; s-- > 0;) {
            chances[s] /= 2;
            chances[s + ranks[j]] += chances[s];
        }
        top += ranks[j];
    }
    return top;
}

// P(sum of r_j b_j >= sum).
static double upper_tail(const size_t *ranks, size_t count, size_t sum) {
    double chances[SUM_MAX + 1], tail = 0;
    for (size_t s = spread_out(ranks, count, chances) + 1; s-- > sum;)
        tail += chances[s];
    return tail;
}

// Doubled mid-ranks of sorted distances, up to half of the highest; the sum of those that lie
// above.
static size_t rank(const struct distance *distances, size_t count, size_t *ranks) {
    size_t sum = 0;
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && distances[end].size == distances[first].size)
            end++;
        for (size_t j = first; j < end; j++) {
            ranks[j] = first + 1 + end < count ? first + 1 + end : count;
            sum += distances[j].is_above ? ranks[j] : 0;
        }
    }
    return sum;
}

// `sign` 1: above the shift, -1: below.
static double test(const double *contrasts, size_t count, double shift, double sign) {
    assert(count <= SIGNED_RANK_MAX);
    struct distance distances[SIGNED_RANK_MAX];
    size_t ranks[SIGNED_RANK_MAX];
    for (size_t j = 0; j < count; j++) {
        double distance = sign * (contrasts[j] - shift);
        distances[j] = (struct distance){fabs(distance), distance > 0};
    }
    if (count != 0)
        qsort(distances, count, sizeof *distances, by_size);
    size_t sum = rank(distances, count, ranks);
    return upper_tail(ranks, count, sum);
}

double signed_rank_above(const double *contrasts, size_t count, double shift) {
    return test(contrasts, count, shift, 1);
}

double signed_rank_below(const double *contrasts, size_t count, double shift) {
    return test(contrasts, count, shift, -1);
}

// ---- Pairs -----------------------------------------------------------------------------------

static int by_value(const void *a, const void *b) {
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

// The means of all pairs, sorted; their number.
static size_t pair_means(const double *contrasts, size_t count, double means[PAIRS_MAX]) {
    assert(count <= SIGNED_RANK_MAX);
    size_t pairs = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i; j < count; j++)
            means[pairs++] = (contrasts[i] + contrasts[j]) / 2;
    if (pairs != 0)
        qsort(means, pairs, sizeof *means, by_value);
    return pairs;
}

double signed_rank_estimate(const double *contrasts, size_t count) {
    double means[PAIRS_MAX];
    size_t pairs = pair_means(contrasts, count, means);
    if (pairs == 0)
        return NAN;
    return (means[(pairs - 1) / 2] + means[pairs / 2]) / 2;
}

// Between two means nothing changes; beyond the last all contrasts lie below.
static double beyond(const double *means, size_t pairs, size_t at) {
    return at + 1 < pairs ? (means[at] + means[at + 1]) / 2 : means[at] + 1;
}

// The test's answer grows with the shift, at pair means.
double signed_rank_low(const double *contrasts, size_t count, double level) {
    double means[PAIRS_MAX];
    size_t pairs = pair_means(contrasts, count, means), low = 0, high = pairs;
    if (ldexp(1, -(int)count) > level)
        return -INFINITY;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (signed_rank_above(contrasts, count, beyond(means, pairs, middle)) > level)
            high = middle;
        else
            low = middle + 1;
    }
    return low < pairs ? means[low] : INFINITY;
}

double signed_rank_high(const double *contrasts, size_t count, double level) {
    double mirrored[SIGNED_RANK_MAX];
    assert(count <= SIGNED_RANK_MAX);
    for (size_t j = 0; j < count; j++)
        mirrored[j] = -contrasts[j];
    return -signed_rank_low(mirrored, count, level);
}
