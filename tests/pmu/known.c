// SPDX-License-Identifier: MIT
// Cases whose instructions are known: two for each turn, and the same few for each call.

#include <tare/bench.h>

BENCH_GROUP("known");

static inline void turn(uint64_t turns) {
    __asm__ volatile("1: subs %0, %0, #1\n   b.ne 1b" : "+r"(turns) : : "cc");
}

BENCH_CONFIG(turns) { BENCH_INTS(c, "turns", 1000, 2000); }

BENCH(turns) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    BENCH_LOOP(b) {
        turn(turns);
    }
}

BENCH_CONFIG(threads) {
    BENCH_INTS(c, "turns", 1000, 2000);
    BENCH_THREADS(c, 2);
}

BENCH(threads) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    BENCH_LOOP(b) {
        turn(turns);
    }
}
