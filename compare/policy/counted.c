// SPDX-License-Identifier: MIT
// What was counted of a trial on both sides: whether there is more of it, and what that says of its
// time.
#include "counted.h"

#include "mem.h"
#include "stats.h"
#include "units.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const counted_outcome_names[COUNTED_OUTCOMES + 1] = {
    [COUNTED_EQUAL] = "equal",
    [COUNTED_MORE] = "more",
    [COUNTED_LESS] = "less",
    [COUNTED_UNKNOWN] = "unknown",
};

// What is known of some counts.
static const struct rule {
    const char *name;
    double detect;   // fraction
    double per_call; // that one which is not exact must rise by at least
    bool is_gated;
    const char *more; // what it means that there is more of it
} rules[] = {
    {"allocs", 0, 0, true, "more allocations"},
    {"instructions", 0.002, 50, false, "more work"},
    {"branch-misses", 0.02, 0, false, "predictor or layout"},
    {"l1d-misses", 0.02, 0, false, "more data, or laid out otherwise"},
    {"llc-misses", 0.02, 0, false, "more data than the caches hold, or laid out otherwise"},
    {"dtlb-misses", 0.02, 0, false, "more pages are touched"},
    {"page-faults", 0.02, 0, false, "more memory is new to the process"},
};
static const struct rule any = {NULL, 0.01, 0, false, NULL};

// What a tool's counts depend on beside the code: facts of the machine.
static const struct {
    const char *source, *fact, *reason;
} conditions[] = {
    {"callgrind", "valgrind", "was counted by another version of valgrind in base"},
    {"callgrind", "valgrind.cpu", "was counted for another CPU in base"},
};

static const struct rule *rule_of(const char *name) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return &any;
}

// ---- One side --------------------------------------------------------------------------------

// A count over the runs of a side.
struct side_count {
    double value;  // NaN: not known
    double noise;  // as much as its runs, or one of them, differ; in its unit; NaN: not known
    bool is_exact; // the same in each
    const struct count *last;
    const struct document *doc;
    const char *reason;
};

// How much a run differs from itself, in the count's unit; NaN: not known.
static double width_of(const struct count *count) {
    double unit = count->value != 0 ? fabs(count->value) : 1;
    return count->kind == COUNT_EXACT ? 0 : count->spread * unit;
}

// One that is not known is the worst.
static double worse_of(double a, double b) { return isnan(a) || a > b ? a : b; }

static void add_count(struct side_count *all, const struct count *count,
                      const struct document *doc) {
    all->is_exact &= count->kind == COUNT_EXACT;
    all->noise = worse_of(all->noise, width_of(count));
    all->last = count;
    all->doc = doc;
}

// `values` are those of the runs.
static void sum_up(struct side_count *all, double *values, size_t known) {
    all->value = stats_median_in_place(values, known);
    if (known == 0)
        return;
    double range = values[known - 1] - values[0]; // the median has sorted them
    all->is_exact &= range == 0;
    all->noise = worse_of(all->noise, range);
}

static struct side_count read_side(const struct match *match, enum side_index side,
                                   const struct count *like) {
    struct side_count all = {NAN, 0, true, NULL, NULL, "was not counted in base"};
    double *values = mem_zero(match->counts[side], sizeof *values);
    size_t known = 0;
    for (size_t i = 0; i < match->counts[side]; i++) {
        const struct reading *reading = &match->readings[side][i];
        const struct count *count = document_count_like(reading->trial, like);
        if (count == NULL || isnan(count->value)) {
            all.reason = count != NULL ? count->reason : all.reason;
            continue;
        }
        values[known++] = count->value;
        add_count(&all, count, &reading->run->doc);
    }
    sum_up(&all, values, known);
    free(values);
    return all;
}

// ---- Both ------------------------------------------------------------------------------------

static bool are_texts_equal(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *fact_text(const struct document *doc, const char *key) {
    const struct json_pair *fact = document_find_fact(doc, key);
    return fact != NULL ? fact->text : NULL;
}

static const char *obstacle_to(const struct side_count sides[SIDES]) {
    for (int side = 0; side < SIDES; side++)
        if (isnan(sides[side].value))
            return sides[side].reason;
    const struct side_count *base = &sides[SIDE_BASE], *new = &sides[SIDE_NEW];
    assert(base->last != NULL && new->last != NULL);
    if (!are_texts_equal(base->last->event, new->last->event))
        return "was counted as another event in base";
    if (!are_texts_equal(base->doc->program.libc, new->doc->program.libc))
        return "was counted with another C library in base";
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        if (strcmp(conditions[i].source, new->last->source) == 0 &&
            !are_texts_equal(fact_text(base->doc, conditions[i].fact),
                             fact_text(new->doc, conditions[i].fact)))
            return conditions[i].reason;
    return isnan(base->noise) || isnan(new->noise) ? "varies, and by how much was not noted" : NULL;
}

// What the policy says of it, or else what is known of it.
static void set_terms(struct counted *counted, const struct rule *rule,
                      const struct effective *effective) {
    counted->detect = rule->detect;
    counted->is_gated = rule->is_gated;
    for (size_t i = 0; i < effective->rises.count; i++) {
        const struct effective_limit *rise = &effective->rises.items[i];
        if (strcmp(rise->metric, counted->name) != 0)
            continue;
        counted->is_gated = isfinite(rise->value);
        counted->detect = counted->is_gated ? rise->value : rule->detect;
        counted->glob = rise->glob;
    }
    counted->is_gated &= effective->values[POLICY_REQUIRED].value != 0;
}

static void decide(struct counted *counted, const struct side_count sides[SIDES],
                   const struct rule *rule) {
    const struct side_count *base = &sides[SIDE_BASE], *new = &sides[SIDE_NEW];
    double room = counted->detect / 2 * fabs(base->value);
    if (!base->is_exact || !new->is_exact)
        room = fmax(fmax(room, rule->per_call), 3 * fmax(base->noise, new->noise));
    counted->most = base->value + room;
    counted->outcome = new->value > counted->most        ? COUNTED_MORE
                       : new->value < base->value - room ? COUNTED_LESS
                                                         : COUNTED_EQUAL;
}

static struct counted compare(const struct match *match, const struct count *count,
                              const struct effective *effective) {
    const struct side_count sides[SIDES] = {read_side(match, SIDE_BASE, count),
                                            read_side(match, SIDE_NEW, count)};
    const struct rule *rule = rule_of(count->name);
    struct counted counted = {
        .name = count->name,
        .unit = count->unit != NULL ? count->unit : "",
        .source = count->source,
        .base = sides[SIDE_BASE].value,
        .new = sides[SIDE_NEW].value,
        .most = NAN,
        .outcome = COUNTED_UNKNOWN,
    };
    set_terms(&counted, rule, effective);
    counted.reason = obstacle_to(sides);
    if (counted.reason == NULL)
        decide(&counted, sides, rule);
    return counted;
}

void counted_compare(struct counted_list *list, const struct match *match,
                     const struct effective *effective) {
    *list = (struct counted_list){0};
    if (match->counts[SIDE_NEW] == 0 || match->counts[SIDE_BASE] == 0)
        return;
    const struct trial *last = match->readings[SIDE_NEW][match->counts[SIDE_NEW] - 1].trial;
    list->items = mem_zero(last->count_count, sizeof *list->items);
    for (; list->count < last->count_count; list->count++)
        list->items[list->count] = compare(match, &last->counts[list->count], effective);
}

void counted_release(struct counted_list *list) {
    free(list->items);
    *list = (struct counted_list){0};
}

bool counted_is_known(const struct counted_list *list, const char *name, const char **reason) {
    *reason = "new does not report it";
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) != 0)
            continue;
        if (list->items[i].outcome != COUNTED_UNKNOWN)
            return true;
        *reason = list->items[i].reason;
    }
    return false;
}

// ---- Words -----------------------------------------------------------------------------------

static char *join(char *before, char *text) {
    if (before == NULL)
        return text;
    char *both = mem_printf("%s, %s", before, text);
    free(before);
    free(text);
    return both;
}

static char *words_of(const struct counted *counted) {
    const char *more = rule_of(counted->name)->more;
    bool says_why = counted->outcome == COUNTED_MORE && more != NULL;
    return mem_printf("%s %s%s%s", counted->name, units_change(counted->new / counted->base).text,
                      says_why ? ": " : "", says_why ? more : "");
}

static bool is_instructions(const struct counted *counted) {
    return strcmp(counted->name, "instructions") == 0;
}

// Several sources may tell the same.
static bool is_told(const struct counted_list *list, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcmp(list->items[i].name, list->items[at].name) == 0 &&
            list->items[i].outcome != COUNTED_UNKNOWN)
            return true;
    return false;
}

char *counted_explain(const struct counted_list *list) {
    char *words = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct counted *counted = &list->items[i];
        if (is_told(list, i))
            continue;
        if (is_instructions(counted) && counted->outcome == COUNTED_EQUAL)
            words = join(words, mem_text("instructions equal"));
        else if (counted->outcome == COUNTED_MORE ||
                 (is_instructions(counted) && counted->outcome == COUNTED_LESS))
            words = join(words, words_of(counted));
    }
    return words;
}
