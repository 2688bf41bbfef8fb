// SPDX-License-Identifier: MIT
// The baseline of a run, found in the store.
#include "base.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void take_documents(struct base *base) {
    const struct store_segment *current = baseline_current(&base->baseline);
    for (size_t i = 0; current != NULL && i < current->document_count; i++)
        flag_texts_add(&base->paths, current->documents[i]);
}

static const char *begun(const struct baseline *baseline) {
    const struct store_segment *current = baseline_current(baseline);
    return current != NULL && current->record.begun != NULL ? current->record.begun : "";
}

// The newest one of the program on any machine, into base->baseline; one that is damaged only stops
// us where there is no other.
static bool find_elsewhere(struct base *base, const struct store *store, const char *program,
                           struct errmsg *why) {
    struct baselines all;
    struct baseline *newest = NULL;
    if (!store_list(store, &all, why))
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (strcmp(all.items[i].program, program) == 0 &&
            (newest == NULL || strcmp(begun(&all.items[i]), begun(newest)) > 0))
            newest = &all.items[i];
    bool good = newest == NULL || newest->damage == NULL || fail(why, "%s", newest->damage);
    if (newest != NULL) {
        baseline_release(&base->baseline);
        base->baseline = *newest;
        *newest = (struct baseline){0};
    }
    baselines_release(&all);
    return good;
}

// Whoever begins a baseline may have expected to be compared with one of these.
static bool find_others(struct base *base, const struct store *store, struct errmsg *why) {
    struct baselines all;
    if (!store_list(store, &all, why))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        struct baseline *other = &all.items[i];
        bool is_there = other->segment_count != 0 || other->damage != NULL;
        if (!is_there || (strcmp(other->program, base->names.program) != 0 &&
                          strcmp(other->machine, base->names.machine) != 0))
            continue;
        baselines_take(&base->others, other);
    }
    baselines_release(&all);
    return true;
}

static bool find(struct base *base, const struct store *store, bool may_begin, struct errmsg *why) {
    if (!store_find(store, base->names.machine, base->names.program, &base->baseline, why))
        return false;
    if (baseline_current(&base->baseline) != NULL)
        return true;
    return may_begin ? find_others(base, store, why)
                     : find_elsewhere(base, store, base->names.program, why);
}

bool base_find(struct base *base, const char *store_path, const struct document *run,
               bool may_begin, struct errmsg *why) {
    *base = (struct base){0};
    if (may_begin && access(store_path, F_OK) != 0)
        return true;
    struct store store;
    if (!store_open(&store, store_path, STORE_READ, why))
        return false;
    base->names = store_names_of(run);
    bool good = find(base, &store, may_begin, why);
    if (good && baseline_current(&base->baseline) == NULL && !may_begin)
        good = fail(why,
                    "%s has no baseline of %s yet; tare baseline add --init begins one, or tare "
                    "compare --init with the first run",
                    store_path, base->names.program);
    store_close(&store);
    if (good)
        take_documents(base);
    else
        base_release(base);
    return good;
}

void base_release(struct base *base) {
    free(base->paths.items);
    baseline_release(&base->baseline);
    baselines_release(&base->others);
    store_names_release(&base->names);
    *base = (struct base){0};
}
