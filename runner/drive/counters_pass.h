// SPDX-License-Identifier: MIT
// The pass that reads counters, and what it has to say of them.
#ifndef COUNTERS_PASS_H
#define COUNTERS_PASS_H

#include "document.h"
#include "pass.h"
#include "slope.h"

// Whether it is a metric that tare has events for: "cycles", not "PAPI_TOT_CYC".
typedef bool counters_metric(const char *name);

// Reads counters in each trial that was measured, or where `wanted` is NULL in those that limit one
// of them. `wanted` is a list of names, "" being the usual; `names` what it comes to, NULL at the
// end. What else a trial limits is counted in it, too, unless another pass or the case itself
// answers; with `is_metric` NULL it is not. If that is no metric, nor shaped like the name of an
// event, and nothing counts it, it is left out: the name may be wrong. Notes: overhead, br-learn,
// ctr-none, ctr-zero, ctr-mux, ctr-class, ctr-tick.
void counters_pass(const struct pass_site *site, const char *wanted, const char *const *names,
                   counters_metric *is_metric);

// ---- For tests

// What is counted of a trial: what is asked for of all, and what it limits. NULL at the end; free
// it.
const char **counters_names(const char *const *asked, counters_metric *is_metric,
                            const struct trial *trial);

// Leaves out those of `names` that nothing counts and that may be wrong.
void counters_forget(struct slope *slope, const char *const *names, counters_metric *is_metric);

// What a worker told beside its counts leaves the slope and becomes notes on the trial: overhead,
// ctr-mux, br-learn. What is counted on an emulated CPU is marked so.
void counters_judge(struct document *doc, const struct trial *trial, struct slope *slope);

// What the counts of all trials say: once for what is the same in all of them.
void counters_note(struct document *doc);

#endif
