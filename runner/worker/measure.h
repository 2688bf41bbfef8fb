// SPDX-License-Identifier: MIT
// The timed loop of one thread: batches, their spans, and the contract that a body holds one loop.
//
//     measure_init -> for each sample: measure_arm, body(b), measure_verify -> measure_release
//
// From arm to verify nothing is allocated, and nothing is written but this struct.
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "document.h"
#include "selfstat.h"
#include "tare/bench.h"
#include "wire.h"

#define MEASURE_BATCHES_MAX 1024

enum loop_kind { LOOP_NONE, LOOP_PLAIN, LOOP_BATCHES, LOOP_MANUAL };

enum loop_state {
    LOOP_BEFORE,   // in the set-up
    LOOP_PREPARES, // in a BENCH_BATCHES pass, before its loop
    LOOP_RUNS,     // being timed
    LOOP_BETWEEN,  // a batch is done, the next has not begun
    LOOP_DONE,     // in the tear-down
};

struct meter;
struct team;

// `struct bench` of the public header: one thread's view of the running trial.
struct bench {
    const struct trial *trial;
    struct team *team; // NULL for one thread
    unsigned thread;
    struct meter *meter; // NULL: nothing is counted
    int schedstat_fd;

    // the sample that is wanted
    uint64_t calls;
    uint64_t seed;
    uint32_t batches;
    bool stay;
    // Called where a sample ends and `stay` is set: delivers the sample, takes the next request
    // into this struct and answers true, or false when the loop is to end.
    bool (*next_sample)(struct bench *b);
    void *session;

    // the loop
    enum loop_kind kind;
    enum loop_state state;
    uint64_t entered_ns;
    uint64_t begun_ns;
    uint64_t setup_ns;
    uint32_t done; // batches
    uint64_t spans[MEASURE_BATCHES_MAX];
    struct selfstat before;
    struct selfstat during;
    int cpu_before;
    bool migrated;
    double huge_bytes; // at the end of the launch's first sample; NaN: not known

    // what the body said
    enum wire_status status;
    char reason[512];
    double bytes;
    double items;
    char label[64];
    struct wire_metric metrics[WIRE_METRICS];
    uint32_t metric_count;
    struct wire_address addresses[WIRE_ADDRESSES];
    uint32_t address_count;
};

// One thread, the first, without a schedstat: where its thread has one it puts it there.
void measure_init(struct bench *b, const struct trial *trial);
void measure_release(struct bench *b);

// Before the body is entered. `batches` is cut to MEASURE_BATCHES_MAX.
void measure_arm(struct bench *b, const struct wire_sample *wanted);

// Takes the next sample's request while the body stays in its loop.
void measure_rearm(struct bench *b, const struct wire_sample *wanted);

// After the body returned: fails the trial if it broke the loop's contract.
void measure_verify(struct bench *b);

// The sample as a message. Sorts the spans.
void measure_report(struct bench *b, struct wire_result *result);

// Sets the status once; later calls change nothing.
void measure_end(struct bench *b, enum wire_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
