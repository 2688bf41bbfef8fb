// SPDX-License-Identifier: MIT
// qsort of ints. Sorting uses its input up, so each batch begins with fresh inputs for its calls.

#include <tare/bench.h>

#include "inputs.h"

#include <string.h>

BENCH_GROUP("sort");

static int compare_ints(const void *left, const void *right) {
    int x = *(const int *)left, y = *(const int *)right;
    return (x > y) - (x < y);
}

static void fill_random(int *ints, size_t count, uint64_t *seed) {
    for (size_t i = 0; i < count; i++)
        ints[i] = (int)inputs_below(seed, 1000000);
}

static void fill_sorted(int *ints, size_t count, uint64_t *seed) {
    int last = 0;
    for (size_t i = 0; i < count; i++)
        ints[i] = last += (int)inputs_below(seed, 100);
}

static bool is_sorted(const int *ints, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (ints[i - 1] > ints[i])
            return false;
    return true;
}

BENCH_CONFIG(qsort) {
    bench_describe(c, "qsort of ints, other ints in each call");
    BENCH_INTS(c, "count", 16, 1024);
    BENCH_TEXTS(c, "order", "random", "sorted");
}

BENCH(qsort) {
    size_t count = (size_t)bench_int(b, "count");
    bool is_random = strcmp(bench_text(b, "order"), "random") == 0;
    uint64_t seed = bench_seed(b);
    uint64_t calls = bench_calls(b);
    int *ints = inputs_room(calls * count * sizeof *ints);
    bool sorted = true;
    BENCH_BATCHES(b) {
        // Other ints in each batch: the branch predictor would learn a short array by heart.
        for (uint64_t i = 0; i < calls; i++)
            (is_random ? fill_random : fill_sorted)(ints + i * count, count, &seed);
        int *next = ints;
        BENCH_LOOP(b) {
            qsort(next, count, sizeof *next, compare_ints);
            next += count;
        }
        for (uint64_t i = 0; i < calls; i++)
            sorted = sorted && is_sorted(ints + i * count, count);
    }
    bench_check(b, sorted);
    bench_items(b, (double)count);
    free(ints);
}
