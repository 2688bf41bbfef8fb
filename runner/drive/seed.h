// SPDX-License-Identifier: MIT
// The number that a run's coins begin with.
#ifndef SEED_H
#define SEED_H

#include <stdint.h>

// The one that the user wants, or where that is 0 a new one; never 0.
uint64_t seed_of(uint64_t wanted);

#endif
