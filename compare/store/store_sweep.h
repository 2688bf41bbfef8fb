// SPDX-License-Identifier: MIT
// Removes from the store what no segment names, and what killed writers left.
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include <stdbool.h>

#include "errmsg.h"
#include "store.h"

// Of a store that is open for writing. Programs all stay while it is not known what a damaged
// baseline names.
bool store_sweep(const struct store *store, struct errmsg *why);

#endif
