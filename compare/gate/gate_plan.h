// SPDX-License-Identifier: MIT
// What a gate is to measure: the trials that both sides have, each with its rule, and the
// sentinels, which tell of the machine: two copies of one kernel must not be told apart, and one
// that makes more calls than it says, by twice what is to be detected at least, must be found
// slower.
#ifndef GATE_PLAN_H
#define GATE_PLAN_H

#include <stddef.h>

#include "effective.h"
#include "gate_options.h"
#include "gate_program.h"
#include "gate_run.h"
#include "match.h"
#include "obstacle.h"
#include "pin.h"

struct gate_plan {
    struct gate_trial *trials; // of matches, then the sentinels, unless there are no trials at all
    size_t count;              // without the sentinels
    size_t total;              // with them
    size_t *match_of;          // the match of each
    size_t unaligned;          // trials whose functions lie anywhere
};

// Where trials are measured; all NULL: nowhere, their epochs are given.
struct gate_place {
    struct gate_programs *programs;
    const struct pin *pin;
};

// `effective` has one item per match; where functions lie anywhere its `detect` is raised.
void gate_plan_make(struct gate_plan *plan, const struct matches *matches,
                    const struct obstacles *obstacles, struct effective *effective,
                    const struct gate_options *options, const struct gate_place *place);
void gate_plan_release(struct gate_plan *plan);

#endif
