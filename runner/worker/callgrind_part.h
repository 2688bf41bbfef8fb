// SPDX-License-Identifier: MIT
// One part of callgrind's output, which it writes at each dump: what was counted since the one
// before.
//
//     callgrind_part_init -> callgrind_part_feed as often as there are bytes -> callgrind_part_end
//
// Allocates nothing: the heap of what is counted stays as it is.
#ifndef CALLGRIND_PART_H
#define CALLGRIND_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"

#define CALLGRIND_EVENTS_MAX 24
#define CALLGRIND_LINE_MAX   512

struct callgrind_event {
    char name[8]; // "Ir"
    uint64_t total;
};

struct callgrind_part {
    struct callgrind_event events[CALLGRIND_EVENTS_MAX];
    size_t event_count;
    bool has_totals;
    char trigger[64];    // why it was written
    const char *strange; // what is wrong with it; NULL: nothing so far

    // the line that is being fed; what is longer is of no interest and is cut
    char line[CALLGRIND_LINE_MAX];
    size_t line_length;
};

void callgrind_part_init(struct callgrind_part *part);
void callgrind_part_feed(struct callgrind_part *part, const char *bytes, size_t length);

// True if the part is whole and was asked for by CALLGRIND_DUMP_STATS_AT(label). If not `why` says
// what is wrong.
bool callgrind_part_end(struct callgrind_part *part, const char *label, struct errmsg *why);

// False if callgrind did not count this event.
bool callgrind_part_total(const struct callgrind_part *part, const char *event, uint64_t *total);

#endif
