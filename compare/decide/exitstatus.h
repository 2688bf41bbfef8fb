// SPDX-License-Identifier: MIT
// From verdicts to the exit status. Pure.
#ifndef EXITSTATUS_H
#define EXITSTATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"
#include "verdict.h"

enum status {
    STATUS_PASS,
    STATUS_REGRESSED,
    STATUS_REFUSED,    // usage, input, nothing compared
    STATUS_UNDECIDED,  // or incomparable
    STATUS_UNFIT,      // this run as a whole cannot be judged
    STATUS_INCOMPLETE, // a trial failed or is missing
    STATUSES
};

// Which status each verdict asks for.
struct status_map {
    enum status of[VERDICTS];
};

extern const struct status_map status_map_default;

// Reads "VERDICT=STATUS" into the map.
bool status_map_set(struct status_map *map, const char *text, struct errmsg *why);

struct status_case {
    size_t gated[VERDICTS]; // trials with each verdict, without the advisory ones
    bool is_refused;
    bool is_unfit;
};

// The gravest status asked for: 2, 5, 4, 1, 3, 0 in this order.
enum status status_of(const struct status_case *c, const struct status_map *map);

const char *status_words(enum status status);

#endif
