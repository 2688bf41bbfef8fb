// SPDX-License-Identifier: MIT
// What can be asked for, and the events that may answer, best first. Pure.
#ifndef COUNTER_LADDER_H
#define COUNTER_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "counter_check.h"
#include "errmsg.h"

#define COUNTER_METRICS_MAX 24
#define COUNTER_NAME_SIZE   96 // as on the wire

enum counter_way {
    WAY_NONE,
    WAY_PAPI_PRESET,
    WAY_PAPI_NATIVE,
    WAY_PERF,
    WAY_RUSAGE,
    WAY_SDE,
};

extern const char *const counter_way_names[]; // "papi-preset", ...

struct counter_rung {
    enum counter_way way; // WAY_NONE: the ladder ends
    const char *event;
};

struct counter_metric {
    char name[COUNTER_NAME_SIZE];
    enum counter_proof proof;
    const struct counter_rung *rungs; // NULL: `own`, whose event is the name
    struct counter_rung own[3];
};

// Those of a list with commas: "instructions,PAPI_FP_OPS,sde:::pool::hits". The empty list is the
// usual ones. An event by name has a ladder of its own, which points to the name in `metrics`: they
// are not to be copied. Returns their number; 0: `why` says what is wrong with the list.
size_t counter_ladder_parse(const char *list, struct counter_metric *metrics, struct errmsg *why);

// Their names, NULL at the end; `names` has room for COUNTER_METRICS_MAX + 1. Borrowed from
// `metrics`.
void counter_ladder_names(const struct counter_metric *metrics, size_t count, const char **names);

bool counter_ladder_has(const struct counter_metric *metrics, size_t count, const char *name);

// The rungs of a metric, best first, up to one of WAY_NONE.
const struct counter_rung *counter_ladder_rungs(const struct counter_metric *metric);

// The usual metric of that name, to compare groups by. Asserts that there is one.
void counter_ladder_usual(const char *name, struct counter_metric *metric);

#endif
