// SPDX-License-Identifier: MIT
// Measures the trials of a gate in rounds, each until it is decided; or decides them again from
// epochs that were recorded.
#ifndef GATE_RUN_H
#define GATE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epoch.h"
#include "paired.h"
#include "recording.h"

struct gate_trial {
    const char *name;
    struct epoch_trial how;
    struct paired_rule rule;
    uint64_t budget_ns; // for all epochs; 0: none
    int *cpus;          // owned, behind how.cpus
    bool is_sentinel;
    const struct recording *given; // the epochs are these; NULL: they are to be measured

    // filled in by gate_run
    struct paired paired;
    struct recording taken;
    bool is_over;
    char *obstacle;             // why it is undecided whatever the contrasts say; owned, or NULL
    double logs[SIDES];         // sums over the epochs that count of ln ns per call
    uint64_t elapsed_ns;        // of all its epochs
    uint64_t settled_ns;        // of those that count, without the first
    uint64_t restarts;          // with longer samples
    unsigned suspicions[SIDES]; // epochs in a row in which the other disturbed this side
    bool is_confirmed;          // that it is slower, see gate_confirm.h
    bool is_clear;              // in one epoch neither did: they are not looked at alone again
};

void gate_trial_release(struct gate_trial *trial);

// What is said while it runs.
struct gate_progress {
    size_t decided, total;         // trials
    uint64_t left_ns;              // at least, if each undecided trial is decided at its next look
    const char *next;              // the trial that is measured next
    const struct gate_trial *last; // that was measured; NULL: none yet
};

// Every trial that is not over gets an epoch in each round, in random order. `tell` hears of each
// epoch before it is measured. False when the user stopped it.
bool gate_run(struct gate_trial *trials, size_t count, uint64_t *random,
              void (*tell)(void *context, const struct gate_progress *progress), void *context);

#endif
