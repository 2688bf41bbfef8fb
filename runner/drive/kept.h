// SPDX-License-Identifier: MIT
// What a worker answered, on its way into the trial. Pure.
#ifndef KEPT_H
#define KEPT_H

#include <stdint.h>

#include "document.h"
#include "wire.h"

// A launch that goes on, and what its samples add up to. Zeroed it has none.
struct kept {
    struct launch launch;
    uint64_t calls;
    uint64_t faults_minor, faults_major;
};

void kept_sample(struct kept *kept, const struct wire_result *result);

// Appends the launch to the trial, with what the case said in the `last` of its samples. Nothing is
// kept any more then.
void kept_launch(struct kept *kept, const struct wire_result *last, struct trial *trial);

// Instead, for a launch that was lost.
void kept_drop(struct kept *kept);

#endif
