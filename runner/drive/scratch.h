// SPDX-License-Identifier: MIT
// Directories for what is needed while we run, and no longer.
#ifndef SCRATCH_H
#define SCRATCH_H

#include "errmsg.h"

// A new directory below TMPDIR, or else /tmp, whose name begins with `name`; its path without
// links. NULL on failure; free it.
char *scratch_make(const char *name, struct errmsg *why);

#endif
