// SPDX-License-Identifier: MIT
// Counts of heap use, one tally for each thread.

#include "alloc_tally.h"

#include <stdlib.h>
#include <sys/mman.h>

_Thread_local struct alloc_tally *alloc_tally_own;
bool alloc_tally_weighs;

static struct alloc_tally *newest;

// A page of its own, which is never given back.
struct alloc_tally *alloc_tally_adopt(void) {
    struct alloc_tally *t =
        mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (t == MAP_FAILED)
        abort();
    t->next = __atomic_load_n(&newest, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&newest, &t->next, t, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED))
        ;
    alloc_tally_own = t;
    return t;
}

static void add_up(struct alloc_counts *sum, const struct alloc_counts *one) {
    sum->allocs += __atomic_load_n(&one->allocs, __ATOMIC_RELAXED);
    sum->frees += __atomic_load_n(&one->frees, __ATOMIC_RELAXED);
    sum->reallocs += __atomic_load_n(&one->reallocs, __ATOMIC_RELAXED);
    sum->bytes += __atomic_load_n(&one->bytes, __ATOMIC_RELAXED);
    sum->live += __atomic_load_n(&one->live, __ATOMIC_RELAXED);
    sum->peak += __atomic_load_n(&one->peak, __ATOMIC_RELAXED);
}

void alloc_tally_read(struct alloc_counts *own, struct alloc_counts *all) {
    struct alloc_counts *mine = alloc_tally_mine();
    *own = *mine;
    *all = (struct alloc_counts){0};
    for (const struct alloc_tally *t = __atomic_load_n(&newest, __ATOMIC_ACQUIRE); t; t = t->next)
        add_up(all, &t->counts);
    mine->peak = mine->live;
}
