// SPDX-License-Identifier: MIT
// Cases that fall into pitfalls, each into one that a run can tell.
#include <tare/bench.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { TEXT_BYTES = 1 << 20, PAGE_BYTES = 4096, PAGES = 8 };

// As a compiler may do it to a loop-invariant call: once per batch.
BENCH(hoisted) {
    char *text = malloc(TEXT_BYTES);
    memset(text, 'x', TEXT_BYTES - 1);
    text[TEXT_BYTES - 1] = '\0';
    BENCH_BATCHES(b) {
        size_t length = 0;
        BENCH_LOOP(b) {
            if (length == 0)
                length = strlen(text);
            bench_keep(length);
        }
    }
    free(text);
}

BENCH(touches_new_pages) {
    BENCH_LOOP(b) {
        char *pages = mmap(NULL, (size_t)PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t i = 0; i < PAGES; i++)
            pages[i * PAGE_BYTES] = 1;
        munmap(pages, (size_t)PAGES * PAGE_BYTES);
    }
}
