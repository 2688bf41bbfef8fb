// SPDX-License-Identifier: MIT
// Whether the kernel lets this process count hardware events, and what would have to change.
#ifndef PERF_STATE_H
#define PERF_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum perf_kind {
    PERF_OK,
    PERF_PAPI_TOO_OLD, // the kernel counts, PAPI does not know the CPU
    PERF_FORBIDDEN,    // by perf_event_paranoid, a system call filter or a security module
    PERF_NO_PMU,       // no counters, as in most virtual machines
    PERF_NO_SYSCALL,   // a kernel or sandbox without perf_event_open
    PERF_DEAD,         // a counter opens and does not count
    PERF_REFUSED,      // for another reason, which the text names
    PERF_NOT_RUNNING,  // a counter opens and does not run: another kind of core, or in use
};

extern const char *const perf_kind_names[]; // "ok", "papi-too-old", ...

#define PERF_PARANOID_UNKNOWN INT_MIN
#define PERF_CHECK_STEPS      10000 // of the loop that a counter of instructions is tried on

// What was tried, and what came of it. Errors are errno's, 0 for success.
struct perf_answer {
    int hardware;        // of a counter of this thread's instructions, user code only
    int software;        // of the task clock, which needs no hardware
    int paranoid;        // kernel.perf_event_paranoid
    uint64_t counted;    // instructions of PERF_CHECK_STEPS steps of a loop, where `hardware` is 0
    const char *refusal; // PAPI's own words for why it does not know this CPU; NULL: it does, or
                         // was not asked
    bool is_held;        // it could not be read: somebody else has the counters
    uint64_t enabled_ns, running_ns; // while the loop ran; what runs less than it is enabled counts
                                     // a part at most
};

struct perf_state {
    enum perf_kind kind;
    char text[256]; // what is the case
    char fix[256];  // what to do; empty where there is nothing to do
};

// Tries it out on the CPU that the thread is on, by the PMU of that core's kind if need be: opens
// and closes a few counters. `refusal` is left NULL.
void perf_state_ask(struct perf_answer *answer);

// Pure.
void perf_state_judge(struct perf_state *state, const struct perf_answer *answer);

#endif
