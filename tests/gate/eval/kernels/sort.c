// SPDX-License-Identifier: MIT
// Sorts by counting for each number those that come before it. Unit: an array of 16 numbers.

#include "inputs.h"
#include "work.h"

BENCH_GROUP("sort");

enum { ARRAYS = 8, LENGTH = 16 };

// -DREAL: a function that is no longer inlined.
#ifdef REAL
__attribute__((noinline))
#endif
static bool
comes_before(const int *values, size_t left, size_t right) {
    return values[left] < values[right] || (values[left] == values[right] && left < right);
}

static void sort(int *sorted, const int *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t rank = 0;
        for (size_t j = 0; j < count; j++)
            rank += comes_before(values, j, i);
        sorted[rank] = values[i];
    }
}

BENCH(ranks) {
    int arrays[ARRAYS][LENGTH], sorted[LENGTH] = {0};
    uint64_t seed = bench_seed(b);
    size_t units = work_units(), length = LENGTH;
    bench_hide(length);
    for (size_t i = 0; i < ARRAYS * LENGTH; i++)
        arrays[i / LENGTH][i % LENGTH] = (int)inputs_below(&seed, 1000000);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++) {
            sort(sorted, arrays[work_draw(&seed, ARRAYS)], length);
            bench_use_mem(sorted);
        }
    }
    for (size_t i = 1; i < LENGTH; i++)
        bench_check(b, sorted[i - 1] <= sorted[i]);
}
