// SPDX-License-Identifier: MIT
// Lookups in a hash map, and an allocator that many blocks keep busy.

#include "inputs.h"
#include "work.h"

BENCH_GROUP("tables");

// ---- Unit: a lookup --------------------------------------------------------------------------

enum { SLOTS = 8192, KEYS = 1024 };

struct slot {
    uint64_t key; // 0: free
    uint64_t value;
};

static size_t place_of(uint64_t key) { return (size_t)((key * 0x9e3779b97f4a7c15u) >> 40) % SLOTS; }

// -DREAL: one function compiled with -O1.
#ifdef REAL
__attribute__((optimize("O1"), noinline))
#endif
static struct slot *
find(struct slot *slots, uint64_t key) {
    size_t at = place_of(key);
    while (slots[at].key != key && slots[at].key != 0)
        at = (at + 1) % SLOTS;
    return &slots[at];
}

BENCH(map) {
    uint64_t seed = bench_seed(b), keys[KEYS], sum = 0;
    size_t units = work_units();
    struct slot *slots = calloc(SLOTS, sizeof *slots);
    if (slots == NULL)
        abort();
    for (size_t i = 0; i < KEYS; i++) {
        keys[i] = inputs_next(&seed) | 1;
        *find(slots, keys[i]) = (struct slot){keys[i], i};
    }
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            sum += find(slots, keys[work_draw(&seed, KEYS)])->value;
        bench_keep(sum);
    }
    free(slots);
}

// ---- Unit: a block is freed and another one allocated ----------------------------------------

enum { BLOCKS = 64, SIZES = 512, SIZE_MIN = 16, SIZE_MAX_BYTES = 512 };

BENCH(alloc) {
    void *blocks[BLOCKS] = {NULL};
    size_t sizes[SIZES];
    uint64_t seed = bench_seed(b);
    size_t units = work_units();
    for (size_t i = 0; i < SIZES; i++)
        sizes[i] = SIZE_MIN + inputs_below(&seed, SIZE_MAX_BYTES - SIZE_MIN);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++) {
            void **block = &blocks[work_draw(&seed, BLOCKS)];
            free(*block);
            *block = malloc(sizes[work_draw(&seed, SIZES)]);
            bench_keep(*block);
        }
    }
    for (size_t i = 0; i < BLOCKS; i++)
        free(blocks[i]);
}
