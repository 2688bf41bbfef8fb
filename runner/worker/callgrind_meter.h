// SPDX-License-Identifier: MIT
// The meter of workers that valgrind runs: callgrind counts between begin and end, and writes its
// totals to a file, which the meter reads. `wanted` is what the names of those files begin with.
//
// Instructions, data reads and writes, branches: conditional ones and jumps to a computed place.
#ifndef CALLGRIND_METER_H
#define CALLGRIND_METER_H

#include "meter.h"

extern const struct meter callgrind_meter;

#endif
