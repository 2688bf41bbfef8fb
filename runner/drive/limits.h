// SPDX-License-Identifier: MIT
// Holds what a run measured against the limits in the source. Pure.
#ifndef LIMITS_H
#define LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"

struct limits_result {
    size_t breached;
    size_t unknown; // what is limited was not measured
};

// Adds a note for each limit that is not kept, or cannot be told. The time is that of the launch
// that a quarter of them undercut: what disturbs only slows.
struct limits_result limits_check(struct document *doc);

// Whether the trial limits this metric.
bool limits_has(const struct trial *trial, const char *metric);

#endif
