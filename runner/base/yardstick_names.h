// SPDX-License-Identifier: MIT
// The built-in trials that every run measures: the machine, not the user's code.
#ifndef YARDSTICK_NAMES_H
#define YARDSTICK_NAMES_H

#define YARDSTICK_GROUP  "tare"       // reserved
#define YARDSTICK_EMPTY  "tare/empty" // one call: the loop's own cost
#define YARDSTICK_ALU    "tare/alu" // one call: YARDSTICK_ALU_ADDS dependent additions, a cycle each
#define YARDSTICK_WIDTH  "tare/width"  // one call: 64 additions in 8 chains, as wide as the core is
#define YARDSTICK_L2     "tare/l2"     // one call: a dependent load from 256 KiB
#define YARDSTICK_MEMORY "tare/memory" // one call: a dependent load from 16 MiB

// Known to workers, for the sentinels of a gate; no run measures it by itself.
#define SENTINEL_STEPS "tare/steps" // one call: SENTINEL_STEPS_COUNT dependent steps

enum { YARDSTICK_ALU_ADDS = 64, SENTINEL_STEPS_COUNT = 500 };

#endif
