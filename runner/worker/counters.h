// SPDX-License-Identifier: MIT
// The meter of counters: PAPI's, the kernel's, getrusage's and those of the program under test.
//
// Each metric is answered by the best rung of its ladder that opens and passes its check. What the
// CPU cannot count together is counted in turns, round by round; nothing is ever extrapolated.
#ifndef COUNTERS_H
#define COUNTERS_H

#include "counter_ladder.h"
#include "counter_source.h"
#include "meter.h"
#include "perf_state.h"

// `wanted` is a list as in counter_ladder.h.
extern const struct meter counters_meter;

// What the counters stand on; the meter's own is the machine itself.
struct counters_world {
    const struct counter_source *sources[WAY_SDE + 1]; // by enum counter_way
    void (*work)(enum counter_proof proof);            // as counter_check_work
    void (*ask)(struct perf_answer *answer);           // as perf_state_ask
};

// meter->open, in a world of one's own.
bool counters_open(struct meter *meter, const struct counters_world *world, unsigned threads,
                   const char *wanted, struct errmsg *why);

#endif
