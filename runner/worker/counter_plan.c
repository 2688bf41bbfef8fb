// SPDX-License-Identifier: MIT
// Climbs down the ladder of each metric, and arranges in turns what cannot be counted together.

#include "counter_plan.h"

#include "counter_words.h"

#include <assert.h>
#include <string.h>

#define TRIES 3

// ---- One set ---------------------------------------------------------------------------------

void *counter_plan_start(const struct counter_plan *plan, const struct counter_turn *turn,
                         struct errmsg *why) {
    void *set = turn->source->set_new(turn->place);
    if (!set) {
        fail(why, "%s has no room for another set of events", turn->source->name);
        return NULL;
    }
    bool is_made = true;
    for (size_t i = 0; i < turn->items.count && is_made; i++) {
        const struct counter_item *item = &plan->items[turn->items.items[i]];
        is_made = turn->source->set_add(set, item->rung->event, why);
    }
    if (is_made && turn->source->set_start(set, why))
        return set;
    turn->source->set_free(set);
    return NULL;
}

void counter_plan_drop(const struct counter_turn *turn, void *set) {
    turn->source->set_stop(set);
    turn->source->set_free(set);
}

static bool fits(void *context, const struct counter_group *items) {
    const struct counter_plan *plan = context;
    const struct counter_item *first = &plan->items[items->items[0]];
    struct counter_turn turn = {.source = first->source, .place = first->place, .items = *items};
    long long values[COUNTER_SET_MAX];
    void *set = counter_plan_start(plan, &turn, NULL);
    bool is_read = set && turn.source->set_read(set, values);
    if (set)
        counter_plan_drop(&turn, set);
    return is_read;
}

// ---- Finding who answers ---------------------------------------------------------------------

static bool ask_source(struct counter_plan *plan, enum counter_way way, struct errmsg *why) {
    const struct counter_source *source = plan->world->sources[way];
    assert(source);
    size_t at = 0; // several ways go to one source
    while (plan->world->sources[at] != source)
        at++;
    if (!plan->is_asked[at]) {
        plan->is_asked[at] = true;
        plan->is_open[at] = source->open(&plan->refusals[at]);
    }
    return plan->is_open[at] || fail(why, "%s", plan->refusals[at].text);
}

// The least that several tries of the same work show: what disturbs only adds.
static bool check(const struct counter_plan *plan, const struct counter_turn *turn, void *set,
                  struct counter_item *item, struct errmsg *why) {
    enum counter_proof proof = item->metric->proof;
    long long least = 0;
    for (int i = 0; i < TRIES; i++) {
        long long before, after;
        if (!turn->source->set_read(set, &before))
            return fail(why, "its counter was taken away");
        plan->world->work(proof);
        if (!turn->source->set_read(set, &after))
            return fail(why, "its counter was taken away");
        if (i == 0 || after - before < least)
            least = after - before;
    }
    item->has_counted = least != 0;
    return counter_check_judge(proof, least, why);
}

static bool try_rung(struct counter_plan *plan, size_t at, const struct counter_rung *rung,
                     struct errmsg *why) {
    struct counter_item *item = &plan->items[at];
    if (!ask_source(plan, rung->way, why))
        return false;
    item->source = plan->world->sources[rung->way];
    item->rung = rung;
    item->place = item->source->place(rung->event, why);
    struct counter_turn alone = {
        .source = item->source, .place = item->place, .items = {.items = {at}, .count = 1}};
    void *set = item->place < 0 ? NULL : counter_plan_start(plan, &alone, why);
    bool is_good =
        set && (item->metric->proof == PROOF_NONE || check(plan, &alone, set, item, why));
    if (set)
        counter_plan_drop(&alone, set);
    if (!is_good)
        item->rung = NULL;
    return is_good;
}

static const struct perf_state *state_of(struct counter_plan *plan) {
    if (!plan->has_state) {
        struct perf_answer answer;
        plan->world->ask(&answer);
        perf_state_judge(&plan->state, &answer);
        plan->has_state = true;
    }
    return &plan->state;
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
static void resolve(struct counter_plan *plan, size_t at, const struct counter_source *only) {
    struct counter_item *item = &plan->items[at];
    const struct counter_rung *rung = counter_ladder_rungs(item->metric);
    bool is_usual = item->metric->rungs != NULL, reads = false;
    bool needs_cpu = is_cpus(rung);
    bool has_pmu =
        !needs_cpu || state_of(plan)->kind == PERF_OK || state_of(plan)->kind == PERF_DEAD;
    for (; rung->way && (has_pmu || !is_usual); rung++) {
        struct errmsg why;
        if (only && plan->world->sources[rung->way] != only)
            continue;
        if (try_rung(plan, at, rung, &why))
            return;
        if (!reads)
            item->why = why;
        reads |= strncmp(why.text, COUNTER_READS, sizeof COUNTER_READS - 1) == 0;
    }
    if (!has_pmu && !reads)
        say_state(&item->why, state_of(plan));
}

// ---- Turns -----------------------------------------------------------------------------------

static bool is_scarce(const struct counter_item *item) {
    return item->rung && item->source->is_scarce(item->place);
}

static bool is_beside(const struct counter_item *a, const struct counter_item *b) {
    return a->rung && b->rung && a->source == b->source && a->place == b->place;
}

// The metric of that name as it is counted beside `model`, which need not have been asked for.
static size_t find_anchor(struct counter_plan *plan, const struct counter_item *model,
                          const char *name) {
    for (size_t i = 0; i < plan->item_count; i++)
        if (strcmp(plan->items[i].metric->name, name) == 0 && is_beside(&plan->items[i], model))
            return i;
    struct counter_item *item = &plan->items[plan->item_count];
    *item = (struct counter_item){.metric = &plan->metrics[plan->item_count]};
    counter_ladder_usual(name, &plan->metrics[plan->item_count]);
    resolve(plan, plan->item_count, model->source);
    return is_beside(item, model) ? plan->item_count++ : COUNTER_PACK_NONE;
}

static bool has_turn(const struct counter_plan *plan, size_t item) {
    for (size_t i = 0; i < plan->turn_count; i++)
        if (counter_group_has(&plan->turns[i].items, item))
            return true;
    return false;
}

// Packs what is counted in the place of item `first`.
static void pack_place(struct counter_plan *plan, size_t first, size_t anchor) {
    const struct counter_item *model = &plan->items[first];
    size_t items[COUNTER_ITEMS_MAX], count = 0;
    for (size_t i = first; i < plan->metric_count; i++)
        if (is_beside(&plan->items[i], model))
            items[count++] = i;
    struct counter_trial trial = {fits, plan};
    struct counter_group groups[COUNTER_ITEMS_MAX];
    size_t made = counter_pack(items, count, anchor, &trial, groups);
    for (size_t g = 0; g < made; g++)
        plan->turns[plan->turn_count++] = (struct counter_turn){
            .source = model->source, .place = model->place, .items = groups[g], .anchor = anchor};
}

static bool is_packed(const struct counter_plan *plan, const struct counter_item *item) {
    for (size_t i = 0; i < plan->turn_count; i++)
        if (plan->turns[i].source == item->source && plan->turns[i].place == item->place)
            return true;
    return false;
}

// Packs each place that is scarce, or each that is not. False: one has no `anchor`, which is a
// metric's name; NULL: none is needed.
static bool pack_kind(struct counter_plan *plan, bool scarce, const char *anchor) {
    bool are_anchored = true;
    for (size_t i = 0; i < plan->metric_count; i++) {
        const struct counter_item *item = &plan->items[i];
        if (!item->rung || is_scarce(item) != scarce || is_packed(plan, item))
            continue;
        size_t at = anchor ? find_anchor(plan, item, anchor) : COUNTER_PACK_NONE;
        are_anchored &= at != COUNTER_PACK_NONE;
        pack_place(plan, i, at);
    }
    return are_anchored;
}

// Where one turn cannot hold what the CPU counts, all of its turns have the same anchor, if there
// is one that they can have.
static void pack_scarce(struct counter_plan *plan) {
    static const char *const anchors[] = {"cycles", "instructions", NULL};
    pack_kind(plan, true, NULL);
    for (size_t i = 0; plan->turn_count > 1; i++) {
        plan->turn_count = 0;
        plan->item_count = plan->metric_count;
        if (pack_kind(plan, true, anchors[i]) || !anchors[i])
            break;
    }
    plan->scarce_count = plan->turn_count;
}

static void pack(struct counter_plan *plan) {
    pack_scarce(plan);
    pack_kind(plan, false, NULL);
    for (size_t i = 0; i < plan->metric_count; i++) {
        struct counter_item *item = &plan->items[i];
        if (!item->rung || has_turn(plan, i))
            continue;
        item->rung = NULL;
        fail(&item->why, "cannot be counted beside others; ask for it alone");
    }
}

// ---- The whole -------------------------------------------------------------------------------

bool counter_plan_init(struct counter_plan *plan, const struct counter_world *world,
                       const char *wanted, struct errmsg *why) {
    *plan = (struct counter_plan){.world = world};
    plan->metric_count = plan->item_count = counter_ladder_parse(wanted, plan->metrics, why);
    for (size_t i = 0; i < plan->metric_count; i++) {
        plan->items[i].metric = &plan->metrics[i];
        resolve(plan, i, NULL);
    }
    pack(plan);
    counter_check_release();
    return plan->metric_count > 0;
}

static bool is_own(const struct counter_item *item) {
    return counter_ladder_rungs(item->metric)->way == WAY_SDE;
}

void counter_plan_extend(struct counter_plan *plan) {
    for (size_t i = 0; i < plan->metric_count; i++)
        if (is_own(&plan->items[i]) && plan->items[i].rung)
            return;
    for (size_t i = 0; i < plan->metric_count; i++)
        if (is_own(&plan->items[i]))
            resolve(plan, i, NULL);
    pack_kind(plan, false, NULL);
}

void counter_plan_release(struct counter_plan *plan) {
    for (size_t way = 0; way <= WAY_SDE; way++)
        if (plan->is_open[way])
            plan->world->sources[way]->close();
}
