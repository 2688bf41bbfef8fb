// SPDX-License-Identifier: MIT
// Whether this machine let us measure: what others did to our CPU while a gate ran.
#ifndef FITNESS_H
#define FITNESS_H

#include "disturb.h"
#include "document.h"

struct fitness {
    int cpu; // that this process is tied to
    struct disturb before;
    double own_s; // CPU time of this process and of the workers that have ended
};

void fitness_begin(struct fitness *fitness, int cpu);

// Adds what happened since as notes, see disturb.h, and `cpu-lost`; and what is wrong with the
// machine, see examine.h. An error means that nothing that was measured can be judged.
void fitness_end(const struct fitness *fitness, struct document *doc);

#endif
