// SPDX-License-Identifier: MIT
// Adds documents, and the program that made them, to the store.
#ifndef BASELINE_ADD_H
#define BASELINE_ADD_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "flags.h"

struct baseline_add {
    const char *store;
    const struct flag_texts *paths; // documents, or directories of them, of one machine and program
    char *const *texts;  // one per path: what was read there already, or NULL; NULL: none
    const char *program; // the executable, to be kept too; NULL: not kept
    const char *reason;  // begins a new segment with this reason; NULL: adds to the last
    bool may_begin;      // where there is no baseline, or no store
};

// Says on `out` what was done. On false nothing was, or what was is said in `why`.
bool baseline_add(const struct baseline_add *wanted, FILE *out, struct errmsg *why);

#endif
