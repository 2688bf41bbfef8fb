// SPDX-License-Identifier: MIT
// Finds how many calls make a batch and how many batches a sample. Pure: it measures by a callback.
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

// What one batch of `calls` took, and the body's set-up and tear-down with it. False: stop.
struct calibrate_answer {
    uint64_t calls; // really made: a body that times its calls by hand makes one
    uint64_t batch_ns;
    uint64_t setup_ns;
};
typedef bool calibrate_run(void *context, uint64_t calls, struct calibrate_answer *answer);

struct calibrate_goal {
    uint64_t batch_ns;  // aim for batches of this length
    uint64_t sample_ns; // and for samples of this one
    uint64_t tick_ns;   // of the clock: a batch takes 1000 ticks at least
    uint64_t calls;     // frozen by an earlier run; 0: find out
    bool is_single;     // threads: a sample is one batch of sample_ns at least
};

struct calibrate_result {
    uint64_t calls;
    uint64_t batches;
    uint64_t batch_ns; // as measured
    uint64_t setup_ns; // per entry of the body
    bool stays;        // set-up costs more than a tenth of a sample: enter the body once a launch
    bool is_coarse;    // batches were lengthened for the clock's sake
};

// Calls are doubled or better until a batch is long enough to extrapolate from, and rounded to a
// power of two, so that runs of the same code nearly always agree.
bool calibrate(const struct calibrate_goal *goal, calibrate_run *run, void *context,
               struct calibrate_result *result);

#endif
