// SPDX-License-Identifier: MIT
// A program with counters of its own, which PAPI offers as software-defined events.
#include <tare/bench.h>

#include <sde_lib.h>

BENCH_GROUP("software");

static long long hits, misses, unused;

// What a library would do when it is loaded.
__attribute__((constructor)) static void define_events(void) {
    papi_handle_t pool = papi_sde_init("pool");
    papi_sde_register_counter(pool, "hits", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long,
                              &hits);
    papi_sde_register_counter(pool, "misses", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long,
                              &misses);
    papi_sde_register_counter(pool, "unused", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long,
                              &unused);
}

// A library that is started by the case itself.
BENCH(late) {
    static long long sent;
    papi_sde_register_counter(papi_sde_init("queue"), "sent", PAPI_SDE_RO | PAPI_SDE_DELTA,
                              PAPI_SDE_long_long, &sent);
    BENCH_LOOP(b) {
        sent += 2;
        bench_clobber();
    }
}

BENCH(lookup) {
    BENCH_LOOP(b) {
        hits += 3;
        misses++;
        bench_clobber();
    }
}
