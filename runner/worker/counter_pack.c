// SPDX-License-Identifier: MIT
// Packs events into groups by trying.

#include "counter_pack.h"

bool counter_group_has(const struct counter_group *group, size_t item) {
    for (size_t i = 0; i < group->count; i++)
        if (group->items[i] == item)
            return true;
    return false;
}

static bool is_placed(const struct counter_group *groups, size_t count, size_t item) {
    for (size_t i = 0; i < count; i++)
        if (counter_group_has(&groups[i], item))
            return true;
    return false;
}

// Puts what fits beside the anchor into a group of its own; returns how many are new there.
static size_t fill(const size_t *items, size_t count, size_t anchor,
                   const struct counter_trial *trial, struct counter_group *groups, size_t at) {
    struct counter_group *group = &groups[at];
    *group = (struct counter_group){0};
    size_t placed = 0;
    if (anchor != COUNTER_PACK_NONE)
        group->items[group->count++] = anchor;
    for (size_t i = 0; i < count && group->count < COUNTER_SET_MAX; i++) {
        if (is_placed(groups, at + 1, items[i]))
            continue;
        group->items[group->count++] = items[i];
        if (trial->fits(trial->context, group))
            placed++;
        else
            group->count--;
    }
    return placed;
}

size_t counter_pack(const size_t *items, size_t count, size_t anchor,
                    const struct counter_trial *trial, struct counter_group *groups) {
    if (count == 0)
        return 0;
    if (fill(items, count, COUNTER_PACK_NONE, trial, groups, 0) == count)
        return 1;
    size_t made = 0;
    while (made < count && fill(items, count, anchor, trial, groups, made))
        made++;
    return made;
}
