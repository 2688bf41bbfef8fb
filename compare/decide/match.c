// SPDX-License-Identifier: MIT
// Joins the trials of both sides by name: every trial of every run in one array, sorted.
#include "match.h"

#include "mem.h"
#include "plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *key; // the name it is joined by
    struct reading reading;
    enum side_index side;
};

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// The sorted names of a side's trials.
static const char **side_trial_names(const struct side *side, size_t *count) {
    *count = 0;
    for (size_t i = 0; i < side->count; i++)
        *count += side->runs[i].doc.trial_count;
    const char **names = mem_zero(*count, sizeof *names);
    const char **end = names;
    for (size_t i = 0; i < side->count; i++)
        for (size_t j = 0; j < side->runs[i].doc.trial_count; j++)
            *end++ = side->runs[i].doc.trials[j].name;
    if (*count != 0)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

static bool has_name(const char *const *names, size_t count, const char *name) {
    return count != 0 && bsearch(&name, names, count, sizeof *names, by_name) != NULL;
}

// A base name and the one that its trial has now.
struct rename {
    const char *former;
    const char *name;
};

static int by_former(const void *a, const void *b) {
    const struct rename *p = a, *q = b;
    int order = strcmp(p->former, q->former);
    return order != 0 ? order : strcmp(p->name, q->name);
}

// A trial is renamed if base knows its former name only, and new its present name only.
static struct rename *find_renames(const struct side sides[SIDES], size_t *count) {
    size_t name_counts[SIDES];
    const char **names[SIDES];
    for (int side = 0; side < SIDES; side++)
        names[side] = side_trial_names(&sides[side], &name_counts[side]);
    struct rename *renames = NULL;
    *count = 0;
    for (size_t i = 0; i < sides[SIDE_NEW].count; i++) {
        const struct document *doc = &sides[SIDE_NEW].runs[i].doc;
        for (size_t j = 0; j < doc->trial_count; j++) {
            const struct trial *trial = &doc->trials[j];
            if (trial->former == NULL ||
                !has_name(names[SIDE_BASE], name_counts[SIDE_BASE], trial->former) ||
                has_name(names[SIDE_BASE], name_counts[SIDE_BASE], trial->name) ||
                has_name(names[SIDE_NEW], name_counts[SIDE_NEW], trial->former))
                continue;
            renames = mem_push(renames, count, sizeof *renames);
            renames[*count - 1] = (struct rename){trial->former, trial->name};
        }
    }
    if (*count != 0)
        qsort(renames, *count, sizeof *renames, by_former);
    for (int side = 0; side < SIDES; side++)
        free(names[side]);
    return renames;
}

// The present name of a base trial: its own, or the first that claims it.
static const char *present_name(const struct rename *renames, size_t count, const char *name) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(renames[middle].former, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && strcmp(renames[low].former, name) == 0 ? renames[low].name : name;
}

static int by_key(const void *a, const void *b) {
    const struct entry *p = a, *q = b;
    int order = strcmp(p->key, q->key);
    if (order == 0)
        order = (int)p->side - (int)q->side;
    return order != 0 ? order
                      : (p->reading.run > q->reading.run) - (p->reading.run < q->reading.run);
}

static struct entry *collect(const struct side sides[SIDES], size_t *count) {
    size_t rename_count;
    struct rename *renames = find_renames(sides, &rename_count);
    struct entry *entries = NULL;
    *count = 0;
    for (int side = 0; side < SIDES; side++) {
        for (size_t i = 0; i < sides[side].count; i++) {
            const struct run *run = &sides[side].runs[i];
            for (size_t j = 0; j < run->doc.trial_count; j++) {
                const struct trial *trial = &run->doc.trials[j];
                const char *key = side == SIDE_BASE
                                      ? present_name(renames, rename_count, trial->name)
                                      : trial->name;
                entries = mem_push(entries, count, sizeof *entries);
                entries[*count - 1] =
                    (struct entry){key, {run, trial, &run->summaries[j]}, (enum side_index)side};
            }
        }
    }
    if (*count != 0)
        qsort(entries, *count, sizeof *entries, by_key);
    free(renames);
    return entries;
}

// Whether a run with these settings would have had the trial. Of another shard nothing can be told.
static bool would_run(const struct settings *s, const struct reading *r) {
    const struct settings *own = &r->run->doc.settings;
    return (s->shards == 0 || (s->shards == own->shards && s->shard == own->shard)) &&
           plan_chooses(s, r->trial);
}

static bool is_outside(const struct match *match, const struct side *new_side) {
    if (match->counts[SIDE_NEW] != 0)
        return false;
    for (size_t i = 0; i < new_side->count; i++)
        if (would_run(&new_side->runs[i].doc.settings, &match->readings[SIDE_BASE][0]))
            return false;
    return true;
}

bool match_is_on_both(const struct match *match) {
    return match->counts[SIDE_BASE] != 0 && match->counts[SIDE_NEW] != 0;
}

const struct trial *match_trial(const struct match *match) {
    const struct reading *readings =
        match->readings[match->counts[SIDE_NEW] != 0 ? SIDE_NEW : SIDE_BASE];
    assert(readings != NULL);
    return readings->trial;
}

// Names sort the trials of a case next to each other.
static bool is_same_case(const struct trial *a, const struct trial *b) {
    return strcmp(a->group, b->group) == 0 && strcmp(a->case_name, b->case_name) == 0;
}

static const char *former_name(const struct match *match) {
    const struct reading *base = match->readings[SIDE_BASE];
    bool is_renamed = base != NULL && match->readings[SIDE_NEW] != NULL &&
                      strcmp(base->trial->name, match->name) != 0;
    return is_renamed ? base->trial->name : NULL;
}

// Takes the entries of one key, the first `count`, into a match.
static struct match join(const struct entry *entries, const struct reading *readings,
                         size_t count) {
    struct match match = {.name = entries[0].key};
    for (size_t i = 0; i < count; i++) {
        enum side_index side = entries[i].side;
        if (match.counts[side]++ == 0)
            match.readings[side] = &readings[i];
    }
    match.former = former_name(&match);
    return match;
}

static void append(struct matches *matches, struct match match, const struct side *new_side,
                   const struct settings *choice) {
    if (!plan_chooses(choice, match_trial(&match)))
        return;
    if (is_outside(&match, new_side)) {
        matches->outside++;
        return;
    }
    matches->items = mem_push(matches->items, &matches->count, sizeof *matches->items);
    size_t last = matches->count - 1;
    if (last != 0) {
        const struct match *before = &matches->items[last - 1];
        match.family = before->family + !is_same_case(match_trial(before), match_trial(&match));
    }
    matches->items[last] = match;
}

void match_sides(struct matches *matches, const struct side sides[SIDES],
                 const struct settings *choice) {
    size_t count;
    struct entry *entries = collect(sides, &count);
    *matches = (struct matches){.readings = mem_zero(count, sizeof *matches->readings)};
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first; next < count && strcmp(entries[next].key, entries[first].key) == 0;
             next++)
            matches->readings[next] = entries[next].reading;
        struct match match = join(&entries[first], &matches->readings[first], next - first);
        append(matches, match, &sides[SIDE_NEW], choice);
    }
    free(entries);
}

void match_release(struct matches *matches) {
    free(matches->items);
    free(matches->readings);
    *matches = (struct matches){0};
}

// The first reading of a side with this status, or NULL.
static const struct trial *find_status(const struct match *match, int side,
                                       enum trial_status status) {
    for (size_t i = 0; i < match->counts[side]; i++)
        if (match->readings[side][i].trial->status == (int)status)
            return match->readings[side][i].trial;
    return NULL;
}

static const char *reason_of(const struct trial *trial) {
    return trial->reason != NULL ? trial->reason : "no reason given";
}

// A trial of each status on one side, or NULL.
struct held {
    const struct trial *measured, *skipped, *planned;
};

static struct held held_by(const struct match *match, int side) {
    return (struct held){
        .measured = find_status(match, side, TRIAL_MEASURED),
        .skipped = find_status(match, side, TRIAL_SKIPPED),
        .planned = find_status(match, side, TRIAL_PLANNED),
    };
}

static enum match_state state_without_base(const struct held *base, char **reason) {
    const struct trial *why = base->skipped != NULL ? base->skipped : base->planned;
    *reason = why == NULL ? mem_text("only in new")
                          : mem_printf("no numbers in base: %s", reason_of(why));
    return MATCH_NEW;
}

static enum match_state state_without_new(const struct held *base, const struct held *new,
                                          char **reason) {
    bool is_in_base = base->measured != NULL || base->skipped != NULL || base->planned != NULL;
    if (new->planned != NULL) {
        *reason = mem_printf("not run in new: %s", reason_of(new->planned));
        return MATCH_MISSING;
    }
    if (new->skipped == NULL) {
        *reason = mem_text("not in new");
        return MATCH_MISSING;
    }
    const char *why = reason_of(new->skipped);
    if (base->measured != NULL) {
        *reason = mem_printf("skipped in new, though base has numbers: %s", why);
        return MATCH_FAILED;
    }
    *reason = mem_printf(
        is_in_base ? "no numbers on either side: %s" : "only in new, and skipped: %s", why);
    return is_in_base ? MATCH_SKIPPED : MATCH_NEW;
}

enum match_state match_state(const struct match *match, char **reason) {
    for (int side = 0; side < SIDES; side++) {
        const struct trial *failed = find_status(match, side, TRIAL_FAILED);
        if (failed != NULL) {
            *reason = mem_printf("in %s: %s", side_names[side], reason_of(failed));
            return MATCH_FAILED;
        }
    }
    struct held base = held_by(match, SIDE_BASE), new = held_by(match, SIDE_NEW);
    if (base.measured != NULL && new.measured != NULL)
        return MATCH_BOTH;
    return new.measured != NULL ? state_without_base(&base, reason)
                                : state_without_new(&base, &new, reason);
}
