// SPDX-License-Identifier: MIT
// The number that a run's coins begin with.
#include "seed.h"

#include "nstime.h"

#include <sys/random.h>

uint64_t seed_of(uint64_t wanted) {
    uint64_t seed = wanted;
    if (seed == 0 && getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = nstime_now();
    return seed != 0 ? seed : 1;
}
