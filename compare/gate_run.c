// SPDX-License-Identifier: MIT
// Measures the trials of a gate in rounds, each until it is decided.
#include "gate_run.h"

#include "mem.h"
#include "random.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>

// 50 us samples slowed a predictor-bound kernel by half where the two sides took turns: they must
// be long enough for either side to forget the other.
static const double shift_max = 0.01;
static const uint64_t sample_ns_max = 8000000;
enum { CHECK_EVERY = 16 };

void gate_trial_release(struct gate_trial *trial) {
    free(trial->cpus);
    free(trial->obstacle);
}

static bool is_disturbed(const struct epoch *epoch) {
    return epoch->shift[SIDE_BASE] > shift_max || epoch->shift[SIDE_NEW] > shift_max;
}

static void restart(struct gate_trial *trial) {
    trial->how.sample_ns *= 2;
    trial->how.calls = trial->how.batches = 0;
    trial->is_suspect = false;
    trial->logs[SIDE_BASE] = trial->logs[SIDE_NEW] = 0;
    trial->restarts++;
    paired_init(&trial->paired, &trial->rule);
}

// What was measured before samples were long enough is dropped.
static void lengthen(struct gate_trial *trial) {
    if (trial->how.sample_ns * 2 <= sample_ns_max) {
        restart(trial);
        return;
    }
    trial->is_over = true;
    trial->obstacle = mem_printf(
        "old and new disturb each other: alone, one of them differs by more than 1 %% from "
        "itself beside the other, even with samples of %s",
        units_print(UNIT_TIME, (double)trial->how.sample_ns).text);
}

static void take(struct gate_trial *trial, const struct epoch *epoch) {
    paired_add(&trial->paired, epoch->contrast);
    for (int side = 0; side < SIDES && !trial->paired.is_spoilt; side++)
        trial->logs[side] += log(epoch->ns[side]);
    trial->is_over = trial->paired.is_over;
}

// A passing neighbour looks the same once, but not twice running.
static bool is_confirmed(struct gate_trial *trial, const struct epoch *epoch) {
    bool was_suspect = trial->is_suspect;
    trial->is_suspect = is_disturbed(epoch);
    return was_suspect && trial->is_suspect;
}

static void run_epoch(struct gate_trial *trial, uint64_t *random) {
    struct epoch epoch;
    bool with_solo = trial->is_suspect || trial->paired.count % CHECK_EVERY == 0;
    trial->end = epoch_measure(&epoch, &trial->how, with_solo, random, &trial->why);
    trial->elapsed_ns += epoch.elapsed_ns;
    trial->culprit = epoch.culprit;
    if (trial->end != EPOCH_MEASURED)
        trial->is_over = trial->end != EPOCH_INTERRUPTED;
    else if (is_confirmed(trial, &epoch))
        lengthen(trial);
    else
        take(trial, &epoch);
}

static size_t count_over(const struct gate_trial *trials, size_t count) {
    size_t over = 0;
    for (size_t i = 0; i < count; i++)
        over += trials[i].is_over;
    return over;
}

bool gate_run(struct gate_trial *trials, size_t count, uint64_t *random,
              void (*on_epoch)(void *context, const struct gate_trial *next, size_t decided),
              void *context) {
    size_t *order = mem_zero(count, sizeof *order);
    bool goes_on = true;
    for (size_t i = 0; i < count; i++)
        paired_init(&trials[i].paired, &trials[i].rule);
    while (goes_on && count_over(trials, count) < count) {
        random_order(random, order, count);
        for (size_t i = 0; i < count && goes_on; i++) {
            struct gate_trial *trial = &trials[order[i]];
            if (trial->is_over)
                continue;
            on_epoch(context, trial, count_over(trials, count));
            run_epoch(trial, random);
            goes_on = trial->end != EPOCH_INTERRUPTED;
        }
    }
    free(order);
    return goes_on;
}
