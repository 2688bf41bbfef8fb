// SPDX-License-Identifier: MIT
// The meter of kind "allocs": what the calls do to the heap.
//
// Counts the calls of malloc and its kin, of one thread's trial in the whole process, of several
// threads in these. In odd rounds blocks are weighed: by how much the live heap of the process grew
// from one sample's end to the next, and how far above its beginning the calls took it. Who sees
// the calls is a preloaded library (runner/alloc), the same code linked in by --wrap, or a
// sanitizer.
#ifndef ALLOCS_METER_H
#define ALLOCS_METER_H

#include "meter.h"

extern const struct meter allocs_meter;

// Whether a sanitizer tells this program's calls, so that nothing may stand before its malloc.
bool allocs_meter_is_sanitized(void);

#endif
