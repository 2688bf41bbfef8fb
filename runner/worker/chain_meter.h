// SPDX-License-Identifier: MIT
// Estimates core cycles where no counter gives them: a chain of dependent additions, a cycle each,
// is timed before and after each stretch and tells how long a cycle was.
//
// It follows the core's clock, which is what moves times of code that lives in registers and caches
// near the core; what waits for memory or for the system does not take more cycles because the
// clock is faster, so there it is as noisy as time.
#ifndef CHAIN_METER_H
#define CHAIN_METER_H

#include "meter.h"

extern const struct meter chain_meter;

#endif
