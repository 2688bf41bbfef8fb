// SPDX-License-Identifier: MIT
// How often something happens, from how often it was seen. Pure, exact.
#ifndef BINOMIAL_H
#define BINOMIAL_H

#include <stdint.h>

// P(X >= hits) of `tries` independent tries that each hit with probability `rate`.
double binomial_above(uint64_t hits, uint64_t tries, double rate);

// The rates that this excludes from one side with this confidence (Clopper and Pearson): all below
// the one, all above the other. Without tries 0 and 1.
double binomial_rate_low(uint64_t hits, uint64_t tries, double confidence);
double binomial_rate_high(uint64_t hits, uint64_t tries, double confidence);

#endif
