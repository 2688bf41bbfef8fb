// SPDX-License-Identifier: MIT
// The baseline of a run, found in the store by its machine and program.
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>

#include "document.h"
#include "errmsg.h"
#include "flags.h"
#include "store.h"

// The documents of its current segment; none if there is no baseline. Where there are only some of
// other machines it is the newest of these: the comparison says what differs, and the program may
// run here, too.
struct base {
    struct baseline baseline;
    struct flag_texts paths; // borrowed from the baseline
    struct store_names names;
    // Where there is none and one may begin: those of the program on other machines, and of other
    // programs on this one.
    struct baselines others;
};

// On false nothing is owned. A store that does not exist has no baselines if `may_begin`.
bool base_find(struct base *base, const char *store, const struct document *run, bool may_begin,
               struct errmsg *why);

void base_release(struct base *base);

#endif
