// SPDX-License-Identifier: MIT
// Measures the clock: how fine it steps and what a reading costs.

#include "nstime.h"

enum { READINGS = 1000 };

struct nstime_quality nstime_measure(void) {
    uint64_t tick_ns = UINT64_MAX;
    uint64_t first = nstime_now();
    uint64_t last = first;
    for (int i = 0; i < READINGS; i++) {
        uint64_t now = nstime_now();
        if (now > last && now - last < tick_ns)
            tick_ns = now - last;
        last = now;
    }
    // A clock finer than a reading shows steps of one reading; a coarser one its own.
    uint64_t cost_ns = (last - first) / READINGS;
    return (struct nstime_quality){
        .tick_ns = tick_ns == UINT64_MAX ? last - first + 1 : tick_ns,
        .cost_ns = cost_ns ? cost_ns : 1,
    };
}
