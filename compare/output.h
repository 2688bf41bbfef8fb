// SPDX-License-Identifier: MIT
// What another program prints.
#ifndef OUTPUT_H
#define OUTPUT_H

#include "errmsg.h"

// Runs argv[0], found by PATH, and waits for it. Its standard output; free it. NULL unless it ended
// with status 0; `why` says how it ended.
char *output_of(char *const argv[], struct errmsg *why);

#endif
