// SPDX-License-Identifier: MIT
// A run's results as text: the table and its warnings, the list of trials, TAP for smoke runs.
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "document.h"

// Results, failures with their reasons, warnings. Notes of level info only if `is_verbose`.
void table_print(const struct document *doc, int width, bool has_color, bool is_verbose, FILE *out);

// The first column: a name and a space; one that is longer than `width` has a line to itself.
void table_name(const char *name, int width, FILE *out);

// Names, with descriptions where there are any.
void table_list(const struct document *doc, FILE *out);

// One line of TAP, and the reason and the worker's last words as its comment.
void table_tap(const struct trial *trial, size_t number, FILE *out);

#endif
