// SPDX-License-Identifier: MIT
// Counting allocations, as the driver sees it: by what means the workers of a program can, and the
// pass for it. The counting itself is worker/allocs_meter.
//
//     a program with a loader    the library is preloaded; it lies in memory, nothing is installed
//     a static program           PROGRAM.alloc beside it is run, the same linked with its wrappers
//     with a sanitizer           that one tells
#ifndef ALLOCS_H
#define ALLOCS_H

#include <stdbool.h>

#include "pass.h"

extern const char *const allocs_pass_names[]; // of its counts; NULL at the end

// Counts the trials that were measured, or only those with a limit on one of these counts.
// `is_sanitized`: a sanitizer tells the program's calls.
void allocs_pass(const struct pass_site *site, bool is_wanted, bool is_sanitized);

#endif
