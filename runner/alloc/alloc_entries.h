// SPDX-License-Identifier: MIT
// The entries of an allocator: each counts the call, whatever comes of it, and hands on to the real
// one. Included once by a source that defines
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

// ---- One call --------------------------------------------------------------------------------

static inline size_t weight(void *block) {
    return alloc_tally_weighs && block ? NEXT(malloc_usable_size)(block) : 0;
}

// Out of line, for the sake of malloc and free: without it they keep nothing across the call.
__attribute__((noinline)) static void *weigh(void *block) {
    alloc_tally_grow(MINE(), weight(block));
    return block;
}

static inline struct alloc_counts *count_alloc(size_t size) {
    struct alloc_counts *mine = MINE();
    alloc_tally_add(&mine->allocs, 1);
    alloc_tally_add(&mine->bytes, size);
    return mine;
}

// After a call that may have come in again.
static struct alloc_counts *back_to(struct alloc_counts counted) {
    struct alloc_counts *mine = MINE();
    *mine = counted;
    return mine;
}

static void *weigh_alone(struct alloc_counts counted, void *block) {
    back_to(counted);
    return weigh(block);
}

// ---- The entries -----------------------------------------------------------------------------

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's own are odd

void *ENTRY(malloc)(size_t size) {
    count_alloc(size);
    return __builtin_expect(alloc_tally_weighs, false) ? weigh(NEXT(malloc)(size))
                                                       : NEXT(malloc)(size);
}

void ENTRY(free)(void *block) {
    if (!block || IS_EARLY(block))
        return;
    alloc_tally_add(&MINE()->frees, 1);
    if (__builtin_expect(alloc_tally_weighs, false))
        alloc_tally_shrink(MINE(), weight(block));
    NEXT(free)(block);
}

void *ENTRY(calloc)(size_t count, size_t size) {
    struct alloc_counts counted = *count_alloc(count * size);
    return weigh_alone(counted, NEXT(calloc)(count, size));
}

void *ENTRY(memalign)(size_t align, size_t size) {
    struct alloc_counts counted = *count_alloc(size);
    return weigh_alone(counted, NEXT(memalign)(align, size));
}

void *ENTRY(aligned_alloc)(size_t align, size_t size) {
    struct alloc_counts counted = *count_alloc(size);
    return weigh_alone(counted, NEXT(aligned_alloc)(align, size));
}

int ENTRY(posix_memalign)(void **block, size_t align, size_t size) {
    struct alloc_counts counted = *count_alloc(size);
    int error = NEXT(posix_memalign)(block, align, size);
    weigh_alone(counted, error ? NULL : *block);
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
    struct alloc_counts *mine = back_to(before);
    bool is_free = !moved && !size;
    alloc_tally_add(is_free ? &mine->frees : &mine->reallocs, 1);
    alloc_tally_add(&mine->bytes, size);
    if (moved || is_free)
        alloc_tally_shrink(mine, gone);
    alloc_tally_grow(mine, weight(moved));
    return moved;
}

void *ENTRY(reallocarray)(void *block, size_t count, size_t size) {
    size_t bytes;
    if (!__builtin_mul_overflow(count, size, &bytes))
        return ENTRY(realloc)(block, bytes);
    errno = ENOMEM;
    return NULL;
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
