// SPDX-License-Identifier: MIT
// The comparison of documents, once the command line is read.
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>

#include "compare_options.h"
#include "errmsg.h"

// Reads, decides and reports; fills in the exit status.
bool compare_run(const struct compare_options *options, int *status, struct errmsg *why);

#endif
