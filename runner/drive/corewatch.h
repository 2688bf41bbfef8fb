// SPDX-License-Identifier: MIT
// What others do to this thread's CPU, and to its core: also on a hardware thread beside it that a
// virtual machine cannot know of.
#ifndef COREWATCH_H
#define COREWATCH_H

#include <stddef.h>
#include <stdint.h>

struct corewatch {
    double lost;   // share of the time that others took
    double shared; // share of the samples in which the core was shared; 0: never, or always
};

// Spins and fills the core by turns for that long. Tie the thread to its CPU first.
void corewatch_measure(struct corewatch *watch, uint64_t for_ns);

// Of sorted times of the same work. Those that took three times as long as the others were
// preempted, which `lost` tells. Pure.
double corewatch_shared(const double *sorted, size_t count);

#endif
