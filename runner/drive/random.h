// SPDX-License-Identifier: MIT
// Reproducible random numbers: SplitMix64 (Steele, Lea, Flood 2014), good from the first number on.
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t random_next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// The numbers 0 .. count - 1 in random order.
static inline void random_order(uint64_t *state, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t other = (size_t)(random_next(state) % (i + 1));
        order[i] = order[other];
        order[other] = i;
    }
}

#endif
