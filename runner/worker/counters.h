// SPDX-License-Identifier: MIT
// The meter of counters: PAPI's, the kernel's, getrusage's and those of the program under test.
//
// Each metric is answered by the best rung of its ladder that opens and passes its check. What the
// CPU cannot count together is counted in turns, round by round; nothing is ever extrapolated.
// Each thread of the trial is counted, and no other: where the body of one that has a single thread
// starts more (bystanders.h), what is counted by thread has no value.
#ifndef COUNTERS_H
#define COUNTERS_H

#include "counter_plan.h"
#include "meter.h"

// `wanted` is a list as in counter_ladder.h.
extern const struct meter counters_meter;

// meter->open, in a world of one's own.
bool counters_open(struct meter *meter, const struct counter_world *world, unsigned threads,
                   const char *wanted, struct errmsg *why);

#endif
