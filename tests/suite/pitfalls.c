// SPDX-License-Identifier: MIT
// Cases that fall into pitfalls, each into one that a run can tell.
#include <tare/bench.h>

#include <string.h>
#include <sys/mman.h>

enum { TEXT_BYTES = 1 << 20, PAGE_BYTES = 4096, PAGES = 8 };

static char text[TEXT_BYTES];

// As a compiler may do it to a loop-invariant call: once per batch. Its set-up is done once, for a
// case with a long one stays in its loop, where this is not looked for.
BENCH(hoisted) {
    if (text[0] == '\0')
        memset(text, 'x', TEXT_BYTES - 1);
    BENCH_BATCHES(b) {
        size_t length = 0;
        BENCH_LOOP(b) {
            if (length == 0)
                length = strlen(text);
            bench_keep(length);
        }
    }
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
