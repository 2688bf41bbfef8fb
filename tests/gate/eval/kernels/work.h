// SPDX-License-Identifier: MIT
// How much work a call of a kernel does: so many units of one kind.
//
// Which unit comes next is drawn from a small stock, so that more units are more of the same. (A
// stock that a branch predictor just about knows by heart makes launches of one program differ by 5
// %.) With -DSLOWER=100 there are 1 % more.
#ifndef WORK_H
#define WORK_H

#include <tare/bench.h>

#ifndef SLOWER
#define SLOWER 0 // hundredths of a percent, a multiple of 25
#endif

#ifndef WORK_UNITS
#define WORK_UNITS 400
#endif

// Unknown to the compiler, so that a slower program differs in this number and in nothing else.
static inline size_t work_units(void) {
    size_t units = WORK_UNITS + WORK_UNITS * SLOWER / 10000;
    bench_hide(units);
    return units;
}

// 0 .. count - 1, for a `count` that is a power of two.
static inline size_t work_draw(uint64_t *random, size_t count) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*random >> 33) & (count - 1);
}

#endif
