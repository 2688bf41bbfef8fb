// SPDX-License-Identifier: MIT
// The one clock: CLOCK_MONOTONIC_RAW in nanoseconds, not slewed, the same on every CPU.
#ifndef NSTIME_H
#define NSTIME_H

#include <stdint.h>
#include <time.h>

static inline uint64_t nstime_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct nstime_quality {
    uint64_t tick_ns; // smallest step seen, at least 1
    uint64_t cost_ns; // of one reading, at least 1
};

// About 50 us.
struct nstime_quality nstime_measure(void);

#endif
