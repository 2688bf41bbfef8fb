// SPDX-License-Identifier: MIT
// Trials of new that limit something and were not held against base, because only new has them or
// because they cannot be compared: a limit holds for them, too.
#ifndef GATE_ALONE_H
#define GATE_ALONE_H

#include <stdbool.h>

#include "effective.h"
#include "errmsg.h"
#include "gate_options.h"
#include "gate_plan.h"
#include "gate_sides.h"
#include "match.h"

// Has new measure them by itself, and keeps in its document what came out. One that was not
// measured has no numbers, so that its limits are not known; `why` says why, if none was.
bool gate_alone(struct gate_sides *from, const struct matches *matches,
                const struct gate_plan *plan, const struct effective *effective,
                const struct gate_options *options, struct errmsg *why);

#endif
