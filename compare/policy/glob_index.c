// SPDX-License-Identifier: MIT
// Finds the lines of a policy that cover a trial.
#include "glob_index.h"

#include "mem.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What plan_matches() holds a glob against.
enum { NAME, CASE_PATH, GROUP, NAMES };
struct names {
    const char *items[NAMES];
};

static struct names names_of(const struct trial *trial, char path[TRIAL_NAME_MAX + 1]) {
    snprintf(path, TRIAL_NAME_MAX + 1, "%s/%s", trial->group, trial->case_name);
    return (struct names){{trial->name, path, trial->group}};
}

static void push(struct glob_entries *entries, struct glob_entry entry) {
    entries->items = mem_push(entries->items, &entries->count, sizeof *entries->items);
    entries->items[entries->count - 1] = entry;
}

// ---- Building --------------------------------------------------------------------------------

void glob_index_add(struct glob_index *index, const struct policy_glob *glob, size_t position) {
    push(policy_glob_is_name(glob) ? &index->names : &index->patterns,
         (struct glob_entry){glob, position});
}

static int by_text(const void *a, const void *b) {
    const struct glob_entry *p = a, *q = b;
    return strcmp(p->glob->text, q->glob->text);
}

void glob_index_sort(struct glob_index *index) {
    if (index->names.count != 0)
        qsort(index->names.items, index->names.count, sizeof *index->names.items, by_text);
}

void glob_index_release(struct glob_index *index) {
    free(index->names.items);
    free(index->patterns.items);
    *index = (struct glob_index){0};
}

// ---- Looking ---------------------------------------------------------------------------------

// The entries with this text, a part of `sorted`.
static struct glob_entries entries_named(const struct glob_entries *sorted, const char *name) {
    size_t low = 0, high = sorted->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(sorted->items[middle].glob->text, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < sorted->count && strcmp(sorted->items[end].glob->text, name) == 0)
        end++;
    return (struct glob_entries){sorted->items + low, end - low};
}

// Most patterns differ from most names before their first wildcard, and fnmatch() is slow to say
// so.
static bool covers(const struct policy_glob *glob, const struct names *names,
                   const struct trial *trial) {
    for (int i = 0; i < NAMES; i++)
        if (strncmp(glob->text, names->items[i], glob->fixed) == 0)
            return policy_glob_covers(glob, &(struct subject){.now = trial});
    return false;
}

// Passes over those that are marked already.
static void find(const struct glob_index *index, const struct trial *trial, const bool *is_marked,
                 struct glob_entries *found) {
    char path[TRIAL_NAME_MAX + 1];
    struct names names = names_of(trial, path);
    for (int i = 0; i < NAMES && index->names.count != 0; i++) {
        struct glob_entries named = entries_named(&index->names, names.items[i]);
        for (size_t j = 0; j < named.count; j++)
            push(found, named.items[j]);
    }
    for (size_t i = 0; i < index->patterns.count; i++) {
        struct glob_entry pattern = index->patterns.items[i];
        if ((is_marked == NULL || !is_marked[pattern.position]) &&
            covers(pattern.glob, &names, trial))
            push(found, pattern);
    }
}

void glob_index_find(const struct glob_index *index, const struct subject *subject,
                     struct glob_entries *found) {
    if (subject->now != NULL)
        find(index, subject->now, NULL, found);
    if (subject->former != NULL)
        find(index, subject->former, NULL, found);
}

void glob_index_mark(const struct glob_index *index, const struct trial *trial, bool *is_covering) {
    struct glob_entries found = {0};
    find(index, trial, is_covering, &found);
    for (size_t i = 0; i < found.count; i++)
        is_covering[found.items[i].position] = true;
    free(found.items);
}
