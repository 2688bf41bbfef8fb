// SPDX-License-Identifier: MIT
// A chain of dependent steps, in calls of 20 ns, 1 us and 20 ms, and system calls.

#include "work.h"

#include <sys/syscall.h>
#include <unistd.h>

BENCH_GROUP("calls");

static uint64_t step(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ (x << 17);
}

static void chain(struct bench *b, size_t steps_per_unit) {
    uint64_t x = bench_seed(b) | 1;
    size_t steps = work_units() * steps_per_unit;
    BENCH_LOOP(b) {
        for (size_t i = 0; i < steps; i++)
            x = step(x);
        bench_keep(x);
    }
    bench_check(b, x != 0);
}

BENCH(chain) { chain(b, 1); }
BENCH(long) { chain(b, 36000); }

// A tenth of a nanosecond matters here, so there is no loop, and no unit finer than 1 %.
BENCH(short) {
    uint64_t x = bench_seed(b) | 1;
    BENCH_LOOP(b) {
#pragma GCC unroll 128
        for (int i = 0; i < 100 + SLOWER / 100; i++) {
            x *= 3;
            bench_hide(x);
        }
    }
    bench_check(b, x != 0);
}

BENCH(syscall) {
    size_t units = work_units();
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            syscall(SYS_getppid);
    }
}
