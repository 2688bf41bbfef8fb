// SPDX-License-Identifier: MIT
// What was counted beside the time, as text.
#ifndef TABLE_COUNTS_H
#define TABLE_COUNTS_H

#include <stdio.h>

#include "document.h"

// A row for each trial and a column for each count that any of them has, in as many tables as
// `width` columns of text take; then what is not available, and why. Nothing where nothing was
// counted.
void table_counts(const struct document *doc, int width, FILE *out);

#endif
