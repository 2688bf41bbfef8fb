// SPDX-License-Identifier: MIT
// Has a suite measured as its user would, for its document.
#ifndef SUITE_MEASURE_H
#define SUITE_MEASURE_H

#include <stdbool.h>

#include "errmsg.h"
#include "flags.h"
#include "gate_options.h"

struct suite_choice {
    struct flag_texts filters, excludes;
    bool counts; // beside the time; else only what the source limits
};

// New, under the options of the gate. False if it did not measure, or was stopped by a signal.
bool suite_measure(const struct gate_options *options, const struct suite_choice *choice,
                   const char *document, struct errmsg *why);

#endif
