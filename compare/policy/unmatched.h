// SPDX-License-Identifier: MIT
// Lines of the policy whose glob matches nothing: a mistake, or about what is no more.
#ifndef UNMATCHED_H
#define UNMATCHED_H

#include "policy.h"
#include "report.h"
#include "side.h"

// Notes them, the first ones by name. All trials of either side count, whatever filters leave out.
void unmatched_note(struct report *report, const struct policy *policy,
                    const struct side sides[SIDES]);

#endif
