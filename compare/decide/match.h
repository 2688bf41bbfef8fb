// SPDX-License-Identifier: MIT
// Joins the trials of both sides by name.
#ifndef MATCH_H
#define MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "side.h"

// One trial in one run.
struct reading {
    const struct run *run;
    const struct trial *trial;
    const struct trial_summary *summary;
};

// One trial in every run that has it. Borrows from the sides.
struct match {
    const char *name;
    const char *former; // its name in base where that is another, or NULL
    const struct reading *readings[SIDES];
    size_t counts[SIDES];
    size_t family; // equal for the trials of one case
};

struct matches {
    struct match *items; // by name
    size_t count;
    size_t outside; // base trials that the filter or shard of the new runs left out
    struct reading *readings;
};

// Keeps what `choice` chooses by filters and exclusions; see plan.h.
void match_sides(struct matches *matches, const struct side sides[SIDES],
                 const struct settings *choice);

void match_release(struct matches *matches);

bool match_is_on_both(const struct match *match);

// What the trial says of itself: the first run of new speaks, or of base where new has none.
const struct trial *match_trial(const struct match *match);

enum match_state {
    MATCH_BOTH,    // numbers on both sides
    MATCH_NEW,     // no numbers in base
    MATCH_MISSING, // numbers in base, the trial was not run in new
    MATCH_FAILED,  // failed in a run of either side, or was skipped in new only
    MATCH_SKIPPED, // skipped on both sides
};

// The state of a match and, for all but MATCH_BOTH, the reason in words (owned by the caller).
enum match_state match_state(const struct match *match, char **reason);

#endif
