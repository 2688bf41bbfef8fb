// SPDX-License-Identifier: MIT
// The gate where the old program cannot be run: new is measured once and held against the stored
// documents, as tare compare does it.
#ifndef GATE_STORED_H
#define GATE_STORED_H

#include <stdbool.h>

#include "errmsg.h"
#include "gate_options.h"
#include "gate_sides.h"

// What looks slower is a suspect, and undecided unless `options->suspects` says that it fails. What
// is measured is not kept.
bool gate_stored(const struct gate_sides *sides, const struct gate_options *options, int *status,
                 struct errmsg *why);

#endif
