// SPDX-License-Identifier: MIT
// How many launches and samples a trial gets within its budget.

#include "schedule.h"

// From here on a call is its own warm-up: the first of a launch costs too much to throw away, and
// what it has to warm is small beside it.
static const uint64_t warm_sample_ns_max = 10 * 1000 * 1000;

uint64_t schedule_launch_ns(const struct schedule *schedule, const struct schedule_cost *cost) {
    uint64_t samples = schedule->samples + schedule->warms_up;
    uint64_t entries = cost->stays ? 1 : samples;
    return cost->launch_ns + samples * cost->sample_ns + entries * cost->setup_ns;
}

struct schedule schedule_fit(const struct schedule *wanted, const struct schedule_cost *cost,
                             uint64_t budget_ns) {
    struct schedule fit = *wanted;
    fit.warms_up = wanted->warms_up && cost->sample_ns <= warm_sample_ns_max;
    while (fit.samples > 1 && fit.launches * schedule_launch_ns(&fit, cost) > budget_ns)
        fit.samples--;
    while (fit.launches > SCHEDULE_LAUNCHES_MIN &&
           fit.launches * schedule_launch_ns(&fit, cost) > budget_ns)
        fit.launches--;
    return fit;
}
