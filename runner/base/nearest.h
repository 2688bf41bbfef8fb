// SPDX-License-Identifier: MIT
// Which known word a mistyped one may have meant.
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

struct nearest {
    const char *known; // the nearest word that was offered; NULL: none is near
    const char *word;
    size_t length;
    size_t away;
};

// Nothing is offered yet. The word is borrowed; it needs no NUL behind its `length`.
struct nearest nearest_to(const char *word, size_t length);

// Keeps `known` (borrowed) if it is nearer than what was offered before.
void nearest_offer(struct nearest *nearest, const char *known);

#endif
