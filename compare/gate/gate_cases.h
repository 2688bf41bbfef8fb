// SPDX-License-Identifier: MIT
// Case against case: trials of one suite held against other trials of it. Pure.
#ifndef GATE_CASES_H
#define GATE_CASES_H

#include <stdbool.h>

#include "document.h"
#include "errmsg.h"
#include "side.h"

// Leaves in each of two lists of the same suite what its glob chooses, and gives a trial of new the
// name of its counterpart in base as its former one, by which match_sides joins them.
//
// A glob is a name, a group/case or a group, in which `*` stands for any text. Trials are
// counterparts whose names differ only where the globs do: what stands for the `*`, and what
// follows the glob, is equal. Where each side has one trial only, they are counterparts whatever
// their names. False if nothing is a counterpart of anything.
bool gate_cases_pair(struct document lists[SIDES], const char *const globs[SIDES],
                     struct errmsg *why);

#endif
