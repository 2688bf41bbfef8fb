// SPDX-License-Identifier: MIT
// The entries of an allocator: each hands on to the real one and counts what succeeded. Included
// once by a source that defines
//
//     SOURCE_NAME      as in struct alloc_source
//     ENTRY(name)      what an entry is called here
//     NEXT(name)       what it hands on to
//     MINE()           the calling thread's counts
//     IS_EARLY(block)  whether a block is not the real allocator's and is never freed
//
// Some allocators serve an entry by way of another, which then comes in here as well: what was
// counted meanwhile is forgotten, for the caller made one call.
#include "alloc_tally.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#pragma GCC visibility push(default)

extern const struct alloc_source ALLOC_SOURCE;
const struct alloc_source ALLOC_SOURCE = {SOURCE_NAME, alloc_tally_read, &alloc_tally_weighs};

void *ENTRY(malloc)(size_t size);
void ENTRY(free)(void *block);
void *ENTRY(calloc)(size_t count, size_t size);
void *ENTRY(realloc)(void *block, size_t size);
void *ENTRY(reallocarray)(void *block, size_t count, size_t size);
void *ENTRY(memalign)(size_t align, size_t size);
void *ENTRY(aligned_alloc)(size_t align, size_t size);
int ENTRY(posix_memalign)(void **block, size_t align, size_t size);
void *ENTRY(valloc)(size_t size);
void *ENTRY(pvalloc)(size_t size);

#pragma GCC visibility pop

// ---- One call, as it is counted --------------------------------------------------------------

static inline size_t weight(void *block) {
    return __builtin_expect(alloc_tally_weighs, false) ? NEXT(malloc_usable_size)(block) : 0;
}

static inline void *count_alloc(struct alloc_counts *mine, void *block, size_t size) {
    if (!block)
        return NULL;
    alloc_tally_add(&mine->allocs, 1);
    alloc_tally_add(&mine->bytes, size);
    if (__builtin_expect(alloc_tally_weighs, false))
        alloc_tally_grow(mine, weight(block));
    return block;
}

static inline void count_free(struct alloc_counts *mine, size_t weight) {
    alloc_tally_add(&mine->frees, 1);
    if (__builtin_expect(alloc_tally_weighs, false))
        alloc_tally_shrink(mine, weight);
}

static void *count_realloc(struct alloc_counts *mine, void *block, size_t size, size_t gone) {
    if (!block && size)
        return NULL;
    if (!block) {
        count_free(mine, gone);
        return NULL;
    }
    alloc_tally_add(&mine->reallocs, 1);
    alloc_tally_add(&mine->bytes, size);
    alloc_tally_shrink(mine, gone);
    alloc_tally_grow(mine, weight(block));
    return block;
}

// ---- The entries -----------------------------------------------------------------------------

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's own are odd

void *ENTRY(malloc)(size_t size) {
    struct alloc_counts *mine = MINE();
    return count_alloc(mine, NEXT(malloc)(size), size);
}

void ENTRY(free)(void *block) {
    if (!block || IS_EARLY(block))
        return;
    count_free(MINE(), weight(block));
    NEXT(free)(block);
}

// What was counted since is forgotten.
static struct alloc_counts *back_to(struct alloc_counts before) {
    struct alloc_counts *mine = MINE();
    *mine = before;
    return mine;
}

void *ENTRY(calloc)(size_t count, size_t size) {
    struct alloc_counts before = *MINE();
    void *block = NEXT(calloc)(count, size);
    return count_alloc(back_to(before), block, count * size);
}

void *ENTRY(memalign)(size_t align, size_t size) {
    struct alloc_counts before = *MINE();
    void *block = NEXT(memalign)(align, size);
    return count_alloc(back_to(before), block, size);
}

void *ENTRY(aligned_alloc)(size_t align, size_t size) {
    struct alloc_counts before = *MINE();
    void *block = NEXT(aligned_alloc)(align, size);
    return count_alloc(back_to(before), block, size);
}

int ENTRY(posix_memalign)(void **block, size_t align, size_t size) {
    struct alloc_counts before = *MINE();
    int error = NEXT(posix_memalign)(block, align, size);
    count_alloc(back_to(before), error ? NULL : *block, size);
    return error;
}

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

void *ENTRY(valloc)(size_t size) { return ENTRY(memalign)(page_size(), size); }

void *ENTRY(pvalloc)(size_t size) {
    size_t page = page_size();
    return ENTRY(memalign)(page, size + (page - size % page) % page);
}

// Without a block it is malloc; to no size it may be free, which then answers NULL.
void *ENTRY(realloc)(void *block, size_t size) {
    if (!block)
        return ENTRY(malloc)(size);
    struct alloc_counts before = *MINE();
    size_t gone = weight(block);
    void *moved = NEXT(realloc)(block, size);
    return count_realloc(back_to(before), moved, size, gone);
}

void *ENTRY(reallocarray)(void *block, size_t count, size_t size) {
    size_t bytes;
    if (!__builtin_mul_overflow(count, size, &bytes))
        return ENTRY(realloc)(block, bytes);
    errno = ENOMEM;
    return NULL;
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
