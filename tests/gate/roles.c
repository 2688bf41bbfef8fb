// SPDX-License-Identifier: MIT
// Cases whose time depends on what the gate must not let decide: on who comes first, and on who was
// there just before.
#include <tare/bench.h>

#include "inputs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

BENCH_GROUP("roles");

// Of all processes that live now; the lock goes with the process.
static bool is_first(void) {
    int lock = open(LOCK, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
}

// A tenth slower in the process that is asked first.
BENCH(first_pays) {
    static int steps;
    uint64_t x = bench_seed(b);
    if (steps == 0)
        steps = is_first() ? 1100 : 1000;
    BENCH_LOOP(b) {
        for (int i = 0; i < steps; i++) {
            x = x * 3 + 1;
            bench_hide(x);
        }
    }
}

enum { LINE_BYTES = 64 };

static size_t lines_of_cache(void) {
    long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return (size_t)(bytes > 0 ? bytes : 1 << 20) * 3 / 4 / LINE_BYTES;
}

// Walks through most of the second-level cache, where there is no room for two who do so.
BENCH(needs_its_cache) {
    size_t count = lines_of_cache(), at = 0;
    uint64_t seed = bench_seed(b);
    size_t *order = inputs_room(count * sizeof *order);
    size_t(*next)[LINE_BYTES / sizeof(size_t)] = inputs_room(count * LINE_BYTES);
    inputs_shuffled(&seed, order, count);
    for (size_t i = 0; i < count; i++)
        next[order[i]][0] = order[(i + 1) % count];
    BENCH_LOOP(b) {
        at = next[at][0];
        bench_keep(at);
    }
    free(next);
    free(order);
}
