// SPDX-License-Identifier: MIT
// The memory policy of --malloc=warm: the heap keeps what is freed, so that a block that was
// touched once causes no page faults again.
#ifndef WARMHEAP_H
#define WARMHEAP_H

#include <stdbool.h>

#include "errmsg.h"

// Sets it for this process, for good. False if the program's allocator is not glibc's, which alone
// is known to obey.
bool warmheap_set(struct errmsg *why);

#endif
