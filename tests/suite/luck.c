// SPDX-License-Identifier: MIT
// Cases whose time depends on the launch: on where data lie, on what was launched before.
#include <tare/bench.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LINE = 64, HUGE = 2 << 20 };

static void work(int steps) {
    for (int i = 0; i < steps; i++)
        bench_hide(i);
}

// As a copy would be that knows a fast way for whole lines.
BENCH(aligned) {
    static char room[2 * LINE] __attribute__((aligned(64)));
    const char *src = room + bench_seed(b) % 2 * 16;
    bench_address(b, "src", src);
    BENCH_LOOP(b) {
        work((uintptr_t)src % LINE ? 2000 : 200);
    }
}

BENCH(leaves_a_file) {
    FILE *file = fopen(LEFT, "we");
    if (file != NULL)
        fclose(file);
    BENCH_LOOP(b) {
        work(100);
    }
}

BENCH_CONFIG(removes_a_file) { BENCH_INTS(c, "which", 1, 2, 3); }

BENCH(removes_a_file) {
    unlink(LEFT);
    BENCH_LOOP(b) {
        work(100);
    }
}

// Slower just after the file was left; later it is mostly gone.
BENCH(finds_a_file) {
    static int steps;
    if (steps == 0)
        steps = unlink(LEFT) == 0 ? 2000 : 200;
    BENCH_LOOP(b) {
        work(steps);
    }
}

// Huge pages for some launches, where the kernel has any to give.
BENCH(lucky) {
    char *memory = aligned_alloc(HUGE, HUGE);
    madvise(memory, HUGE, bench_seed(b) % 2 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    *memory = 1;
    BENCH_LOOP(b) {
        work(100);
    }
    free(memory);
}
