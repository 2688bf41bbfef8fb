// SPDX-License-Identifier: MIT
// The links of a suite in which all functions lie 16, 32 and 48 bytes further on; tare.mk makes
// them beside it.
#ifndef PHASES_H
#define PHASES_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"

#define PHASES 3 // beside the one that the suite itself has

// All, or none: then they are NULL. Owned.
struct phases {
    char *paths[PHASES];
};

// By how much functions lie further on.
int phases_bytes(size_t phase);

// Looks for PROGRAM.p16, .p32 and .p48. One that is older than the program is refused: it is of
// other code. On false nothing is owned.
bool phases_find(struct phases *phases, const char *program, struct errmsg *why);
bool phases_are_there(const struct phases *phases);
void phases_release(struct phases *phases);

#endif
