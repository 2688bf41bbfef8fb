// SPDX-License-Identifier: MIT
// The store opened with its list, and baselines found by name.
#include "baseline_options.h"

#include <string.h>

static bool is_called(const struct baseline *baseline, const char *name) {
    size_t length = strlen(baseline->machine);
    return strncmp(name, baseline->machine, length) == 0 && name[length] == '/' &&
           strcmp(name + length + 1, baseline->program) == 0;
}

const struct baseline *baseline_named(const struct baselines *all, const char *name) {
    for (size_t i = 0; i < all->count; i++)
        if (is_called(&all->items[i], name))
            return &all->items[i];
    return NULL;
}

static bool check_names(const struct baselines *all, const struct baseline_options *options,
                        struct errmsg *why) {
    for (size_t i = 0; i < options->operands.count; i++)
        if (baseline_named(all, options->operands.items[i]) == NULL)
            return fail(why, "%s: no such baseline in %s; tare baseline list names them",
                        options->operands.items[i], options->store);
    return true;
}

// Without names, all are meant.
static bool is_meant(const struct baseline *baseline, const struct baseline_options *options) {
    for (size_t i = 0; i < options->operands.count; i++)
        if (is_called(baseline, options->operands.items[i]))
            return true;
    return options->operands.count == 0;
}

void baseline_keep_meant(struct baselines *all, const struct baseline_options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (is_meant(&all->items[i], options))
            all->items[kept++] = all->items[i];
        else
            baseline_release(&all->items[i]);
    }
    all->count = kept;
}

bool baseline_open(struct store *store, struct baselines *all, enum store_access access,
                   const struct baseline_options *options, struct errmsg *why) {
    *all = (struct baselines){0};
    if (!store_open(store, options->store, access, why))
        return false;
    if (store_list(store, all, why) && check_names(all, options, why))
        return true;
    baselines_release(all);
    store_close(store);
    return false;
}
