// SPDX-License-Identifier: MIT
// What another program prints.
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

// Runs argv[0], found by PATH, and waits for it. Its standard output; free it. NULL unless it ended
// with status 0; `why` says how it ended. One that goes on for longer than the limit or prints
// more than OUTPUT_BYTES_MAX is killed, and so it is when the user stops us (stop.h).
char *output_of(char *const argv[], uint64_t limit_ns, struct errmsg *why);

#endif
