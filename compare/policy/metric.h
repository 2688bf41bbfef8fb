// SPDX-License-Identifier: MIT
// What a trial's own metrics, and what was counted of it, say. Pure.
#ifndef METRIC_H
#define METRIC_H

#include "match.h"

// A metric or a count of one side: its median over the runs.
struct metric_value {
    double value;     // NaN: not known
    const char *unit; // of the last run that has it; "": none
    bool is_floor;    // what should be high
};

struct metric_value metric_of_side(const struct match *match, enum side_index side,
                                   const char *name);

// The same of the time per call, in ns.
double metric_time(const struct match *match, enum side_index side);

#endif
