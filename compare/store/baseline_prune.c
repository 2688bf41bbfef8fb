// SPDX-License-Identifier: MIT
// tare baseline remove and prune.
#include "baseline_options.h"

#include "mem.h"
#include "store_sweep.h"
#include "storefs.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool baseline_remove(const struct baseline_options *options, struct errmsg *why) {
    struct store store;
    struct baselines all;
    if (options->operands.count == 0)
        return fail(why, "remove takes the names of baselines; tare baseline list prints them");
    if (!baseline_open(&store, &all, STORE_WRITE, options, why))
        return false;
    baseline_keep_meant(&all, options);
    bool good = true;
    for (size_t i = 0; good && i < all.count; i++) {
        good = store_remove_baseline(&store, &all.items[i], why);
        if (good)
            printf("%s/%s: removed\n", all.items[i].machine, all.items[i].program);
    }
    good = good && store_sweep(&store, why);
    baselines_release(&all);
    store_close(&store);
    return good;
}

// Segments that are not compared against any more, oldest first.
struct old_segment {
    struct store_segment *segment;
    const struct baseline *of;
};

static int by_age(const void *a, const void *b) {
    const struct store_segment *p = ((const struct old_segment *)a)->segment;
    const struct store_segment *q = ((const struct old_segment *)b)->segment;
    int order = strcmp(p->record.begun != NULL ? p->record.begun : "",
                       q->record.begun != NULL ? q->record.begun : "");
    return order != 0 ? order : (p->number > q->number) - (p->number < q->number);
}

static struct old_segment *old_segments(const struct baselines *all, uint64_t keep, size_t *count) {
    struct old_segment *old = NULL;
    *count = 0;
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j + keep < all->items[i].segment_count; j++) {
            old = mem_push(old, count, sizeof *old);
            old[*count - 1] = (struct old_segment){&all->items[i].segments[j], &all->items[i]};
        }
    if (*count != 0)
        qsort(old, *count, sizeof *old, by_age);
    return old;
}

static bool drop(const struct old_segment *old, struct errmsg *why) {
    if (!store_remove_segment(old->segment, why))
        return false;
    printf("%s/%s: segment %llu removed\n", old->of->machine, old->of->program,
           (unsigned long long)old->segment->number);
    return true;
}

static bool is_named(const struct baselines *all, const char *hash) {
    for (size_t i = 0; i < all->count; i++)
        for (size_t j = 0; j < all->items[i].segment_count; j++) {
            const struct objects *objects = &all->items[i].segments[j].record.objects;
            for (size_t k = 0; k < objects->count; k++)
                if (strcmp(objects->items[k].hash, hash) == 0)
                    return true;
        }
    return false;
}

// What goes with a segment: itself, and what of its program no other one names. It names nothing
// any more.
static uint64_t take_bytes(const struct baselines *all, struct store_segment *segment,
                           const char *programs) {
    uint64_t bytes = storefs_bytes(segment->path);
    struct objects objects = segment->record.objects;
    segment->record.objects = (struct objects){0};
    for (size_t i = 0; i < objects.count; i++) {
        char *path = storefs_path(programs, objects.items[i].hash);
        bytes += is_named(all, objects.items[i].hash) ? 0 : storefs_bytes(path);
        free(path);
    }
    objects_release(&objects);
    return bytes;
}

static bool is_too_large(const struct baseline_options *options, uint64_t bytes) {
    return options->max_size != 0 && bytes > options->max_size;
}

// Removes old segments, all but `keep` of each baseline: all of them, or until the rest is small
// enough.
static bool drop_old(const struct store *store, const struct baseline_options *options,
                     uint64_t keep, bool drops_all, struct errmsg *why) {
    struct baselines all;
    if (!store_list(store, &all, why))
        return false;
    size_t count;
    struct old_segment *old = old_segments(&all, keep, &count);
    char *programs = store_programs(store);
    uint64_t bytes = store_bytes(store);
    bool good = true;
    for (size_t i = 0; good && i < count && (drops_all || is_too_large(options, bytes)); i++) {
        bytes -= take_bytes(&all, old[i].segment, programs);
        good = drop(&old[i], why);
    }
    free(programs);
    free(old);
    baselines_release(&all);
    return good && store_sweep(store, why);
}

bool baseline_prune(const struct baseline_options *options, struct errmsg *why) {
    struct store store;
    if (options->keep == 0 && options->max_size == 0)
        return fail(why, "prune takes --keep N, --max-size SIZE, or both");
    if (!store_open(&store, options->store, STORE_WRITE, why))
        return false;
    bool good = (options->keep == 0 || drop_old(&store, options, options->keep, true, why)) &&
                (options->max_size == 0 || drop_old(&store, options, 1, false, why));
    if (good && is_too_large(options, store_bytes(&store)))
        good = fail(why,
                    "%s: still %s: what is left are the segments that are compared against; "
                    "tare baseline remove takes a whole baseline",
                    options->store, units_print(UNIT_BYTES, (double)store_bytes(&store)).text);
    store_close(&store);
    return good;
}
