// SPDX-License-Identifier: MIT
// What a counting worker counts around each timed stretch. Timing workers have no meter.
//
//     open -> for each sample: arm, (begin, end) for each batch in each thread, report -> close
//
// begin is called just before the clock is read at the start of a batch and end just after it is
// read at its end, in the thread that runs the calls. The first begin of a thread may take long: no
// sample that is kept is the first.
#ifndef METER_H
#define METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"
#include "wire.h"

struct meter {
    const char *kind; // as the driver asks for it
    // `wanted` is in the meter's own words. False: nothing of all that can be counted, and nothing
    // is open. What else is missing is reported, with its reason.
    bool (*open)(struct meter *meter, unsigned threads, const char *wanted, struct errmsg *why);
    void (*arm)(struct meter *meter, uint32_t round);
    void (*begin)(struct meter *meter, unsigned thread);
    void (*end)(struct meter *meter, unsigned thread);
    // Totals since arm, all threads together; room for WIRE_COUNTS. Returns how many.
    size_t (*report)(struct meter *meter, struct wire_count *counts);
    void (*close)(struct meter *meter);
    void *state; // the meter's own, from open to close
};

// Opens the one of that kind.
bool meter_open(struct meter *meter, const struct wire_meter *wanted, unsigned threads,
                struct errmsg *why);

#endif
