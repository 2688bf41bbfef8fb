// SPDX-License-Identifier: MIT
// tare's own statistics, on as many values as a trial has samples: 10 launches of 20.
//
// Each call takes the next of 256 arrays: the branch predictor learns to sort a single one.
// What a misprediction costs depends on where the program and the C library happen to be mapped: on
// a Zen 5 a launch takes 10, 14 or 17 us for a median, by chance.

#include <tare/bench.h>

#include "inputs.h"
#include "stats.h"

BENCH_GROUP("own_stats");

enum { COUNT = 200, STOCK = 256 };

struct sample {
    double values[COUNT];
};

// 1 .. COUNT in random order, over and over: the answers are known.
static struct sample *make_samples(uint64_t seed) {
    struct sample *stock = inputs_room(STOCK * sizeof *stock);
    for (size_t i = 0; i < STOCK; i++) {
        size_t order[COUNT];
        inputs_shuffled(&seed, order, COUNT);
        for (size_t k = 0; k < COUNT; k++)
            stock[i].values[k] = (double)order[k] + 1;
    }
    return stock;
}

BENCH(median) {
    struct sample *stock = make_samples(bench_seed(b));
    double median = 0;
    size_t turn = 0;
    BENCH_LOOP(b) {
        turn = (turn + 1) % STOCK;
        median = stats_median(stock[turn].values, COUNT);
        bench_keep(median);
    }
    bench_check(b, median == 100.5);
    bench_items(b, COUNT);
    free(stock);
}

BENCH(mad) {
    struct sample *stock = make_samples(bench_seed(b));
    double mad = 0;
    size_t turn = 0;
    BENCH_LOOP(b) {
        turn = (turn + 1) % STOCK;
        mad = stats_mad(stock[turn].values, COUNT);
        bench_keep(mad);
    }
    bench_check(b, mad == 1.4826 * 50);
    bench_items(b, COUNT);
    free(stock);
}
