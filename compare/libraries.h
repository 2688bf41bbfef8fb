// SPDX-License-Identifier: MIT
// The libraries and tools that this program has, and those that it does without.
#ifndef LIBRARIES_H
#define LIBRARIES_H

#include <stddef.h>

// "cJSON 1.7.15", "without PAPI": a text each, in a fixed order. Free the texts and the array.
// Starts valgrind to ask for its version.
char **libraries_found(size_t *count);

#endif
