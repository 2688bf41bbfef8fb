// SPDX-License-Identifier: MIT
// tare baseline remove and prune.
#include "baseline_options.h"

#include "mem.h"
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
    const struct store_segment *segment;
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

static bool is_too_large(const struct store *store, const struct baseline_options *options) {
    return options->max_size != 0 && store_bytes(store) > options->max_size;
}

// Removes old segments, all but `keep` of each baseline, while `is_needed` says so.
static bool drop_old(const struct store *store, const struct baseline_options *options,
                     uint64_t keep, struct errmsg *why) {
    struct baselines all;
    if (!store_list(store, &all, why))
        return false;
    bool by_count = keep == options->keep && options->keep != 0;
    size_t count;
    struct old_segment *old = old_segments(&all, keep, &count);
    bool good = true;
    for (size_t i = 0; good && i < count && (by_count || is_too_large(store, options)); i++)
        good = drop(&old[i], why) && store_sweep(store, why);
    free(old);
    baselines_release(&all);
    return good;
}

bool baseline_prune(const struct baseline_options *options, struct errmsg *why) {
    struct store store;
    if (options->keep == 0 && options->max_size == 0)
        return fail(why, "prune takes --keep N, --max-size SIZE, or both");
    if (!store_open(&store, options->store, STORE_WRITE, why))
        return false;
    bool good = (options->keep == 0 || drop_old(&store, options, options->keep, why)) &&
                drop_old(&store, options, 1, why);
    if (good && is_too_large(&store, options))
        good = fail(why,
                    "%s: still %s: what is left are the segments that are compared against; "
                    "tare baseline remove takes a whole baseline",
                    options->store, units_print(UNIT_BYTES, (double)store_bytes(&store)).text);
    store_close(&store);
    return good;
}
