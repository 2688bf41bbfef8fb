// SPDX-License-Identifier: MIT
// What a meter counts around an empty loop: its own reading, and the way from there to the calls
// and back.
#ifndef COUNTER_EMPTY_H
#define COUNTER_EMPTY_H

#include <stdint.h>

struct meter;

// One batch of an empty loop in the calling thread, which is the meter's thread 0.
void counter_empty_run(struct meter *meter, uint64_t calls);

#endif
