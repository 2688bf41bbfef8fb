// SPDX-License-Identifier: MIT
// Whether a slowdown stays where the code lies elsewhere.
//
// An edit moves what follows it in the same function, and where a loop lies in its cache lines can
// cost it more than any edit. So tare.mk links each suite again, with every function 16, 32 and 48
// bytes further on. A trial that was found slower is measured in each of these, old and new at the
// same phase, and stays regressed if both mean and median of all four changes exceed `ignore`: the
// mean because an edit that moves code from one phase to another adds up to nothing, the median
// because one phase alone is luck. What confirms can only take a red away: it spends none of alpha.
#ifndef GATE_CONFIRM_H
#define GATE_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"
#include "gate_program.h"
#include "gate_run.h"
#include "phases.h"

// Of both sides.
struct gate_phases {
    struct phases found[SIDES]; // beside a program that is not stored
    struct gate_programs programs[PHASES];
    size_t count; // PHASES, or 0: a side has none
};

// On false nothing is owned and nothing is left behind.
bool gate_phases_init(struct gate_phases *phases, const struct gate_program given[SIDES],
                      struct errmsg *why);
void gate_phases_release(struct gate_phases *phases);

// The trials that confirm others, for gate_run.
struct gate_confirm {
    struct gate_trial *trials; // PHASES for each that was found slower, named "TRIAL phase=16"
    size_t count;
    struct gate_trial **doubted; // those, one for each PHASES
};

// Of `trials` that gate_run has left; sentinels need no confirmation. Borrows from them. `phases`
// NULL: the epochs are given, see gate_trial.
void gate_confirm_plan(struct gate_confirm *confirm, struct gate_trial *trials, size_t count,
                       const struct gate_phases *phases);
void gate_confirm_release(struct gate_confirm *confirm);

// After gate_run: what depends on where the code lies gets an obstacle that says so. One that could
// not be measured at a phase stays as it was.
void gate_confirm_judge(struct gate_confirm *confirm);

// The rule, for changes that are logarithms; pure.
bool gate_confirm_stays(const double changes[PHASES + 1], double ignore);

#endif
