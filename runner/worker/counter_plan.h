// SPDX-License-Identifier: MIT
// Who answers for each metric, and what is counted together.
#ifndef COUNTER_PLAN_H
#define COUNTER_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "counter_ladder.h"
#include "counter_pack.h"
#include "counter_source.h"
#include "errmsg.h"
#include "perf_state.h"

#define COUNTER_PLACES_MAX 2 // where sets compete for counters: PAPI's and the kernel's
#define COUNTER_ITEMS_MAX  (COUNTER_METRICS_MAX + COUNTER_PLACES_MAX)

// What the counters stand on.
struct counter_world {
    const struct counter_source *sources[WAY_SDE + 1]; // by enum counter_way
    void (*work)(enum counter_proof proof);            // as counter_check_work
    void (*ask)(struct perf_answer *answer);           // as perf_state_ask
};

// A metric, and what answers for it.
struct counter_item {
    const struct counter_metric *metric;
    const struct counter_rung *rung; // NULL: not available, for `why`
    const struct counter_source *source;
    int place;
    bool has_counted; // something, ever
    struct errmsg why;
};

// Events that are read together, by one set in each thread. They take turns, round by round: what
// the CPU cannot count together must, and one reading alone is cheap.
struct counter_turn {
    const struct counter_source *source;
    int place;
    struct counter_group items;     // of the plan
    long long own[COUNTER_SET_MAX]; // what it counts around no calls at all; 0 where that varies
    size_t anchor; // the item by which those of the CPU are compared, or COUNTER_PACK_NONE
};

struct counter_plan {
    const struct counter_world *world;
    struct counter_metric metrics[COUNTER_ITEMS_MAX];
    struct counter_item items[COUNTER_ITEMS_MAX]; // metrics, then anchors that are none
    size_t metric_count, item_count;
    struct counter_turn turns[COUNTER_ITEMS_MAX]; // those of the CPU's counters first
    size_t turn_count, scarce_count;

    // private
    bool is_asked[WAY_SDE + 1], is_open[WAY_SDE + 1]; // sources
    struct errmsg refusals[WAY_SDE + 1];
    bool has_state;
    struct perf_state state;
};

// Tries everything out: opens sources, does work of known size. `wanted` is a list as in
// counter_ladder.h. False: it is none, and nothing is open.
bool counter_plan_init(struct counter_plan *plan, const struct counter_world *world,
                       const char *wanted, struct errmsg *why);

// Looks again for events of the program's own, if there were none: turns may be added, none moves.
void counter_plan_extend(struct counter_plan *plan);

void counter_plan_release(struct counter_plan *plan);

// A set that counts the calling thread; NULL with a message. End it with counter_plan_drop.
void *counter_plan_start(const struct counter_plan *plan, const struct counter_turn *turn,
                         struct errmsg *why);
void counter_plan_drop(const struct counter_turn *turn, void *set);

#endif
