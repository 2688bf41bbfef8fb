// SPDX-License-Identifier: MIT
// Which events can be counted together: tried, not computed, for one event may take several
// counters and which ones depends on its neighbours. Pure but for the trial itself.
#ifndef COUNTER_PACK_H
#define COUNTER_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "counter_source.h"

#define COUNTER_PACK_NONE ((size_t)-1)

struct counter_group {
    size_t items[COUNTER_SET_MAX];
    size_t count;
};

// Says whether those items, each of which can be counted alone, can be counted together.
struct counter_trial {
    bool (*fits)(void *context, const struct counter_group *group);
    void *context;
};

// Spreads `items` over as few groups as trial packing finds, at most `count`. Where there is more
// than one, each begins with `anchor` (COUNTER_PACK_NONE: no anchor), which shows whether the
// groups saw the same work. Returns their number; an item that fits nowhere is in none.
size_t counter_pack(const size_t *items, size_t count, size_t anchor,
                    const struct counter_trial *trial, struct counter_group *groups);

bool counter_group_has(const struct counter_group *group, size_t item);

#endif
