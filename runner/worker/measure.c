// SPDX-License-Identifier: MIT
// The timed loop: hands out batches, takes their spans, and holds the body to one loop.

#include "measure.h"

#include "json.h"
#include "meter.h"
#include "nstime.h"
#include "stats.h"
#include "team.h"

#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void measure_init(struct bench *b, const struct trial *trial) {
    *b = (struct bench){.trial = trial, .schedstat_fd = -1, .huge_bytes = NAN};
}

void measure_release(struct bench *b) {
    if (b->schedstat_fd >= 0)
        close(b->schedstat_fd);
}

void measure_rearm(struct bench *b, const struct wire_sample *wanted) {
    b->calls = wanted->calls;
    b->seed = wanted->seed;
    b->batches = wanted->batches < MEASURE_BATCHES_MAX ? wanted->batches : MEASURE_BATCHES_MAX;
    b->stay = wanted->flags & WIRE_STAY;
    if (b->team) { // one gate, one batch
        b->batches = 1;
        b->stay = false;
    }
    b->done = 0;
    b->migrated = false;
    b->during = (struct selfstat){0};
}

void measure_arm(struct bench *b, const struct wire_sample *wanted) {
    measure_rearm(b, wanted);
    b->kind = LOOP_NONE;
    b->state = LOOP_BEFORE;
    b->setup_ns = 0;
    b->status = WIRE_OK;
    b->reason[0] = b->label[0] = '\0';
    b->bytes = b->items = NAN;
    b->metric_count = b->address_count = 0;
    b->entered_ns = nstime_now();
}

void measure_end(struct bench *b, enum wire_status status, const char *format, ...) {
    if (b->status != WIRE_OK)
        return;
    b->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(b->reason, sizeof b->reason, format, args);
    va_end(args);
}

// ---- One timed stretch -----------------------------------------------------------------------

static void watch_begin(struct bench *b) {
    b->cpu_before = sched_getcpu();
    b->before = selfstat_read(b->schedstat_fd);
}

static void watch_end(struct bench *b) {
    struct selfstat after = selfstat_read(b->schedstat_fd);
    selfstat_add(&b->during, &b->before, &after);
    b->migrated |= sched_getcpu() != b->cpu_before;
}

static void meter_begin(struct bench *b) {
    if (b->meter)
        b->meter->begin(b->meter, b->thread);
}

static void meter_end(struct bench *b) {
    if (b->meter)
        b->meter->end(b->meter, b->thread);
}

// The last thing before the calls, so that nothing but the way back to the body is timed.
static uint64_t begin_batch(struct bench *b) {
    b->state = LOOP_RUNS;
    if (b->team && !team_gate(b->team)) {
        b->state = LOOP_DONE;
        return 0;
    }
    meter_begin(b);
    b->begun_ns = nstime_now();
    return b->calls;
}

static uint64_t leave_loop(struct bench *b) {
    b->state = LOOP_DONE;
    b->entered_ns = nstime_now();
    return 0;
}

static uint64_t break_contract(struct bench *b, const char *what) {
    measure_end(b, WIRE_FAILED, "%s", what);
    return leave_loop(b);
}

static const char left_early[] =
    "its body left the loop by break, return, goto or longjmp; each call must reach the end of the "
    "loop's body (continue is fine)";
static const char second_loop[] = "its body has a second loop; split it into two cases";

// True if another batch is to run: of this sample, or of the next where the body stays.
static bool want_batch(struct bench *b) {
    if (b->done < b->batches)
        return true;
    if (b->kind != LOOP_BATCHES)
        watch_end(b);
    if (isnan(b->huge_bytes) && b->thread == 0) // what the body prepared is still there
        b->huge_bytes = selfstat_huge_bytes();
    if (!b->stay || !b->next_sample(b))
        return false;
    if (b->kind != LOOP_BATCHES)
        watch_begin(b);
    return true;
}

static void enter_loop(struct bench *b, enum loop_kind kind) {
    b->kind = kind;
    b->setup_ns = nstime_now() - b->entered_ns;
}

static uint64_t begin_loop(struct bench *b) {
    if (b->state == LOOP_PREPARES) {
        watch_begin(b);
        return begin_batch(b);
    }
    if (b->kind != LOOP_NONE)
        return break_contract(b, second_loop);
    enter_loop(b, LOOP_PLAIN);
    watch_begin(b);
    return begin_batch(b);
}

uint64_t bench_loop_next_(struct bench *b, uint64_t left) {
    uint64_t now_ns = nstime_now();
    if (left == BENCH_ENTERS_)
        return begin_loop(b);
    if (b->state != LOOP_RUNS)
        return 0;
    meter_end(b);
    if (left)
        return break_contract(b, left_early);
    b->spans[b->done++] = b->team ? team_span(b->team, now_ns) : now_ns - b->begun_ns;
    b->state = LOOP_BETWEEN;
    if (b->kind == LOOP_BATCHES) {
        watch_end(b);
        return 0;
    }
    return want_batch(b) ? begin_batch(b) : leave_loop(b);
}

bool bench_batches_next_(struct bench *b) {
    if (b->kind == LOOP_NONE)
        enter_loop(b, LOOP_BATCHES);
    else if (b->kind != LOOP_BATCHES || b->state == LOOP_DONE)
        return break_contract(b, second_loop);
    else if (b->state == LOOP_PREPARES)
        return break_contract(b, "a pass of BENCH_BATCHES ended without a BENCH_LOOP in it");
    else if (b->state == LOOP_RUNS)
        return break_contract(b, left_early);
    else if (!want_batch(b))
        return leave_loop(b);
    b->state = LOOP_PREPARES;
    return true;
}

bool bench_manual_next_(struct bench *b) {
    if (b->team)
        return break_contract(b, "BENCH_MANUAL cannot time threads; use BENCH_LOOP");
    if (b->kind == LOOP_NONE) {
        enter_loop(b, LOOP_MANUAL);
        b->calls = 1; // a pass is a call is a batch
        watch_begin(b);
    } else if (b->kind != LOOP_MANUAL || b->state == LOOP_DONE) {
        return break_contract(b, second_loop);
    } else if (b->state == LOOP_RUNS) {
        return break_contract(b, "a pass of BENCH_MANUAL ended without bench_span()");
    } else if (!want_batch(b)) {
        return leave_loop(b);
    }
    b->state = LOOP_RUNS;
    meter_begin(b);
    return true;
}

void bench_span(struct bench *b, uint64_t ns) {
    if (b->kind != LOOP_MANUAL || b->state != LOOP_RUNS) {
        measure_end(b, WIRE_FAILED, "bench_span() belongs in BENCH_MANUAL, once in each pass");
        return;
    }
    meter_end(b);
    if (ns > JSON_WHOLE_MAX) {
        measure_end(b, WIRE_FAILED, "bench_span() of %llu ns; was the end taken before the begin?",
                    (unsigned long long)ns);
        ns = 0;
    }
    b->spans[b->done++] = ns;
    b->state = LOOP_BETWEEN;
}

void measure_verify(struct bench *b) {
    if (b->state == LOOP_DONE) {
        b->setup_ns += nstime_now() - b->entered_ns;
        return;
    }
    measure_end(b, WIRE_FAILED, "%s",
                b->kind == LOOP_NONE ? "its body has no loop; put the calls into BENCH_LOOP(b) { }"
                                     : left_early);
}

// The median of what is left when the first quarter, which warms up, is thrown away.
static uint64_t settled_span(struct bench *b, uint32_t *kept) {
    uint32_t dropped = b->done / 4;
    *kept = b->done - dropped;
    return stats_median_u64_in_place(b->spans + dropped, *kept);
}

void measure_report(struct bench *b, struct wire_result *result) {
    *result = (struct wire_result){
        .status = (uint32_t)b->status,
        .calls = b->calls * b->done,
        .setup_ns = b->setup_ns,
        .faults_minor = b->during.faults_minor,
        .faults_major = b->during.faults_major,
        .preempted = b->during.preempted,
        .delayed_ns = b->during.delayed_ns,
        .migrated = b->migrated,
        .cpu = sched_getcpu(),
        .bytes = b->bytes,
        .items = b->items,
        .huge_bytes = b->huge_bytes,
        .metric_count = b->metric_count,
        .address_count = b->address_count,
    };
    for (uint32_t i = 0; i < b->done; i++)
        result->total_ns += b->spans[i];
    result->span_ns = settled_span(b, &result->kept);
    memcpy(result->metrics, b->metrics, sizeof result->metrics);
    memcpy(result->addresses, b->addresses, sizeof result->addresses);
    memcpy(result->label, b->label, sizeof result->label);
    memcpy(result->reason, b->reason, sizeof result->reason);
}
