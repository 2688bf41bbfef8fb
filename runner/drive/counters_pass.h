// SPDX-License-Identifier: MIT
// The pass that reads counters, and what it has to say of them.
#ifndef COUNTERS_PASS_H
#define COUNTERS_PASS_H

#include "document.h"
#include "pass.h"
#include "slope.h"

// Reads counters in each trial that was measured, or where `wanted` is NULL in those that limit one
// of them. `wanted` is a list of names, "" being the usual; `names` what it comes to, NULL at the
// end. Notes: overhead, br-learn, ctr-none, ctr-zero, ctr-mux, ctr-class, ctr-tick.
void counters_pass(const struct pass_site *site, const char *wanted, const char *const *names);

// ---- For tests

// What a worker told beside its counts leaves the slope and becomes notes on the trial: overhead,
// ctr-mux, br-learn. What is counted on an emulated CPU is marked so.
void counters_judge(struct document *doc, const struct trial *trial, struct slope *slope);

// What the counts of all trials say: once for what is the same in all of them.
void counters_note(struct document *doc);

#endif
