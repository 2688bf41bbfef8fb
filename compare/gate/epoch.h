// SPDX-License-Identifier: MIT
// One contrast of one trial: a fresh launch of old and one of new on the same CPUs, taking turns
// sample by sample.
//
//   block   four samples, ABBA or BAAB by coin, so that a linear drift cancels
//   epoch   3 to 40 blocks; the contrast is the median over blocks of
//           (ln y_B1 + ln y_B2 - ln y_A1 - ln y_A2) / 2
//
// What differs from launch to launch is usually more than what differs from block to block, and no
// number of blocks makes it less: many short epochs tell more than few long ones. So an epoch ends
// with the block after which the standard error of their median is EPOCH_ERROR or less. When that
// is does not depend on which side is which, so the coins stay fair.
//
// Both sides are treated alike in everything but their code: coins decide who is launched, warmed
// and sampled first; both get the same seed, and a pair of samples the same stack pad.
//
// A slowdown that is known is made by asking new for more calls than it is said to have made: to
// launch, worker, sample and decision it is one like any other. It is exact where the calls of a
// batch can be divided so, which `calls_unit` sees to.
#ifndef EPOCH_H
#define EPOCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "errmsg.h"
#include "launch.h"
#include "side.h"

#define EPOCH_BLOCKS_MIN 3
#define EPOCH_BLOCKS_MAX 40
#define EPOCH_ERROR      0.008 // of ln(new / old)

struct epoch_side {
    const struct launch_how *how;
    const struct trial *trial;
};

// One trial of both programs. The zeroed `calls` and `batches_most` are found in the first epoch
// and stay, as the last three do; samples that then take too long have fewer batches.
struct epoch_trial {
    struct epoch_side sides[SIDES];
    struct launch_cpus cpus;
    uint64_t limit_ns;
    // Asked once, when a worker of each side waits in its loop: whether they run what they should.
    // NULL: nobody asks.
    bool (*admit)(void *context, const pid_t pids[SIDES], struct errmsg *why);
    void *context;
    uint64_t batch_ns, sample_ns; // to aim for
    double extra;                 // 0.01: new makes 1 % more calls than it says
    uint64_t calls_unit;          // `calls` are a multiple of it; 0: they need not be
    uint64_t calls, batches; // per batch, per sample of the next block; the same for both sides
    uint64_t batches_most;   // of a sample that does not take too long
    bool stays;              // the body is entered once per launch, on both sides
    bool is_long;            // one pair of calls an epoch
    bool is_admitted;        // was asked
};

struct epoch {
    double contrast;     // ln(new / old)
    double ns[SIDES];    // per call: median of the samples
    double shift[SIDES]; // ln of the level when alternating over that alone, before and after, less
                         // three standard errors of it; 0: no slower; NaN: not asked for
    uint64_t elapsed_ns;
    enum side_index culprit; // of EPOCH_FAILED
};

// Skipped is what both sides skip; what only one of them skips has failed there.
enum epoch_end {
    EPOCH_MEASURED,
    EPOCH_FAILED,
    EPOCH_SKIPPED,
    EPOCH_INTERRUPTED,
    EPOCH_INDIVISIBLE,  // too few calls a batch for `calls_unit`
    EPOCH_INCOMPARABLE, // by the word of `admit`
};

// `random` is the state of random_next. `with_solo`: also samples each side alone, to see whether
// they disturb each other. `why` says why it was not measured, unless it was interrupted.
enum epoch_end epoch_measure(struct epoch *epoch, struct epoch_trial *trial, bool with_solo,
                             uint64_t *random, struct errmsg *why);

// The fewest calls of which a share of `extra` > 0 is a whole number, to within a hundredth of it.
uint64_t epoch_calls_unit(double extra);

#endif
