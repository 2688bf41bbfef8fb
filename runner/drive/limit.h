// SPDX-License-Identifier: MIT
// Holds what a run measured against the limits in the source. Pure.
#ifndef LIMIT_H
#define LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"

struct limit_result {
    size_t breached;
    size_t unknown; // what is limited was not measured
};

// Adds a note for each limit that is not kept, or cannot be told. The time is that of the launch
// that a quarter of them undercut: what disturbs only slows.
struct limit_result limit_check(struct document *doc);

// "12 B" or "1.20 us": a number of a metric, as many digits as it has. `unit` may be NULL. Free it.
char *limit_number(const char *metric, const char *unit, double value);

// Whether the trial limits this metric.
bool limit_has(const struct trial *trial, const char *metric);

#endif
