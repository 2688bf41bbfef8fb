// SPDX-License-Identifier: MIT
// What others do to this thread's CPU, and to its core: also on a hardware thread beside it that a
// virtual machine cannot know of.
#ifndef COREWATCH_H
#define COREWATCH_H

#include <stdint.h>

struct corewatch {
    double lost;   // share of the time that others took
    double shared; // share of the time in which the core was; 0: never, or all the time
};

// Spins and fills the core by turns for that long. Tie the thread to its CPU first.
void corewatch_measure(struct corewatch *watch, uint64_t for_ns);

#endif
