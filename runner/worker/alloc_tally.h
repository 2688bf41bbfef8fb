// SPDX-License-Identifier: MIT
// Counts of heap use, one tally for each thread: whoever sees the calls writes them, the allocation
// meter reads them. A tally outlives its thread, so that nothing is missing from the sum. Nothing
// here takes a lock or allocates from the heap: a fork at any time leaves both processes with
// counts of their own.
#ifndef ALLOC_TALLY_H
#define ALLOC_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alloc_counts {
    uint64_t allocs;
    uint64_t frees;
    uint64_t reallocs;
    uint64_t bytes; // as asked for, by allocs and reallocs

    // While blocks are weighed, in bytes that the allocator gave.
    int64_t live; // allocated less freed; below 0 in a thread that frees what others allocated
    int64_t peak; // the most that was live since the thread's own last reading
};

struct alloc_tally {
    struct alloc_counts counts; // written by its own thread alone
    struct alloc_tally *next;   // of an older thread
};

// The calling thread's; NULL until it has one.
extern _Thread_local struct alloc_tally *alloc_tally_own;

// Whether blocks are weighed, which costs more than all the rest.
extern bool alloc_tally_weighs;

// Gives the calling thread its tally.
struct alloc_tally *alloc_tally_adopt(void);

// `own` is of the calling thread; `all` is the sum over all threads there are and were.
void alloc_tally_read(struct alloc_counts *own, struct alloc_counts *all);

// How the meter reaches tallies that are not its own: a preloaded library and the wrappers export
// it. The end of its name is the version of these structs.
struct alloc_source {
    const char *name; // of the source, in documents
    void (*read)(struct alloc_counts *own, struct alloc_counts *all);
    bool *weighs;
};

#define ALLOC_SOURCE tare_alloc_source_1

// C++'s `operator new` and `operator delete`, as the linker knows them.
#if UINTPTR_MAX > UINT32_MAX
#define ALLOC_SIZED "m"
#else
#define ALLOC_SIZED "j"
#endif
#define ALLOC_NEW    "_Znw" ALLOC_SIZED
#define ALLOC_DELETE "_ZdlPv"

// ---- For those who see the calls -------------------------------------------------------------

static inline struct alloc_counts *alloc_tally_mine(void) {
    struct alloc_tally *mine = alloc_tally_own;
    return &(mine ? mine : alloc_tally_adopt())->counts;
}

// Another thread may read meanwhile.
// NOLINTNEXTLINE(readability-non-const-parameter): clang-tidy 14 does not see the store
static inline void alloc_tally_add(uint64_t *count, uint64_t more) {
    __atomic_store_n(count, *count + more, __ATOMIC_RELAXED);
}

static inline void alloc_tally_grow(struct alloc_counts *mine, size_t given) {
    int64_t live = mine->live + (int64_t)given;
    __atomic_store_n(&mine->live, live, __ATOMIC_RELAXED);
    if (live > mine->peak)
        __atomic_store_n(&mine->peak, live, __ATOMIC_RELAXED);
}

static inline void alloc_tally_shrink(struct alloc_counts *mine, size_t given) {
    __atomic_store_n(&mine->live, mine->live - (int64_t)given, __ATOMIC_RELAXED);
}

#endif
