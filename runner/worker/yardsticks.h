// SPDX-License-Identifier: MIT
// The bodies of the built-in trials of yardstick_names.h.
#ifndef YARDSTICKS_H
#define YARDSTICKS_H

#include <stddef.h>

#include "tare/bench.h"
#include "yardstick_names.h"

const struct bench_entry *yardsticks_entries(size_t *count);
const struct bench_entry *yardsticks_sentinels(size_t *count); // of the same unit

#endif
