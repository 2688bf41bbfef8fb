// SPDX-License-Identifier: MIT
// Runs an empty loop with a meter.

#include "counter_empty.h"

#include "measure.h"
#include "tare/bench.h"

static void body(struct bench *b) {
    BENCH_LOOP(b) {
    }
}

void counter_empty_run(struct meter *meter, uint64_t calls) {
    struct wire_sample wanted = {.calls = calls, .batches = 1};
    struct bench b;
    measure_init(&b, NULL);
    b.meter = meter;
    measure_arm(&b, &wanted);
    body(&b);
    measure_release(&b);
}
