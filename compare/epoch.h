// SPDX-License-Identifier: MIT
// One contrast of one trial: a fresh launch of old and one of new on the same CPUs, taking turns
// sample by sample.
//
//   block   four samples, ABBA or BAAB by coin, so that a linear drift cancels
//   epoch   ten blocks; the contrast is the median over blocks of
//           (ln y_B1 + ln y_B2 - ln y_A1 - ln y_A2) / 2
//
// Both sides are treated alike in everything but their code: coins decide who is launched, warmed
// and sampled first; both get the same seed, and a pair of samples the same stack pad.
#ifndef EPOCH_H
#define EPOCH_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"
#include "launch.h"
#include "side.h"

#define EPOCH_BLOCKS 10

struct epoch_side {
    const struct launch_how *how;
    const struct trial *trial;
};

// One trial of both programs. The zeroed `calls` are found in the first epoch and stay.
struct epoch_trial {
    struct epoch_side sides[SIDES];
    struct launch_cpus cpus;
    uint64_t limit_ns;
    uint64_t batch_ns, sample_ns; // to aim for
    uint64_t calls, batches;      // per batch, per sample; the same for both sides
    bool stays;                   // the body is entered once per launch, on both sides
    bool is_long;                 // one pair of calls an epoch
};

struct epoch {
    double contrast;     // ln(new / old)
    double ns[SIDES];    // per call: median of the samples
    double shift[SIDES]; // ln of the level when alternating over that alone, less three standard
                         // errors of it; NaN: not asked for
    uint64_t elapsed_ns;
    enum side_index culprit; // of EPOCH_FAILED
};

// Skipped is what both sides skip; what only one of them skips has failed there.
enum epoch_end { EPOCH_MEASURED, EPOCH_FAILED, EPOCH_SKIPPED, EPOCH_INTERRUPTED };

// `random` is the state of random_next. `with_solo`: also samples each side alone, to see whether
// they disturb each other. On EPOCH_FAILED and EPOCH_SKIPPED `why` says why.
enum epoch_end epoch_measure(struct epoch *epoch, struct epoch_trial *trial, bool with_solo,
                             uint64_t *random, struct errmsg *why);

#endif
