// SPDX-License-Identifier: MIT
// The pass that estimates cycles where no counter gave them.
#ifndef CHAIN_H
#define CHAIN_H

#include "pass.h"

// Its limits and launches are the run's: `how` and `limit_ns`.
struct pass chain_pass(const struct launch_how *how, uint64_t limit_ns);

#endif
