// SPDX-License-Identifier: MIT
// Measures the probes of a self-test: all trials in turn, as they are and slowed down, for as long
// as there is time.
#ifndef SELFTEST_RUN_H
#define SELFTEST_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console.h"
#include "epoch.h"
#include "paired.h"
#include "selftest_tally.h"

// How one trial is measured, and what its probes gave.
struct selftest_target {
    struct selftest_trial *trial; // counts the probes
    struct epoch_trial how;       // not slowed down
    struct paired_rule rule;
    uint64_t epoch_ns;  // how long its first epoch took
    uint64_t rounds;    // that it had probes in
    uint64_t spent_ns;  // on them
    double *deviations; // owned: of contrasts from what they should be
    size_t deviation_count;
    double *times_ms; // owned: of probes
    size_t time_count;
};

void selftest_target_release(struct selftest_target *target);

struct selftest_run {
    struct selftest_target *targets;
    size_t count;
    uint64_t random; // state of random_next
    uint64_t rounds; // as many; 0: as many as a trial's share of `time_ns` has time for, but one
    uint64_t time_ns;
    struct console console;
    uint64_t begun_ns;
};

// A first epoch of each: how long it takes, and whether it can be slowed down. False when the user
// stopped it, and so below.
bool selftest_look(struct selftest_run *run);

// How long it is going to take, after selftest_look; while it measures, beyond the rounds that are
// done.
double selftest_left_ns(const struct selftest_run *run);

bool selftest_measure(struct selftest_run *run);

#endif
