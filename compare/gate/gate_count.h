// SPDX-License-Identifier: MIT
// What a call does on both sides of a gate, counted after the time was measured: it explains what
// is slower, and is a verdict of its own where the policy or the source says so.
#ifndef GATE_COUNT_H
#define GATE_COUNT_H

#include "console.h"
#include "effective.h"
#include "gate_options.h"
#include "gate_plan.h"
#include "gate_sides.h"
#include "pin.h"

// Counts all trials if the options say so, otherwise those that were found slower and those of
// which source or policy gate more than the time. `effective` has one item per match. The counts
// are kept in the trials of the sides' documents. After a signal (stop_signal) the rest has none.
void gate_count(struct gate_sides *from, const struct gate_plan *plan,
                const struct effective *effective, const struct gate_options *options,
                const struct pin *pin, struct console *console);

#endif
