// SPDX-License-Identifier: MIT
// Removes from the store what no segment names, and what killed writers left.
#include "store_sweep.h"

#include "mem.h"
#include "storefs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// What records name, sorted: each "HASH", and each "HASH/NAME".
static struct storefs_names named_files(const struct baselines *all) {
    struct storefs_names named = {0};
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j < all->items[i].segment_count; j++) {
            const struct objects *objects = &all->items[i].segments[j].record.objects;
            for (size_t k = 0; k < objects->count; k++) {
                const struct object *object = &objects->items[k];
                storefs_names_take(&named, mem_text(object->hash));
                storefs_names_take(&named, storefs_path(object->hash, object->name));
            }
        }
    if (named.count != 0)
        qsort(named.items, named.count, sizeof *named.items, by_text);
    return named;
}

static bool is_named(const struct storefs_names *named, const char *name) {
    return named->count != 0 &&
           bsearch(&name, named->items, named->count, sizeof *named->items, by_text) != NULL;
}

// Nothing may lie beside a program that nobody put there: see objects_verify.
static bool sweep_home(const char *home, const char *hash, const struct storefs_names *named,
                       struct errmsg *why) {
    struct storefs_names names = {0};
    bool good = !storefs_check_directory(home, NULL) || storefs_list_all(home, &names, why);
    for (size_t i = 0; good && i < names.count; i++) {
        char *name = storefs_path(hash, names.items[i]);
        char *path = storefs_path(home, names.items[i]);
        good = is_named(named, name) || storefs_remove(path, why);
        free(path);
        free(name);
    }
    storefs_names_release(&names);
    return good;
}

static bool sweep_programs(const struct store *store, const struct storefs_names *named,
                           struct errmsg *why) {
    char *programs = store_programs(store);
    struct storefs_names names = {0};
    bool good = storefs_list(programs, &names, why);
    for (size_t i = 0; good && i < names.count; i++) {
        char *home = storefs_path(programs, names.items[i]);
        good = is_named(named, names.items[i]) ? sweep_home(home, names.items[i], named, why)
                                               : storefs_remove(home, why);
        free(home);
    }
    storefs_names_release(&names);
    free(programs);
    return good;
}

static bool is_damaged(const struct baselines *all) {
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].damage != NULL)
            return true;
    return false;
}

// What was half made.
static bool sweep_halves(const struct store *store, struct errmsg *why) {
    char *programs = store_programs(store);
    bool good = storefs_sweep(store->path, why) && storefs_sweep(programs, why);
    free(programs);
    return good;
}

static bool sweep_machines(const struct store *store, struct errmsg *why) {
    char *machines = store_machines(store);
    bool good = storefs_sweep_below(machines, why);
    free(machines);
    return good;
}

bool store_sweep(const struct store *store, struct errmsg *why) {
    assert(store->lock >= 0);
    struct baselines all;
    if (!store_list(store, &all, why))
        return false;
    struct storefs_names named = named_files(&all);
    bool good = sweep_halves(store, why) &&
                (is_damaged(&all) || sweep_programs(store, &named, why)) &&
                sweep_machines(store, why);
    storefs_names_release(&named);
    baselines_release(&all);
    return good;
}
