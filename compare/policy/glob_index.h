// SPDX-License-Identifier: MIT
// Finds the lines of a policy that cover a trial. Those without wildcards are looked up by name,
// not tried one by one.
#ifndef GLOB_INDEX_H
#define GLOB_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "policy_glob.h"

// A line, by its position among those of its kind. Borrows the glob.
struct glob_entry {
    const struct policy_glob *glob;
    size_t position;
};

struct glob_entries {
    struct glob_entry *items;
    size_t count;
};

struct glob_index {
    struct glob_entries names;    // without wildcards, sorted by text
    struct glob_entries patterns; // all others
};

void glob_index_add(struct glob_index *index, const struct policy_glob *glob, size_t position);

// After the last one was added.
void glob_index_sort(struct glob_index *index);

// Appends those that cover the subject, in no order; one may come twice.
void glob_index_find(const struct glob_index *index, const struct subject *subject,
                     struct glob_entries *found);

// Sets `is_covering[position]` of those that cover the trial.
void glob_index_mark(const struct glob_index *index, const struct trial *trial, bool *is_covering);

void glob_index_release(struct glob_index *index);

#endif
