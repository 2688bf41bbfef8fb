// SPDX-License-Identifier: MIT
// Messages between driver and worker: fixed size, versioned, on a SOCK_SEQPACKET pair.
//
//     worker                     driver
//     HELLO            ->                      once, when tare_main was reached
//                      <-        METER         once, to a worker that is to count
//                      <-        TRIAL         once: which trial, on which CPUs
//     READY or RESULT  ->                      RESULT if the trial cannot be run
//                      <-        SAMPLE        as often as the driver likes
//     RESULT           ->                      one for each
//     COUNT            ->                      as many as the result says
//     end of file      <-                      the worker ends with status 0
//
// End of file is death, a wrong size, magic or version is garbage. Native byte order and layout:
// both ends run on one machine; fields are ordered so that there is no padding.
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"

#define WIRE_VERSION   2u
#define WIRE_METRICS   8
#define WIRE_ADDRESSES 4
#define WIRE_COUNTS    32
#define WIRE_PAD_MAX   65536
#define WIRE_ENV       "TARE_WORKER" // the worker's file descriptor, in decimal

enum wire_kind {
    WIRE_HELLO = 1,
    WIRE_TRIAL,
    WIRE_READY,
    WIRE_SAMPLE,
    WIRE_RESULT,
    WIRE_METER,
    WIRE_COUNT,
    WIRE_KINDS
};

struct wire_head {
    uint32_t magic;
    uint16_t version;
    uint16_t kind;
};

struct wire_hello {
    struct wire_head head;
    uint64_t clock_tick_ns; // smallest step seen, at least 1
    uint64_t clock_cost_ns; // of one reading
    uint32_t loop_version;
    uint32_t pid;
    char tare_version[16];
};

struct wire_trial {
    struct wire_head head;
    char name[504];
    uint32_t threads;
    uint32_t cpu_count;
    uint16_t cpus[512]; // one per thread, in order; the worker's own thread takes the first
};

// What is counted around each timed stretch, see meter.h; a timing worker gets none.
struct wire_meter {
    struct wire_head head;
    char kind[32];
    char wanted[1024]; // which counts, in the meter's own words
};

struct wire_ready {
    struct wire_head head;
    uint32_t pinned; // 1: affinity was set and read back
    uint32_t reserved;
};

enum wire_sample_flag {
    WIRE_STAY = 1,  // end the sample inside the loop and wait there for the next request
    WIRE_CHECK = 2, // smoke: one call, correctness only
    WIRE_WARM = 4,  // from now on the heap keeps what is freed
};

struct wire_sample {
    struct wire_head head;
    uint64_t calls; // per batch; 0 after WIRE_STAY: leave the loop, end the body and answer for it
    uint64_t seed;  // what bench_seed() answers; the same for all samples of a launch
    uint32_t batches; // to time; the first quarter is thrown away
    uint32_t pad;     // bytes by which the stack is lowered, a multiple of 16, at most WIRE_PAD_MAX
    uint32_t flags;
    uint32_t round; // of counting: each may count something else
};

struct wire_address {
    char name[32];
    uint64_t value;
};

enum wire_status { WIRE_OK, WIRE_FAILED, WIRE_SKIPPED };

struct wire_metric {
    char name[32];
    char unit[16];
    double value;
    uint32_t direction;
    uint32_t reserved;
};

struct wire_result {
    struct wire_head head;
    uint32_t status;
    uint32_t kept;     // batches behind span_ns
    uint64_t span_ns;  // the median of the kept batches
    uint64_t total_ns; // all batches
    uint64_t setup_ns; // from the body's entry to the loop, and from the loop to its end
    uint64_t calls;    // really made, over all batches
    uint64_t faults_minor, faults_major; // in the loop, over all batches; minus BENCH_BATCHES'
                                         // preparation cannot be told apart
    uint64_t preempted;
    uint64_t delayed_ns;
    uint32_t migrated;
    int32_t cpu;
    double bytes, items; // per call; NaN: not said
    uint32_t metric_count;
    uint32_t count_count; // messages of kind COUNT that follow
    struct wire_metric metrics[WIRE_METRICS];
    char label[64];
    char reason[512];  // for anything but WIRE_OK
    double huge_bytes; // of the process's memory, in huge pages; NaN: not known
    uint32_t address_count;
    uint32_t reserved;
    struct wire_address addresses[WIRE_ADDRESSES];
};

// The total of one count over all batches of a sample, all threads together.
struct wire_count {
    struct wire_head head;
    char name[96];
    char unit[16]; // "": a plain number
    char source[32];
    char event[96];
    char reason[512];  // why there is no value; "": there is one, or it is not of this round
    double value;      // NaN: none
    uint32_t is_level; // 1: a height that was reached, not a sum over calls
    uint32_t reserved;
};

// Room for any message; its kind is in head.
union wire {
    struct wire_head head;
    struct wire_hello hello;
    struct wire_trial trial;
    struct wire_ready ready;
    struct wire_sample sample;
    struct wire_result result;
    struct wire_meter meter;
    struct wire_count count;
};

enum wire_answer { WIRE_GOT, WIRE_TIMEOUT, WIRE_ENDED, WIRE_GARBAGE };

// Fills in the head and sends. False when the other end is gone.
bool wire_send(int fd, enum wire_kind kind, union wire *message);

// Takes one message that must be of kind `want`, or of kind `other` unless 0. On WIRE_GARBAGE `why`
// says what was wrong with it. Waits for ever if `timeout_ms` < 0; an interrupted wait is
// WIRE_TIMEOUT.
enum wire_answer wire_receive(int fd, int timeout_ms, enum wire_kind want, enum wire_kind other,
                              union wire *message, struct errmsg *why);

#endif
