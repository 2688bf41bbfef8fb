// SPDX-License-Identifier: MIT
// The cases linked into this program, gathered by constructors, configured and put in order.
#ifndef REGISTRY_H
#define REGISTRY_H

#include <stdbool.h>

#include "errmsg.h"
#include "suite.h"
#include "tare/bench.h"

// Builds the suite from what bench_register() was given: runs each BENCH_CONFIG once, joins groups
// and cases, sorts by file, line, name. False, naming the case and the place, for a header of
// another version, a nonsensical or orphaned configuration. No case at all is an empty suite and
// true.
bool registry_build(struct suite *suite, struct errmsg *why);

// The built-in trials, in group "tare".
void registry_yardsticks(struct suite *suite, bool with_sentinels);

#endif
