// SPDX-License-Identifier: MIT
// What a gate has to say: a row for each trial, and what the sentinels tell of the machine.
#ifndef GATE_REPORT_H
#define GATE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "effective.h"
#include "gate_options.h"
#include "gate_plan.h"
#include "gate_sides.h"
#include "match.h"
#include "obstacle.h"
#include "policy.h"
#include "report.h"
#include "side.h"

// A gate that was run.
struct gate_result {
    const struct gate_options *options;
    const struct policy *policy;
    struct gate_sides *from; // their trials get what was measured
    const struct matches *matches;
    const struct obstacles *obstacles;
    const struct effective *effective;
    const struct gate_plan *plan;
    uint64_t seed;
    uint64_t elapsed_ms;
    bool is_stopped;
    int argc; // of the command, see again.h; 0: nothing was measured
    char **argv;
};

// Fills in a report that was begun, whose notes on obstacles are there.
void gate_report(struct report *report, const struct gate_result *result);

#endif
