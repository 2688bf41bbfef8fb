// SPDX-License-Identifier: MIT
// How an error rate is shared out over the looks of a sequential test.
//
// By t = n / n_max of all contrasts, level x t^power may have been spent; a look rejects if its p
// is at most what has become free since the last. What is less than 2^-n cannot be spent on n
// contrasts and stays for the next look. A union bound: it holds however looks depend on each
// other.
#ifndef SPENDING_H
#define SPENDING_H

#include <stddef.h>

#define SPENDING_LOOKS     13
#define SPENDING_COUNT_MIN 6 // contrasts at the first look

struct spending {
    double level;
    double power; // below 1: early; above: late
    double spent;
};

// What this look may spend, 0 if that is too little; counts as spent from then on.
double spending_take(struct spending *spending, size_t count, size_t count_max);

// The looks for at most `count_max` contrasts, ascending, the last at count_max; none below
// SPENDING_COUNT_MIN. Returns how many.
size_t spending_looks(size_t count_max, size_t looks[SPENDING_LOOKS]);

#endif
