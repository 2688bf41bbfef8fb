// SPDX-License-Identifier: MIT
// The library that counting workers preload: it stands before whichever allocator the program has.

#include "alloc_tally.h"

#include <assert.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// ---- Early blocks: dlsym may allocate while it looks for the allocator

static alignas(max_align_t) unsigned char early[16384];

static bool is_early(const void *block) {
    return (uintptr_t)block - (uintptr_t)early < sizeof early;
}

static void *early_malloc(size_t size) {
    static size_t taken;
    size_t begin = taken;
    taken += (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    assert(taken <= sizeof early);
    return early + begin;
}

static void *early_calloc(size_t count, size_t size) { return early_malloc(count * size); }

static size_t early_usable_size(void *block) {
    (void)block;
    return 0;
}

// ---- The real allocator ----------------------------------------------------------------------

static struct {
    __typeof__(malloc) *malloc;
    __typeof__(free) *free;
    __typeof__(calloc) *calloc;
    __typeof__(realloc) *realloc;
    __typeof__(memalign) *memalign;
    __typeof__(aligned_alloc) *aligned_alloc;
    __typeof__(posix_memalign) *posix_memalign;
    __typeof__(malloc_usable_size) *malloc_usable_size;
} next = {.malloc = early_malloc, .calloc = early_calloc, .malloc_usable_size = early_usable_size};

// What the name means without this library, into the function pointer.
static void find(const char *name, void *pointer) {
    void *function = dlsym(RTLD_NEXT, name);
    assert(function);
    memcpy(pointer, &function, sizeof function);
}

// Before main at the latest, by what is called first. Where dlsym allocates, this is entered again,
// and then leaves next as it is.
__attribute__((constructor)) static void find_next(void) {
    static bool is_begun;
    if (is_begun)
        return;
    is_begun = true;
    __typeof__(next) found;
    find("malloc", &found.malloc);
    find("free", &found.free);
    find("calloc", &found.calloc);
    find("realloc", &found.realloc);
    find("memalign", &found.memalign);
    find("aligned_alloc", &found.aligned_alloc);
    find("posix_memalign", &found.posix_memalign);
    find("malloc_usable_size", &found.malloc_usable_size);
    next = found;
}

static struct alloc_counts *adopt(void) {
    find_next();
    return alloc_tally_mine();
}

static inline struct alloc_counts *own(void) {
    return alloc_tally_own ? &alloc_tally_own->counts : adopt();
}

// ---- What the program calls ------------------------------------------------------------------

#define SOURCE_NAME     "preload"
#define ENTRY(name)     name
#define NEXT(name)      next.name
#define IS_EARLY(block) is_early(block)
#define MINE()          own()
#include "alloc_entries.h"
#include "alloc_operators.h"
