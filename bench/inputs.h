// SPDX-License-Identifier: MIT
// Inputs for cases: numbers drawn from bench_seed(), and memory to put them in.
//
//     uint64_t seed = bench_seed(b);
//     int dice = (int)inputs_below(&seed, 6) + 1;
#ifndef INPUTS_H
#define INPUTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// The next number of a sequence that `*seed` starts and that differs from seed to seed: SplitMix64,
// which is good from the first number on, whatever the seed.
static inline uint64_t inputs_next(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// 0 .. limit - 1, evenly enough for limits far below 2^64.
static inline size_t inputs_below(uint64_t *seed, size_t limit) {
    return (size_t)(inputs_next(seed) % limit);
}

// The numbers 0 .. count - 1 in random order.
static inline void inputs_shuffled(uint64_t *seed, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t place = inputs_below(seed, i + 1);
        order[i] = i;
        order[i] = order[place];
        order[place] = i;
    }
}

// Memory that starts a cache line, so that every launch measures the same alignment; free() it. A
// case that is refused memory ends here, which costs that one trial.
static inline void *inputs_room(size_t bytes) {
    void *room = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (room == NULL)
        abort();
    return room;
}

// The same, filled with random bytes.
static inline unsigned char *inputs_bytes(uint64_t *seed, size_t count) {
    unsigned char *bytes = inputs_room(count);
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)inputs_next(seed);
    return bytes;
}

#endif
