// SPDX-License-Identifier: MIT
// The meters there are.
#include "meter.h"

#include "allocs_meter.h"
#include "callgrind_meter.h"
#include "chain_meter.h"
#include "counters.h"

#include <string.h>

static const struct meter *const meters[] = {&allocs_meter, &chain_meter, &callgrind_meter,
                                             &counters_meter, NULL};

bool meter_open(struct meter *meter, const struct wire_meter *wanted, unsigned threads,
                struct errmsg *why) {
    for (size_t i = 0; meters[i] != NULL; i++)
        if (strcmp(meters[i]->kind, wanted->kind) == 0) {
            *meter = *meters[i];
            return meter->open(meter, threads, wanted->wanted, why);
        }
    return fail(why, "this program cannot count %s: it was built with another tare", wanted->kind);
}
