// SPDX-License-Identifier: MIT
// Limits that holding new against base tells nothing of: those of trials that only new has or that
// cannot be compared, and those on metrics that only a run of the suite tells.
#ifndef GATE_ALONE_H
#define GATE_ALONE_H

#include <stdbool.h>

#include "effective.h"
#include "errmsg.h"
#include "gate_options.h"
#include "gate_plan.h"
#include "gate_sides.h"
#include "match.h"

// To be called after gate_count. Has new measure such trials by itself, and keeps in its document
// what came out. One that was not measured has no numbers, so that its limits are not known; `why`
// says why, if none was.
bool gate_alone(struct gate_sides *from, const struct matches *matches,
                const struct gate_plan *plan, const struct effective *effective,
                const struct gate_options *options, struct errmsg *why);

#endif
