// SPDX-License-Identifier: MIT
// What a counter must show before it is believed: work of known size is done, and counted.
#ifndef COUNTER_CHECK_H
#define COUNTER_CHECK_H

#include <stdbool.h>

#include "errmsg.h"

enum counter_proof {
    PROOF_NONE,  // the kernel's or the program's own count: believed
    PROOF_LATER, // nothing is known of the event: a 0 is believed once it has counted something
    PROOF_INSTRUCTIONS,
    PROOF_CYCLES,
    PROOF_BRANCHES,
    PROOF_BRANCH_MISSES,
    PROOF_CACHE_MISSES,
    PROOF_TLB_MISSES,
};

// Does the work that proves it; that of all for PROOF_LATER.
void counter_check_work(enum counter_proof proof);

// Whether a counter that shows `counted` for that work is one. False: `why` is for its reason.
// Pure.
bool counter_check_judge(enum counter_proof proof, long long counted, struct errmsg *why);

// Gives back the memory that the work took.
void counter_check_release(void);

#endif
