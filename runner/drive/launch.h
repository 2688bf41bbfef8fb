// SPDX-License-Identifier: MIT
// The life of one worker as the driver sees it: start, ask, listen, end; and why it died.
#ifndef LAUNCH_H
#define LAUNCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cpuset.h"
#include "document.h"
#include "errmsg.h"
#include "image.h"
#include "wire.h"

#define LAUNCH_TAIL_MAX 2000

// How workers are started. Borrowed.
struct launch_how {
    const char *program;
    const struct image *image; // what `program` is written anew with before each start; NULL: it is
                               // there
    char *const *argv;
    int (*serve_here)(int fd); // not NULL: no process of its own, but a thread of this one
    bool fixed_layout;         // no address space randomisation
    bool warm_heap;            // the heap keeps what is freed
    char *const *before;      // a program and its first arguments that start the worker; NULL: none
    char *const *environment; // all of the worker's, but for `entry`; NULL: the caller's
    const char *meter;        // what it is to count, see meter.h; NULL: it is timed
    const char *wanted;       // in that meter's words; not NULL where `meter` is not
    char *entry; // "NAME=value" of the environment, instead of the caller's NAME; NULL: none
};

// The CPUs of one worker, one per thread. They are fewer than wire.h has room for.
struct launch_cpus {
    const int *items;
    size_t count;
};

struct worker {
    pid_t pid; // 0: a thread of this process
    pthread_t thread;
    int fd;        // messages
    int output_fd; // what it writes on stdout and stderr; -1 at its end
    struct wire_hello hello;
    uint32_t flags;                 // of every request, see wire.h
    char tail[LAUNCH_TAIL_MAX + 1]; // of that output
    size_t tail_length;
};

enum launch_end {
    LAUNCH_GOES_ON,
    LAUNCH_REFUSED,     // the trial failed or was skipped by its own word: see the result
    LAUNCH_LOST,        // crashed, hung, exited, garbage: `why` says which
    LAUNCH_INTERRUPTED, // the user wants to stop
};

// To be called once, before the first worker: stop_prepare() and children_prepare(). A stop makes
// the functions below return LAUNCH_INTERRUPTED.
void launch_prepare(void);

// Starts a worker, pinned, and names its trial. On anything but LAUNCH_GOES_ON the worker is gone;
// a refusal is in `result`.
enum launch_end launch_start(struct worker *worker, const struct launch_how *how,
                             const struct launch_cpus *cpus, const struct trial *trial,
                             uint64_t limit_ns, struct wire_result *result, struct errmsg *why);

// One request, one sample. On anything but LAUNCH_GOES_ON the worker is gone.
enum launch_end launch_sample(struct worker *worker, const struct wire_sample *wanted,
                              uint64_t limit_ns, struct wire_result *result, struct errmsg *why);

// The counts that a result announced; room for WIRE_COUNTS. On anything but LAUNCH_GOES_ON the
// worker is gone.
enum launch_end launch_counts(struct worker *worker, const struct wire_result *result,
                              uint64_t limit_ns, struct wire_count *counts, struct errmsg *why);

// Hangs up and waits for the worker's end; one that lingers is killed, with all that it started.
void launch_finish(struct worker *worker);

#endif
