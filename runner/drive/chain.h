// SPDX-License-Identifier: MIT
// The pass that estimates cycles where no counter gave them.
#ifndef CHAIN_H
#define CHAIN_H

#include "pass.h"

// To be called after counters_pass.
void chain_pass(const struct pass_site *site, bool is_wanted);

#endif
