// SPDX-License-Identifier: MIT
// Chooses which of a suite's trials are run. Pure.
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"

// Keeps the trials that match any filter (all, if there is none) and any tag (all, if there is
// none) and no exclusion, then those of the shard: every shards-th, by position. A glob is held
// against the trial's name, against group/case, and against the group; `*` matches slashes too. The
// settings say the choice; their order does not matter. False, naming the pattern, if a filter or
// tag matches nothing or nothing is left (check `nothing`).
bool plan_select(const struct settings *choice, struct trial **trials, size_t *count,
                 struct errmsg *why);

// Whether filters, tags and exclusions choose this trial; the shard depends on its neighbours.
bool plan_chooses(const struct settings *choice, const struct trial *trial);

// Whether the glob is the trial's: held against its name, its group/case and its group.
bool plan_matches(const struct trial *trial, const char *glob);

// "2/5" to shard 2 of 5.
bool plan_parse_shard(const char *text, uint64_t *shard, uint64_t *shards, struct errmsg *why);

#endif
