// SPDX-License-Identifier: MIT
// Built-in trials that measure the machine, not the user's code: run in every run.
#ifndef YARDSTICKS_H
#define YARDSTICKS_H

#include <stddef.h>

#include "tare/bench.h"

#define YARDSTICK_EMPTY    "tare/empty" // one call: the loop's own cost
#define YARDSTICK_ALU      "tare/alu" // one call: YARDSTICK_ALU_ADDS dependent additions, a cycle each
#define YARDSTICK_L2       "tare/l2"     // one call: a dependent load from 256 KiB
#define YARDSTICK_MEMORY   "tare/memory" // one call: a dependent load from 16 MiB
#define YARDSTICK_ALU_ADDS 64

const struct bench_entry *yardsticks_entries(size_t *count);

#endif
