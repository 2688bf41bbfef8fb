// SPDX-License-Identifier: MIT
// Finds how many calls make a batch and how many batches a sample.

#include "calibrate.h"

enum {
    TICKS_MIN = 1000,   // a batch is at least so many ticks of the clock
    BATCHES_MAX = 1000, // of a sample
    TRIES = 3,
    GROWTH_MAX = 64, // from one try to the next: the first call is often far slower than the rest
};

static const uint64_t calls_max = (uint64_t)1 << 40;
static const uint64_t first_call_ns_max = 50000000;

static uint64_t nearest_power_of_two(double value) {
    uint64_t power = 1;
    while ((double)power * 1.4142135 < value && power < calls_max)
        power *= 2;
    return power;
}

// How many calls to try next, after `calls` took `batch_ns`.
static uint64_t grow(uint64_t calls, uint64_t batch_ns, uint64_t target_ns) {
    uint64_t factor = batch_ns ? target_ns / batch_ns : GROWTH_MAX;
    if (factor > GROWTH_MAX)
        factor = GROWTH_MAX;
    return calls * (factor < 2 ? 2 : factor);
}

// The least of a few tries, for disturbances only lengthen; the first that is below `enough_ns` is
// believed at once, for more calls will be tried then.
static bool run_least(calibrate_run *run, void *context, uint64_t calls, uint64_t enough_ns,
                      struct calibrate_answer *least) {
    *least = (struct calibrate_answer){.batch_ns = UINT64_MAX};
    for (int i = 0; i < TRIES && least->batch_ns >= enough_ns; i++) {
        struct calibrate_answer answer;
        if (!run(context, calls, &answer))
            return false;
        if (answer.batch_ns < least->batch_ns)
            *least = answer;
    }
    return true;
}

static bool find_calls(uint64_t target_ns, calibrate_run *run, void *context, uint64_t *calls,
                       struct calibrate_answer *answer) {
    *calls = 1;
    if (!run(context, 1, answer))
        return false;
    // The first call faults pages in and fills caches: believed only when it is too long to repeat.
    if (answer->batch_ns > first_call_ns_max)
        return true;
    for (;; *calls = grow(*calls, answer->batch_ns, target_ns)) {
        if (!run_least(run, context, *calls, target_ns / 2, answer))
            return false;
        if (answer->calls < *calls) {
            *calls = answer->calls;
            return true;
        }
        if (answer->batch_ns * 2 >= target_ns || *calls >= calls_max)
            break;
    }
    if (answer->batch_ns)
        *calls =
            nearest_power_of_two((double)target_ns * (double)*calls / (double)answer->batch_ns);
    return true;
}

bool calibrate(const struct calibrate_goal *goal, calibrate_run *run, void *context,
               struct calibrate_result *result) {
    uint64_t target_ns = goal->is_single ? goal->sample_ns : goal->batch_ns;
    result->is_coarse = target_ns < TICKS_MIN * goal->tick_ns;
    if (result->is_coarse)
        target_ns = TICKS_MIN * goal->tick_ns;
    struct calibrate_answer answer;
    result->calls = goal->calls;
    if (!result->calls && !find_calls(target_ns, run, context, &result->calls, &answer))
        return false;
    if (!run_least(run, context, result->calls, 0, &answer))
        return false;
    result->batch_ns = answer.batch_ns ? answer.batch_ns : 1;
    result->setup_ns = answer.setup_ns;
    uint64_t batches = goal->is_single ? 1 : goal->sample_ns / result->batch_ns;
    result->batches = batches < 1 ? 1 : batches > BATCHES_MAX ? BATCHES_MAX : batches;
    uint64_t sample_ns = result->batches * result->batch_ns;
    result->stays = !goal->is_single && result->setup_ns > sample_ns / 10;
    return true;
}
