// SPDX-License-Identifier: MIT
// Pitfalls that one trial's samples show. Pure.
#ifndef CHECKS_TRIAL_H
#define CHECKS_TRIAL_H

#include <stdbool.h>

#include "document.h"

// What a trial is held against: the machine's own behaviour in this run.
struct checks_ground {
    double empty_ns; // one call of an empty loop, in its fastest launch
    double spread;   // between launches of code that has no layout and no input
    bool is_shared;  // the core was, which explains modes and tails
};

// Adds notes; what is an error fails the trial. `once`: the share of a batch's time that does not
// grow with its calls; NaN: not known.
void checks_trial(struct document *doc, struct trial *trial, const struct checks_ground *ground,
                  double once);

#endif
