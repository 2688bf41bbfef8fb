// SPDX-License-Identifier: MIT
// Blocks of doubling size, filled from the front.
#include "arena.h"

#include "mem.h"

#include <stdlib.h>

#define BLOCK_MIN ((size_t)16 * 1024)
#define BLOCK_MAX ((size_t)1024 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static struct arena_block *block_new(struct arena_block *next, size_t size) {
    size_t step = next == NULL ? BLOCK_MIN : next->size >= BLOCK_MAX ? BLOCK_MAX : 2 * next->size;
    struct arena_block *block = malloc(sizeof *block + larger(size, step));
    if (block == NULL)
        mem_exhausted();
    *block = (struct arena_block){.next = next, .size = larger(size, step)};
    return block;
}

void *arena_take(struct arena *arena, size_t size) {
    size_t aligned =
        (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < aligned)
        block = arena->blocks = block_new(block, aligned);
    void *taken = block->bytes + block->used;
    block->used += aligned;
    return taken;
}

void arena_release(struct arena *arena) {
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
