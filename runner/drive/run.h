// SPDX-License-Identifier: MIT
// Runs the trials of a document: launches in rounds, calibration, samples, budgets.
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "document.h"
#include "launch.h"
#include "pin.h"

struct run {
    struct document *doc; // trials and yardsticks planned, settings filled in
    const struct launch_how *how;
    const struct pin *pin;
    struct console *console;
    const struct document *frozen; // an earlier document whose calls per batch are kept, or NULL
    uint64_t limit_ns;             // for one request, where the case does not say
    bool is_smoke;                 // one call of each trial, for its checks
    // Called when a trial has had its last launch or is lost; may be NULL.
    void (*on_trial)(const struct trial *trial, size_t index, void *context);
    void *context;
};

// What was launched just before each launch of a trial; NULL: nothing. Borrowed.
struct run_neighbours {
    const struct trial **items;
    size_t count;
};

// What the run learnt that is not a trial's: for the checks.
struct run_facts {
    uint64_t clock_tick_ns;
    uint64_t clock_cost_ns;
    uint64_t worker_ns;   // CPU time of all workers
    size_t coarse_trials; // batches were lengthened for the clock's sake
    size_t trial_count;
    double *once; // by trial: the share of a batch's time that does not grow with its calls, or NaN
    struct run_neighbours *neighbours; // by trial
};

// Fills in the trials. A trial that is lost costs itself only; after a signal (stop_signal) or
// the suite's budget the rest stay TRIAL_PLANNED with the reason.
void run_trials(const struct run *run, struct run_facts *facts);
void run_facts_release(struct run_facts *facts);

#endif
