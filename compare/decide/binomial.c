// SPDX-License-Identifier: MIT
// How often something happens, from how often it was seen. Pure, exact.
#include "binomial.h"

#include <math.h>

enum { HALVINGS = 50 };

static double probability(uint64_t hits, uint64_t tries, double rate) {
    double n = (double)tries, k = (double)hits;
    double ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
    return exp(ways + k * log(rate) + (n - k) * log1p(-rate));
}

double binomial_above(uint64_t hits, uint64_t tries, double rate) {
    if (hits == 0 || rate >= 1)
        return hits <= tries;
    double sum = 0;
    for (uint64_t k = hits; k <= tries && rate > 0; k++)
        sum += probability(k, tries, rate);
    return fmin(1, sum);
}

double binomial_rate_low(uint64_t hits, uint64_t tries, double confidence) {
    double low = 0, high = 1;
    for (int i = 0; i < HALVINGS && hits != 0; i++) {
        double middle = (low + high) / 2;
        if (binomial_above(hits, tries, middle) < 1 - confidence)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double binomial_rate_high(uint64_t hits, uint64_t tries, double confidence) {
    return 1 - binomial_rate_low(tries - hits, tries, confidence);
}
