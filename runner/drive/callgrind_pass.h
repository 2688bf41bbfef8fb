// SPDX-License-Identifier: MIT
// The pass that counts under callgrind: side by side, for neighbours do not change counts.
#ifndef CALLGRIND_PASS_H
#define CALLGRIND_PASS_H

#include "flags.h"
#include "pass.h"

extern const char *const callgrind_pass_names[]; // of its counts; NULL at the end

// Counts every trial that was measured, or if that is not wanted those that limit one of these
// counts; and says in the machine's facts what the counts depend on. A trial that cannot be counted
// says why. `kept` are names of variables of the environment that the cases need.
void callgrind_pass(const struct pass_site *site, bool is_wanted, const struct flag_texts *kept);

#endif
