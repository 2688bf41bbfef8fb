// SPDX-License-Identifier: MIT
// Memory that is handed out piece by piece and given back all at once.
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena_block;

// Starts as {NULL}.
struct arena {
    struct arena_block *blocks;
};

// Not zeroed; aligned for anything. Out of memory ends the program.
void *arena_take(struct arena *arena, size_t size);

void arena_release(struct arena *arena);

#endif
