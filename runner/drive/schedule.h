// SPDX-License-Identifier: MIT
// How many launches and samples a trial gets within its budget. Pure.
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_LAUNCHES_MIN 3

struct schedule_cost {
    uint64_t launch_ns; // starting and ending a worker
    uint64_t sample_ns; // batches
    uint64_t setup_ns;  // of the body
    bool stays;         // set-up once a launch, not once a sample
};

struct schedule {
    uint64_t launches;
    uint64_t samples; // per launch, without the warm-up
    bool warms_up;    // an extra sample first, thrown away
};

// What is wanted, cut to the budget: first samples, which are no independent observations, then
// launches, of which SCHEDULE_LAUNCHES_MIN (or what is wanted, if fewer) are made in any case.
struct schedule schedule_fit(const struct schedule *wanted, const struct schedule_cost *cost,
                             uint64_t budget_ns);

// Of one launch.
uint64_t schedule_launch_ns(const struct schedule *schedule, const struct schedule_cost *cost);

#endif
