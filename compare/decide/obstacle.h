// SPDX-License-Identifier: MIT
// Why trials, or a whole comparison, cannot be compared.
#ifndef OBSTACLE_H
#define OBSTACLE_H

#include <stdbool.h>

#include "comparable.h"
#include "flags.h"
#include "match.h"
#include "report.h"

struct obstacles {
    struct differences differences; // all that differs, for the report
    char **trials;                  // one per match: why it cannot be compared, or NULL
    size_t trial_count;
    size_t build_trials;           // of these, those of another build
    const struct fact *build_fact; // the first that showed it
    char *run;                     // why nothing can be compared, or NULL
    bool is_refused;               // by a build that no number can be believed of
    bool is_unfit;                 // the machine is another one, or changed
};

// What is asked for.
struct obstacles_asked {
    enum comparison_mode mode;
    const struct flag_texts *allowed;  // facts that may differ
    const struct flag_texts *silenced; // ids of checks
};

// Looks for all of them; notes go to the report. Every run is held against the first of base.
// Programs that run side by side have one machine, and no yardsticks.
void obstacles_find(struct obstacles *obstacles, const struct side sides[SIDES],
                    const struct matches *matches, const struct obstacles_asked *asked,
                    struct report *report);

// Why this match cannot be compared, or NULL.
const char *obstacles_of(const struct obstacles *obstacles, size_t match);

void obstacles_release(struct obstacles *obstacles);

#endif
