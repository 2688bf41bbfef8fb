// SPDX-License-Identifier: MIT
// Waivers: slowdowns that were accepted, up to a limit and until a day.
#ifndef WAIVER_H
#define WAIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "policy_glob.h"

struct waiver {
    struct policy_glob glob;
    const char *metric;
    double limit;
    bool is_change;     // the limit is a slowdown, as a fraction; otherwise a value of the metric
    const char *until;  // the last day that counts, "2026-12-31"
    const char *reason; // in words
    const char *issue;  // or NULL
};

// Reads what stands behind `waive`, which stands at `at`.
bool waiver_read(struct waiver *waiver, struct words *words, const char *at);

// Of those that cover a trial the closest for a slowdown of the time (`is_change`), or for a limit
// of the metric; NULL if there is none. A day may have passed: the closest one counts, not the
// latest.
const struct waiver *waiver_find(const struct waiver *const *waivers, size_t count,
                                 const char *metric, bool is_change);

#define WAIVER_DAY_LENGTH (sizeof "2026-12-31" - 1)

// Whether `text` begins with a day of the calendar, as "2026-12-31".
bool waiver_is_day(const char *text);

#endif
