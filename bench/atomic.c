// SPDX-License-Identifier: MIT
// An atomic counter, each thread's own or one for all: what sharing a cache line costs.

#include <tare/bench.h>

#include <stdatomic.h>
#include <string.h>

BENCH_GROUP("atomic");

BENCH_CONFIG(increment) {
    bench_describe(c, "atomic_fetch_add on a counter of the thread's own, or on one for all");
    BENCH_TEXTS(c, "counter", "private", "shared");
    BENCH_THREADS(c, 1, 2);
}

BENCH(increment) {
    // The body runs in every thread at once; what they are to share is static.
    static _Alignas(64) _Atomic uint64_t shared;
    _Alignas(64) _Atomic uint64_t private = 0;
    _Atomic uint64_t *counter =
        strcmp(bench_text(b, "counter"), "shared") == 0 ? &shared : &private;
    uint64_t before = atomic_load(counter);
    BENCH_LOOP(b) {
        atomic_fetch_add(counter, 1);
    }
    bench_check(b, atomic_load(counter) - before >= bench_calls(b));
    bench_items(b, 1);
}
