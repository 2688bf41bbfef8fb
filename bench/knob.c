// SPDX-License-Identifier: MIT
// A case that can be made slower by a known share, to see what the comparator catches:
// make KNOB=10 bench does 10 % more of the same work and leaves the same state.

#include <tare/bench.h>

#ifndef KNOB_PERCENT
#define KNOB_PERCENT 0
#endif

BENCH_GROUP("knob");

BENCH_CONFIG(steps) { bench_describe(c, "1000 steps of a generator, and KNOB_PERCENT more"); }

static uint64_t step(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ (x << 17);
}

BENCH(steps) {
    uint64_t seed = bench_seed(b) | 1;
    uint64_t last = 0;
    int steps = 1000 + 10 * KNOB_PERCENT;
    bench_hide(steps);
    BENCH_LOOP(b) {
        uint64_t x = seed;
        for (int i = 0; i < steps; i++)
            x = step(x);
        bench_keep(last = x);
    }
    bench_check(b, last != 0);
}
