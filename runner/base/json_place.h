// SPDX-License-Identifier: MIT
// Private to json.c: where in a document something is, for messages.
#ifndef JSON_PLACE_H
#define JSON_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"

// A chain of keys and indices up to the root, which is NULL.
struct place {
    const struct place *up;
    const char *key; // NULL: `index` counts
    size_t index;
};

// "trials[3].name: FLAW"; false.
bool place_refuse(const struct place *place, struct errmsg *why, const char *flaw);

#endif
