// SPDX-License-Identifier: MIT
// Reads counters around each batch, and tells what they counted.

#include "counters.h"

#include "bystanders.h"
#include "counter_empty.h"
#include "counter_words.h"
#include "mem.h"
#include "nstime.h"
#include "stats.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One thread's side of the turn that it is.
struct lane {
    const struct counter_turn *turn; // NULL: none yet
    void *set;                       // of it; NULL: could not be made, for `why`
    bool has_run;                    // in this sample
    bool is_lost;                    // could not be read in this sample
    long long batches;               // of this sample
    long long begun[COUNTER_SET_MAX];
    long long sums[COUNTER_SET_MAX];
    struct errmsg why;
};

struct counters {
    struct counter_plan plan;
    bool has_looked_twice;
    const char *device; // NULL: counts are real
    struct lane *lanes;
    unsigned threads;
    struct bystanders bystanders;
    bool is_partial; // threads worked that are not counted
    uint32_t round;
    uint64_t cost_ns;
};

// A child of the case has the counters of its parent: to touch them is to stop them.
static bool is_child;
static void note_child(void) { is_child = true; }

// ---- Around a batch --------------------------------------------------------------------------

// Whose turn it is; NULL: nothing can be counted.
static const struct counter_turn *turn_of(const struct counters *c) {
    return c->plan.turn_count ? &c->plan.turns[c->round % c->plan.turn_count] : NULL;
}

// Stops what waits before it starts what counts: there may be room for one only.
static void switch_sets(const struct counters *c, struct lane *lane) {
    if (lane->set)
        counter_plan_drop(lane->turn, lane->set);
    lane->turn = turn_of(c);
    lane->set = counter_plan_start(&c->plan, lane->turn, &lane->why);
}

static void begin(struct meter *meter, unsigned thread) {
    struct counters *c = meter->state;
    struct lane *lane = &c->lanes[thread];
    if (is_child || !c->plan.turn_count)
        return;
    if (lane->turn != turn_of(c))
        switch_sets(c, lane);
    lane->has_run = true;
    lane->is_lost |= !lane->set || !lane->turn->source->set_read(lane->set, lane->begun);
}

static void end(struct meter *meter, unsigned thread) {
    struct counters *c = meter->state;
    struct lane *lane = &c->lanes[thread];
    long long ended[COUNTER_SET_MAX];
    if (is_child || !c->plan.turn_count || lane->is_lost)
        return;
    lane->is_lost = !lane->turn->source->set_read(lane->set, ended);
    for (size_t i = 0; i < lane->turn->items.count && !lane->is_lost; i++)
        lane->sums[i] += ended[i] - lane->begun[i];
    lane->batches++;
}

static void arm(struct meter *meter, uint32_t round) {
    struct counters *c = meter->state;
    c->round = round;
    for (unsigned thread = 0; thread < c->threads; thread++) {
        struct lane *lane = &c->lanes[thread];
        lane->has_run = lane->is_lost = false;
        lane->batches = 0;
        memset(lane->sums, 0, sizeof lane->sums);
    }
}

// ---- Telling ---------------------------------------------------------------------------------

static void tell(const struct counters *c, struct wire_count *count, const char *name,
                 const char *source, const char *event) {
    *count = (struct wire_count){.value = NAN};
    snprintf(count->name, sizeof count->name, "%s", name);
    snprintf(count->source, sizeof count->source, "%s%s%s", c->device ? c->device : "",
             c->device ? " " : "", source);
    snprintf(count->event, sizeof count->event, "%s", event);
}

static void tell_level(const struct counters *c, struct wire_count *count, const char *name,
                       const char *unit, double value) {
    tell(c, count, name, "tare", "");
    snprintf(count->unit, sizeof count->unit, "%s", unit);
    count->value = value;
    count->is_level = 1;
}

static void give_reason(struct wire_count *count, const char *reason) {
    snprintf(count->reason, sizeof count->reason, "%.*s", (int)sizeof count->reason - 1, reason);
    count->value = NAN;
}

// Where the turn that it is has the item, or COUNTER_PACK_NONE.
static size_t find_member(const struct counters *c, size_t item) {
    const struct counter_turn *turn = turn_of(c);
    for (size_t i = 0; turn && i < turn->items.count; i++)
        if (turn->items.items[i] == item)
            return i;
    return COUNTER_PACK_NONE;
}

// Whether no work at all can leave this at 0.
static bool always_counts(const struct counter_item *item) {
    return item->metric->proof == PROOF_INSTRUCTIONS || item->metric->proof == PROOF_CYCLES;
}

// What a component or the program itself counts is not one thread's.
static bool is_threads(const struct counter_item *item) {
    return strstr(item->rung->event, ":::") == NULL;
}

static void add_up(struct counters *c, size_t at, struct wire_count *count) {
    struct counter_item *item = &c->plan.items[at];
    size_t member = find_member(c, at);
    if (member == COUNTER_PACK_NONE)
        return;
    long long own = turn_of(c)->own[member];
    count->value = 0;
    for (unsigned thread = 0; thread < c->threads; thread++) {
        const struct lane *lane = &c->lanes[thread];
        if (!lane->has_run)
            continue;
        if (lane->is_lost)
            give_reason(count, lane->set ? "its counter was taken away" : lane->why.text);
        else if (always_counts(item) && lane->sums[member] == 0)
            give_reason(count, COUNTER_CLASS);
        count->value += (double)(lane->sums[member] - lane->batches * own);
    }
    if (c->is_partial && is_threads(item))
        give_reason(count, BYSTANDERS_WORK);
    item->has_counted |= count->value != 0 && !isnan(count->value);
    if (item->metric->proof == PROOF_LATER && !item->has_counted)
        give_reason(count, COUNTER_READS "0 whatever is done: treated as not available, not as 0");
}

static void tell_metric(struct counters *c, size_t at, struct wire_count *count) {
    const struct counter_item *item = &c->plan.items[at];
    const char *name = item->metric->name;
    if (item->rung) {
        tell(c, count, name, counter_way_names[item->rung->way], item->rung->event);
        add_up(c, at, count);
    } else {
        tell(c, count, name, COUNTER_NOBODY, "");
        give_reason(count, item->why.text);
    }
}

// One count, whichever way each group has it.
static void tell_anchor(struct counters *c, size_t at, struct wire_count *count) {
    tell(c, count, COUNTER_ANCHOR, "tare", c->plan.items[at].metric->name);
    add_up(c, at, count);
}

static size_t tell_all(struct counters *c, struct wire_count *counts) {
    size_t count = 0;
    for (size_t i = 0; i < c->plan.metric_count; i++)
        tell_metric(c, i, &counts[count++]);
    tell_level(c, &counts[count++], COUNTER_COST, "ns", (double)c->cost_ns);
    if (c->plan.scarce_count < 2)
        return count;
    tell_level(c, &counts[count++], COUNTER_GROUPS, "", (double)c->plan.scarce_count);
    size_t anchor = turn_of(c)->anchor;
    if (anchor != COUNTER_PACK_NONE)
        tell_anchor(c, anchor, &counts[count++]);
    return count;
}

static size_t report(struct meter *meter, struct wire_count *counts) {
    struct counters *c = meter->state;
    c->is_partial = bystanders_worked(&c->bystanders);
    size_t count = tell_all(c, counts);
    if (!c->has_looked_twice) // what a case defines in its set-up is there now
        counter_plan_extend(&c->plan);
    c->has_looked_twice = true;
    return count;
}

// ---- Opening and closing ---------------------------------------------------------------------

static const char *find_device(void) {
    const char *named = getenv(COUNTER_DEVICE_ENV);
    return named ? named : dlsym(RTLD_DEFAULT, COUNTER_DEVICE_SYMBOL);
}

// What the group counts around no calls, from batches of one call and of two.
static void weigh_once(struct meter *meter, uint32_t round, size_t count, long long *own) {
    const struct lane *lane = &((struct counters *)meter->state)->lanes[0];
    long long twice[COUNTER_SET_MAX];
    arm(meter, round);
    counter_empty_run(meter, 2);
    memcpy(twice, lane->sums, sizeof twice);
    arm(meter, round);
    counter_empty_run(meter, 1);
    for (size_t i = 0; i < count; i++)
        own[i] = 2 * lane->sums[i] - twice[i];
}

// Batches of a body that stays in its loop are many, and what is counted around each would be
// counted as its calls'.
static void weigh(struct meter *meter, uint32_t round) {
    enum { WARM = 3, TIMES = 8 };
    struct counters *c = meter->state;
    struct counter_turn *turn = &c->plan.turns[round];
    size_t count = turn->items.count;
    long long own[COUNTER_SET_MAX];
    for (int i = 0; i < WARM; i++)
        weigh_once(meter, round, count, turn->own);
    for (int i = 0; i < TIMES; i++) {
        weigh_once(meter, round, count, own);
        for (size_t m = 0; m < count; m++)
            turn->own[m] = own[m] == turn->own[m] ? own[m] : 0;
    }
}

// What the two readings around an empty batch take.
static uint64_t measure_cost(struct meter *meter) {
    enum { TIMES = 9, PAIRS = 16 };
    uint64_t spans[TIMES];
    arm(meter, 0);
    for (int i = 0; i < TIMES; i++) {
        uint64_t begun_ns = nstime_now();
        for (int pair = 0; pair < PAIRS; pair++) {
            begin(meter, 0);
            end(meter, 0);
        }
        spans[i] = (nstime_now() - begun_ns) / PAIRS;
    }
    return stats_median_u64_in_place(spans, TIMES);
}

bool counters_open(struct meter *meter, const struct counter_world *world, unsigned threads,
                   const char *wanted, struct errmsg *why) {
    struct counters *c = mem_zero(1, sizeof *c);
    if (!counter_plan_init(&c->plan, world, wanted, why)) {
        free(c);
        return false;
    }
    c->device = find_device();
    c->threads = threads;
    c->lanes = mem_zero(threads, sizeof *c->lanes);
    pthread_atfork(NULL, NULL, note_child);
    meter->state = c;
    for (uint32_t round = 0; round < c->plan.turn_count; round++)
        weigh(meter, round);
    c->cost_ns = measure_cost(meter);
    bystanders_watch(&c->bystanders, threads);
    return true;
}

static void close_meter(struct meter *meter) {
    struct counters *c = meter->state;
    for (unsigned thread = 0; thread < c->threads; thread++)
        if (c->lanes[thread].set)
            counter_plan_drop(c->lanes[thread].turn, c->lanes[thread].set);
    counter_plan_release(&c->plan);
    free(c->lanes);
    free(c);
}

static bool open_here(struct meter *meter, unsigned threads, const char *wanted,
                      struct errmsg *why) {
    static const struct counter_world machine = {
        .sources = {[WAY_PAPI_PRESET] = &counters_papi,
                    [WAY_PAPI_NATIVE] = &counters_papi,
                    [WAY_PERF] = &counters_perf,
                    [WAY_RUSAGE] = &counters_rusage,
                    [WAY_SDE] = &counters_papi},
        .work = counter_check_work,
        .ask = perf_state_ask,
    };
    return counters_open(meter, &machine, threads, wanted, why);
}

const struct meter counters_meter = {
    .kind = "counters",
    .open = open_here,
    .arm = arm,
    .begin = begin,
    .end = end,
    .report = report,
    .close = close_meter,
};
