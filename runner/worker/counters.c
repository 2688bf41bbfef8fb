// SPDX-License-Identifier: MIT
// Finds a counter for each metric, arranges them in groups, reads them around each batch.

#include "counters.h"

#include "counter_empty.h"
#include "counter_pack.h"
#include "counter_words.h"
#include "mem.h"
#include "nstime.h"
#include "stats.h"

#include <assert.h>
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_MAX 2 // of counters that sets compete for: PAPI's and the kernel's
#define ITEMS_MAX  (COUNTER_METRICS_MAX + PLACES_MAX) // metrics, and anchors that are none
#define TRIES      3

// A metric, and what answers for it.
struct item {
    const struct counter_metric *metric;
    const struct counter_rung *rung; // NULL: not available, for `why`
    const struct counter_source *source;
    int place;
    bool has_counted; // something, ever
    struct errmsg why;
};

// Events that are read together, by one set in each thread. Groups take turns, round by round: what
// the CPU cannot count together must, and one reading alone is cheap.
struct group {
    const struct counter_source *source;
    struct counter_group items;
    int place;
    long long own[COUNTER_SET_MAX]; // what it counts around no calls at all; 0 where that varies
    size_t anchor; // the item by which those of the CPU are compared, or COUNTER_PACK_NONE
};

// One thread's side of the group whose turn it is.
struct lane {
    const struct group *group; // NULL: none yet
    void *set;                 // of it; NULL: could not be made, for `why`
    bool has_run;              // in this sample
    bool is_lost;              // could not be read in this sample
    long long batches;         // of this sample
    long long begun[COUNTER_SET_MAX];
    long long sums[COUNTER_SET_MAX];
    struct errmsg why;
};

struct counters {
    struct counters_world world;
    bool is_asked[WAY_SDE + 1], is_open[WAY_SDE + 1]; // sources
    struct errmsg refusals[WAY_SDE + 1];
    bool has_state;
    struct perf_state state;
    const char *device; // NULL: counts are real

    struct counter_metric metrics[ITEMS_MAX];
    struct item items[ITEMS_MAX];
    size_t metric_count, item_count;
    struct group groups[ITEMS_MAX]; // of the CPU's counters before the rest
    size_t group_count, scarce_count;
    bool has_looked_twice;

    struct lane *lanes;
    unsigned threads;
    uint32_t round;
    uint64_t cost_ns;
};

// A child of the case has the counters of its parent: to touch them is to stop them.
static bool is_child;
static void note_child(void) { is_child = true; }

// ---- One set ---------------------------------------------------------------------------------

static void *make_set(const struct counters *c, const struct group *group, struct errmsg *why) {
    void *set = group->source->set_new(group->place);
    if (!set) {
        fail(why, "%s has no room for another set of events", group->source->name);
        return NULL;
    }
    bool is_made = true;
    for (size_t i = 0; i < group->items.count && is_made; i++) {
        const struct item *item = &c->items[group->items.items[i]];
        is_made = group->source->set_add(set, item->rung->event, why);
    }
    if (is_made && group->source->set_start(set, why))
        return set;
    group->source->set_free(set);
    return NULL;
}

static void drop_set(const struct group *group, void *set) {
    group->source->set_stop(set);
    group->source->set_free(set);
}

static bool fits(void *context, const struct counter_group *items) {
    const struct counters *c = context;
    const struct item *first = &c->items[items->items[0]];
    struct group group = {.source = first->source, .place = first->place, .items = *items};
    long long values[COUNTER_SET_MAX];
    void *set = make_set(c, &group, NULL);
    bool is_read = set && group.source->set_read(set, values);
    if (set)
        drop_set(&group, set);
    return is_read;
}

// ---- Finding who answers ---------------------------------------------------------------------

static bool ask_source(struct counters *c, enum counter_way way, struct errmsg *why) {
    const struct counter_source *source = c->world.sources[way];
    assert(source);
    size_t at = 0; // several ways go to one source
    while (c->world.sources[at] != source)
        at++;
    if (!c->is_asked[at]) {
        c->is_asked[at] = true;
        c->is_open[at] = source->open(&c->refusals[at]);
    }
    return c->is_open[at] || fail(why, "%s", c->refusals[at].text);
}

// The least that several tries of the same work show: what disturbs only adds.
static bool check(const struct counters *c, const struct group *group, void *set,
                  enum counter_proof proof, struct errmsg *why) {
    long long least = 0;
    for (int i = 0; i < TRIES; i++) {
        long long before, after;
        if (!group->source->set_read(set, &before))
            return fail(why, "its counter was taken away");
        c->world.work(proof);
        if (!group->source->set_read(set, &after))
            return fail(why, "its counter was taken away");
        if (i == 0 || after - before < least)
            least = after - before;
    }
    return counter_check_judge(proof, least, why);
}

static bool try_rung(struct counters *c, size_t at, const struct counter_rung *rung,
                     struct errmsg *why) {
    struct item *item = &c->items[at];
    if (!ask_source(c, rung->way, why))
        return false;
    item->source = c->world.sources[rung->way];
    item->rung = rung;
    item->place = item->source->place(rung->event, why);
    struct group alone = {
        .source = item->source, .place = item->place, .items = {.items = {at}, .count = 1}};
    void *set = item->place < 0 ? NULL : make_set(c, &alone, why);
    bool is_good = set && (item->metric->proof == PROOF_NONE ||
                           check(c, &alone, set, item->metric->proof, why));
    if (set)
        drop_set(&alone, set);
    if (!is_good)
        item->rung = NULL;
    return is_good;
}

static const struct perf_state *state_of(struct counters *c) {
    if (!c->has_state) {
        struct perf_answer answer;
        c->world.ask(&answer);
        perf_state_judge(&c->state, &answer);
        c->has_state = true;
    }
    return &c->state;
}

// Whether the way leads to the CPU's counters, as far as the name says.
static bool is_cpus(const struct counter_rung *rung) {
    return rung->way <= WAY_PERF && strstr(rung->event, ":::") == NULL;
}

static void say_state(struct errmsg *why, const struct perf_state *state) {
    fail(why, "%s%s%s", state->text, *state->fix ? "; " : "", state->fix);
}

// Climbs down the ladder until something answers, of that source alone unless NULL. What reads
// nonsense says more than what is not there.
static void resolve(struct counters *c, size_t at, const struct counter_source *only) {
    struct item *item = &c->items[at];
    const struct counter_rung *rung = counter_ladder_rungs(item->metric);
    bool is_usual = item->metric->rungs != NULL, reads = false;
    bool needs_cpu = is_cpus(rung);
    bool has_pmu = !needs_cpu || state_of(c)->kind == PERF_OK || state_of(c)->kind == PERF_DEAD;
    for (; rung->way && (has_pmu || !is_usual); rung++) {
        struct errmsg why;
        if (only && c->world.sources[rung->way] != only)
            continue;
        if (try_rung(c, at, rung, &why))
            return;
        if (!reads)
            item->why = why;
        reads |= strncmp(why.text, COUNTER_READS, sizeof COUNTER_READS - 1) == 0;
    }
    if (!has_pmu && !reads)
        say_state(&item->why, state_of(c));
}

// ---- Groups ----------------------------------------------------------------------------------

static bool is_scarce(const struct item *item) {
    return item->rung && item->source->is_scarce(item->place);
}

static bool is_beside(const struct item *a, const struct item *b) {
    return a->rung && b->rung && a->source == b->source && a->place == b->place;
}

// The metric of that name as it is counted beside `model`, which need not have been asked for.
static size_t find_anchor(struct counters *c, const struct item *model, const char *name) {
    for (size_t i = 0; i < c->item_count; i++)
        if (strcmp(c->items[i].metric->name, name) == 0 && is_beside(&c->items[i], model))
            return i;
    struct item *item = &c->items[c->item_count];
    *item = (struct item){.metric = &c->metrics[c->item_count]};
    counter_ladder_usual(name, &c->metrics[c->item_count]);
    resolve(c, c->item_count, model->source);
    return is_beside(item, model) ? c->item_count++ : COUNTER_PACK_NONE;
}

static bool has_place(const struct group *groups, size_t count, size_t item) {
    for (size_t g = 0; g < count; g++)
        if (counter_group_has(&groups[g].items, item))
            return true;
    return false;
}

// Packs what is counted in the place of item `first`.
static void pack_place(struct counters *c, size_t first, size_t anchor) {
    const struct item *model = &c->items[first];
    size_t items[ITEMS_MAX], count = 0;
    for (size_t i = first; i < c->metric_count; i++)
        if (is_beside(&c->items[i], model))
            items[count++] = i;
    struct counter_trial trial = {fits, c};
    struct counter_group packed[ITEMS_MAX];
    struct group *groups = &c->groups[c->group_count];
    size_t made = counter_pack(items, count, anchor, &trial, packed);
    for (size_t g = 0; g < made; g++)
        groups[g] = (struct group){
            .source = model->source, .place = model->place, .items = packed[g], .anchor = anchor};
    c->group_count += made;
}

static bool is_packed(const struct counters *c, const struct item *item) {
    for (size_t g = 0; g < c->group_count; g++)
        if (c->groups[g].source == item->source && c->groups[g].place == item->place)
            return true;
    return false;
}

// Packs each place that is scarce, or each that is not. False: one has no `anchor`, which is a
// metric's name; NULL: none is needed.
static bool pack_kind(struct counters *c, bool scarce, const char *anchor) {
    bool are_anchored = true;
    for (size_t i = 0; i < c->metric_count; i++) {
        const struct item *item = &c->items[i];
        if (!item->rung || is_scarce(item) != scarce || is_packed(c, item))
            continue;
        size_t at = anchor ? find_anchor(c, item, anchor) : COUNTER_PACK_NONE;
        are_anchored &= at != COUNTER_PACK_NONE;
        pack_place(c, i, at);
    }
    return are_anchored;
}

// Where one group cannot hold what the CPU counts, all of its groups have the same anchor, if there
// is one that they can have.
static void pack_scarce(struct counters *c) {
    static const char *const anchors[] = {"cycles", "instructions", NULL};
    pack_kind(c, true, NULL);
    for (size_t i = 0; c->group_count > 1; i++) {
        c->group_count = 0;
        c->item_count = c->metric_count;
        if (pack_kind(c, true, anchors[i]) || !anchors[i])
            break;
    }
    c->scarce_count = c->group_count;
}

static void pack(struct counters *c) {
    pack_scarce(c);
    pack_kind(c, false, NULL);
    for (size_t i = 0; i < c->metric_count; i++) {
        struct item *item = &c->items[i];
        if (!item->rung || has_place(c->groups, c->group_count, i))
            continue;
        item->rung = NULL;
        fail(&item->why, "cannot be counted beside others; ask for it alone");
    }
}

// ---- Around a batch --------------------------------------------------------------------------

// The group whose turn it is; NULL: nothing can be counted.
static const struct group *group_of(const struct counters *c) {
    return c->group_count ? &c->groups[c->round % c->group_count] : NULL;
}

// Stops what waits before it starts what counts: there may be room for one only.
static void switch_sets(const struct counters *c, struct lane *lane) {
    if (lane->set)
        drop_set(lane->group, lane->set);
    lane->group = group_of(c);
    lane->set = make_set(c, lane->group, &lane->why);
}

static void begin(struct meter *meter, unsigned thread) {
    struct counters *c = meter->state;
    struct lane *lane = &c->lanes[thread];
    if (is_child || !c->group_count)
        return;
    if (lane->group != group_of(c))
        switch_sets(c, lane);
    lane->has_run = true;
    lane->is_lost |= !lane->set || !lane->group->source->set_read(lane->set, lane->begun);
}

static void end(struct meter *meter, unsigned thread) {
    struct counters *c = meter->state;
    struct lane *lane = &c->lanes[thread];
    long long ended[COUNTER_SET_MAX];
    if (is_child || !c->group_count || lane->is_lost)
        return;
    lane->is_lost = !lane->group->source->set_read(lane->set, ended);
    for (size_t i = 0; i < lane->group->items.count && !lane->is_lost; i++)
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

// Where the group that counts in this round has it, or COUNTER_PACK_NONE.
static size_t find_member(const struct counters *c, size_t item) {
    const struct group *group = group_of(c);
    for (size_t i = 0; group && i < group->items.count; i++)
        if (group->items.items[i] == item)
            return i;
    return COUNTER_PACK_NONE;
}

// Whether no work at all can leave this at 0.
static bool always_counts(const struct item *item) {
    return item->metric->proof == PROOF_INSTRUCTIONS || item->metric->proof == PROOF_CYCLES;
}

static void add_up(struct counters *c, size_t at, struct wire_count *count) {
    struct item *item = &c->items[at];
    size_t member = find_member(c, at);
    if (member == COUNTER_PACK_NONE)
        return;
    long long own = group_of(c)->own[member];
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
    item->has_counted |= count->value != 0 && !isnan(count->value);
    if (item->metric->proof == PROOF_LATER && !item->has_counted)
        give_reason(count, COUNTER_READS "0 whatever is done: treated as not available, not as 0");
}

static void tell_metric(struct counters *c, size_t at, struct wire_count *count) {
    const struct item *item = &c->items[at];
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
    tell(c, count, COUNTER_ANCHOR, "tare", c->items[at].metric->name);
    add_up(c, at, count);
}

static size_t tell_all(struct counters *c, struct wire_count *counts) {
    size_t count = 0;
    for (size_t i = 0; i < c->metric_count; i++)
        tell_metric(c, i, &counts[count++]);
    tell_level(c, &counts[count++], COUNTER_COST, "ns", (double)c->cost_ns);
    if (c->scarce_count < 2)
        return count;
    tell_level(c, &counts[count++], COUNTER_GROUPS, "", (double)c->scarce_count);
    size_t anchor = group_of(c)->anchor;
    if (anchor != COUNTER_PACK_NONE)
        tell_anchor(c, anchor, &counts[count++]);
    return count;
}

static bool is_own(const struct item *item) {
    return counter_ladder_rungs(item->metric)->way == WAY_SDE;
}

// After the first sample: what the program defines in the set-up of its case is there now. Nothing
// moves, for other threads have sets of the groups there are.
static void look_twice(struct counters *c) {
    c->has_looked_twice = true;
    for (size_t i = 0; i < c->metric_count; i++)
        if (is_own(&c->items[i]) && c->items[i].rung)
            return;
    for (size_t i = 0; i < c->metric_count; i++)
        if (is_own(&c->items[i]))
            resolve(c, i, NULL);
    pack_kind(c, false, NULL);
}

static size_t report(struct meter *meter, struct wire_count *counts) {
    struct counters *c = meter->state;
    size_t count = tell_all(c, counts);
    if (!c->has_looked_twice)
        look_twice(c);
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
    struct group *group = &c->groups[round];
    size_t count = group->items.count;
    long long own[COUNTER_SET_MAX];
    for (int i = 0; i < WARM; i++)
        weigh_once(meter, round, count, group->own);
    for (int i = 0; i < TIMES; i++) {
        weigh_once(meter, round, count, own);
        for (size_t m = 0; m < count; m++)
            group->own[m] = own[m] == group->own[m] ? own[m] : 0;
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

bool counters_open(struct meter *meter, const struct counters_world *world, unsigned threads,
                   const char *wanted, struct errmsg *why) {
    struct counters *c = mem_zero(1, sizeof *c);
    size_t count = counter_ladder_parse(wanted, c->metrics, why);
    if (!count) {
        free(c);
        return false;
    }
    c->world = *world;
    c->device = find_device();
    c->threads = threads;
    c->lanes = mem_zero(threads, sizeof *c->lanes);
    c->metric_count = c->item_count = count;
    for (size_t i = 0; i < count; i++) {
        c->items[i].metric = &c->metrics[i];
        resolve(c, i, NULL);
    }
    pack(c);
    counter_check_release();
    pthread_atfork(NULL, NULL, note_child);
    meter->state = c;
    for (uint32_t round = 0; round < c->group_count; round++)
        weigh(meter, round);
    c->cost_ns = measure_cost(meter);
    return true;
}

static void close_meter(struct meter *meter) {
    struct counters *c = meter->state;
    for (unsigned thread = 0; thread < c->threads; thread++)
        if (c->lanes[thread].set)
            drop_set(c->lanes[thread].group, c->lanes[thread].set);
    for (size_t way = 0; way <= WAY_SDE; way++)
        if (c->is_open[way])
            c->world.sources[way]->close();
    free(c->lanes);
    free(c);
}

static bool open_here(struct meter *meter, unsigned threads, const char *wanted,
                      struct errmsg *why) {
    static const struct counters_world machine = {
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
