// SPDX-License-Identifier: MIT
// Cases that behave: arguments, a tag, threads, a group, a metric, prepared batches, manual timing.
#include <tare/bench.h>

#include <string.h>

BENCH_GROUP("plain");

BENCH(fill) {
    char buffer[256];
    size_t size = (size_t)bench_int(b, "size");
    bench_bytes(b, (double)size);
    BENCH_LOOP(b) {
        bench_hide(size);
        memset(buffer, 1, size);
        bench_use_mem(buffer);
    }
    bench_check(b, buffer[0] == 1);
}

BENCH_CONFIG(fill) {
    BENCH_INTS(c, "size", 64, 256);
    BENCH_TEXTS(c, "mode", "a b", "c/d");
    bench_tag(c, "memory");
}

BENCH(threads) {
    unsigned thread = bench_thread(b);
    BENCH_LOOP(b) {
        bench_keep(thread);
    }
}

BENCH_CONFIG(threads) { BENCH_THREADS(c, 1, 2); }

BENCH(batches) {
    BENCH_BATCHES(b) {
        int used = 0;
        BENCH_LOOP(b) {
            used++;
            bench_keep(used);
        }
    }
    bench_metric(b, "ratio", 0.5, "", BENCH_LOWER_IS_BETTER);
}

BENCH(manual) {
    BENCH_MANUAL(b) {
        uint64_t start = bench_now();
        bench_clobber();
        bench_span(b, bench_now() - start);
    }
}
