// SPDX-License-Identifier: MIT
// For static programs: what --wrap of the linker puts before the allocator, in a second link.

#include "alloc_tally.h"

#include <malloc.h>
#include <stdlib.h>

#define REAL(name) extern __typeof__(name) __real_##name
REAL(malloc);
REAL(free);
REAL(calloc);
REAL(realloc);
REAL(memalign);
REAL(aligned_alloc);
REAL(posix_memalign);
#define __real_malloc_usable_size malloc_usable_size

#define SOURCE_NAME     "wrap"
#define ENTRY(name)     __wrap_##name
#define NEXT(name)      __real_##name
#define IS_EARLY(block) ((void)(block), 0)
#define MINE()          alloc_tally_mine()
#include "alloc_entries.h"
