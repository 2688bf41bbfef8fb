// SPDX-License-Identifier: MIT
// malloc and free: one block at a time, and many blocks that go in another order than they came.

#include <tare/bench.h>

#include "inputs.h"

BENCH_GROUP("alloc");

BENCH_CONFIG(pair) {
    bench_describe(c, "malloc and free of one block, which the allocator has at hand");
    BENCH_INTS(c, "bytes", 32, 65536);
}

BENCH(pair) {
    size_t bytes = (size_t)bench_int(b, "bytes");
    BENCH_LOOP(b) {
        void *block = malloc(bytes);
        bench_keep(block); // without this, clang removes malloc and free
        free(block);
    }
}

enum { BLOCKS = 64 };

BENCH_CONFIG(scattered) {
    bench_describe(c, "64 blocks of 16 to 520 bytes, freed in another order");
}

BENCH(scattered) {
    uint64_t seed = bench_seed(b);
    size_t kinds[BLOCKS], order[BLOCKS];
    void *blocks[BLOCKS] = {NULL};
    inputs_shuffled(&seed, kinds, BLOCKS);
    inputs_shuffled(&seed, order, BLOCKS);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < BLOCKS; i++)
            blocks[i] = malloc(16 + 8 * kinds[i]);
        bench_use_mem(blocks);
        for (size_t i = 0; i < BLOCKS; i++)
            free(blocks[order[i]]);
    }
    bench_items(b, BLOCKS);
}
