// SPDX-License-Identifier: MIT
// Insertion sort. Unit: an array of 16 numbers.

#include "inputs.h"
#include "work.h"

#include <string.h>

BENCH_GROUP("sort");

enum { ARRAYS = 8, LENGTH = 16 };

// -DREAL: a function that is no longer inlined.
#ifdef REAL
__attribute__((noinline))
#endif
static bool
comes_before(int left, int right) {
    return left < right;
}

static void sort(int *values, size_t count) {
    for (size_t i = 1; i < count; i++) {
        int value = values[i];
        size_t at = i;
        for (; at > 0 && comes_before(value, values[at - 1]); at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

BENCH(insertion) {
    int arrays[ARRAYS][LENGTH], sorted[LENGTH] = {0};
    uint64_t seed = bench_seed(b);
    size_t units = work_units();
    for (size_t i = 0; i < ARRAYS * LENGTH; i++)
        arrays[i / LENGTH][i % LENGTH] = (int)inputs_below(&seed, 1000000);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++) {
            memcpy(sorted, arrays[work_draw(&seed, ARRAYS)], sizeof sorted);
            sort(sorted, LENGTH);
            bench_use_mem(sorted);
        }
    }
    for (size_t i = 1; i < LENGTH; i++)
        bench_check(b, sorted[i - 1] <= sorted[i]);
}
