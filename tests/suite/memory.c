// SPDX-License-Identifier: MIT
// Cases that touch a known number of pages in each call, and one that tells where it lies.
#include <tare/bench.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

BENCH_GROUP("memory");

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static void touch(char *memory, size_t pages, size_t page) {
    for (size_t i = 0; i < pages; i++)
        *(volatile char *)(memory + i * page) = 1;
}

BENCH(maps) {
    size_t pages = (size_t)bench_int(b, "pages"), page = page_size();
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    BENCH_LOOP(b) {
        char *memory =
            mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        touch(memory, pages, page);
        munmap(memory, pages * page);
    }
}
BENCH_CONFIG(maps) { BENCH_INTS(c, "pages", 100, 1000); }

// More than glibc ever learns to keep by itself.
BENCH(allocates) {
    size_t page = page_size(), pages = ((size_t)40 << 20) / page;
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    bench_metric(b, "pages", (double)pages, "", BENCH_LOWER_IS_BETTER);
    BENCH_LOOP(b) {
        char *memory = malloc(pages * page);
        bench_keep(memory);
        touch(memory, pages, page);
        free(memory);
    }
}

BENCH(lies) {
    static char here;
    bench_metric(b, "place", (double)(uintptr_t)&here, "", BENCH_LOWER_IS_BETTER);
    BENCH_LOOP(b) {
        bench_keep(here);
    }
}
