// SPDX-License-Identifier: MIT
// Cases with limits: kept, not kept, and such that nobody can tell.
#include <tare/bench.h>

#include <sys/mman.h>

BENCH_GROUP("limits");

static void work(struct bench *b) {
    BENCH_LOOP(b) {
        for (int i = 0; i < 100; i++)
            bench_clobber();
    }
    bench_metric(b, "waste", 2, "B", BENCH_LOWER_IS_BETTER);
    bench_metric(b, "gain", 2, "B", BENCH_HIGHER_IS_BETTER);
}

BENCH(kept) { work(b); }
BENCH_CONFIG(kept) {
    bench_limit(c, "waste", 2);
    bench_limit(c, "gain", 2);
    bench_limit_ns(c, 1e9);
}

BENCH(beyond) { work(b); }
BENCH_CONFIG(beyond) { bench_limit(c, "waste", 1.5); }

BENCH(below) { work(b); }
BENCH_CONFIG(below) { bench_limit(c, "gain", 2.5); }

BENCH(slow) { work(b); }
BENCH_CONFIG(slow) { bench_limit_ns(c, 0.001); }

BENCH(unknown) { work(b); }
BENCH_CONFIG(unknown) { bench_limit(c, "elephants", 3); }

BENCH(counted) { work(b); }
BENCH_CONFIG(counted) { bench_limit(c, "cycles", 1); }

// What no list names unless it is asked to.
BENCH(rare) { work(b); }
BENCH_CONFIG(rare) {
    bench_limit(c, "major-faults", 1);
    bench_limit(c, "preemptions", 1);
}

BENCH(faulting) {
    char *page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        bench_fail(b, "no page");
        return;
    }
    BENCH_LOOP(b) {
        madvise(page, 1, MADV_DONTNEED);
        *(volatile char *)page = 1;
    }
    munmap(page, 1);
}
BENCH_CONFIG(faulting) { bench_limit(c, "page-faults", 0.5); }

BENCH(in_threads) {
    BENCH_LOOP(b) {
        for (int i = 0; i < 100; i++)
            bench_clobber();
    }
}
BENCH_CONFIG(in_threads) {
    BENCH_THREADS(c, 2);
    bench_limit(c, "cycles", 1);
    bench_limit_ns(c, 0.001);
}
