// SPDX-License-Identifier: MIT
// Trials as a run would have them.
#ifndef MADE_H
#define MADE_H

#include <math.h>

#include "document.h"
#include "mem.h"

// With calls enough for a batch, and no launch yet.
static inline struct trial made_trial(const char *name) {
    return (struct trial){
        .name = mem_text(name),
        .group = mem_text("g"),
        .case_name = mem_text("c"),
        .threads = 1,
        .status = TRIAL_MEASURED,
        .calls = 1000,
        .batches = 50,
        .policy = {.detect = NAN},
        .setup_ns = NAN,
        .bytes = NAN,
        .items = NAN,
    };
}

#endif
