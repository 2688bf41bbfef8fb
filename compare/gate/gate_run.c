// SPDX-License-Identifier: MIT
// Measures the trials of a gate in rounds, each until it is decided; or decides them again from
// epochs that were recorded.
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
enum { SUSPICIONS = 3 };

void gate_trial_release(struct gate_trial *trial) {
    free(trial->cpus);
    free(trial->obstacle);
    recording_release(&trial->taken);
}

static void restart(struct gate_trial *trial) {
    trial->how.sample_ns *= 2;
    trial->how.calls = trial->how.batches_most = 0;
    trial->suspicions[SIDE_BASE] = trial->suspicions[SIDE_NEW] = 0;
    trial->is_clear = false;
    trial->logs[SIDE_BASE] = trial->logs[SIDE_NEW] = 0;
    trial->settled_ns = 0;
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
        "old and new disturb each other: one of them is more than 1 %% slower beside the other "
        "than alone, even with samples of %s",
        units_print(UNIT_TIME, (double)trial->how.sample_ns).text);
}

// How many epochs the rest of the budget has room for, at least the one that was measured; the
// first, in which much is found out, takes longer. Times do not tell which side is which, so that
// the coins stay fair.
static bool fit_budget(struct gate_trial *trial) {
    size_t settled = trial->paired.count; // and the new one, without the first
    if (trial->budget_ns == 0 || settled == 0)
        return true;
    uint64_t epoch_ns = trial->settled_ns / settled + 1;
    uint64_t left_ns =
        trial->budget_ns > trial->elapsed_ns ? trial->budget_ns - trial->elapsed_ns : 0;
    uint64_t room = settled + 1 + left_ns / epoch_ns, most = trial->rule.epochs_max;
    if (room >= SPENDING_COUNT_MIN) {
        paired_limit(&trial->paired, room < most ? room : most);
        return true;
    }
    trial->is_over = true;
    trial->obstacle =
        mem_printf("its budget of %s ends before the %d epochs that are needed, of %s each",
                   units_print(UNIT_TIME, (double)trial->budget_ns).text, SPENDING_COUNT_MIN,
                   units_print(UNIT_TIME, (double)epoch_ns).text);
    return false;
}

static void take(struct gate_trial *trial, const struct epoch *epoch) {
    trial->settled_ns += trial->paired.count != 0 ? epoch->elapsed_ns : 0;
    if (!fit_budget(trial))
        return;
    paired_add(&trial->paired, epoch->contrast);
    for (int side = 0; side < SIDES && !trial->paired.is_spoilt; side++)
        trial->logs[side] += log(epoch->ns[side]);
    trial->is_over = trial->paired.is_over;
}

// A neighbour that comes and goes looks the same once or twice, but not always on the same side;
// and where the sides did not disturb each other it is his doing if later they do.
static bool are_disturbed(struct gate_trial *trial, const struct epoch *epoch) {
    bool are_confirmed = false;
    if (trial->is_clear)
        return false;
    for (int side = 0; side < SIDES; side++) {
        bool is_slower = epoch->shift[side] > shift_max;
        trial->suspicions[side] = is_slower ? trial->suspicions[side] + 1 : 0;
        are_confirmed |= trial->suspicions[side] == SUSPICIONS;
    }
    trial->is_clear = trial->suspicions[SIDE_BASE] + trial->suspicions[SIDE_NEW] == 0;
    return are_confirmed;
}

// ---- Epochs ----------------------------------------------------------------------------------

// The next recorded one, or how they ended.
static enum epoch_end repeat(const struct gate_trial *trial, struct epoch *epoch,
                             struct errmsg *why) {
    const struct recording *given = trial->given;
    if (trial->taken.count < given->count) {
        *epoch = given->epochs[trial->taken.count];
        return EPOCH_MEASURED;
    }
    epoch->culprit = (enum side_index)given->culprit;
    fail(why, "%s", given->why != NULL ? given->why : "");
    return given->end == EPOCH_MEASURED ? EPOCH_INTERRUPTED : (enum epoch_end)given->end;
}

static enum epoch_end next_epoch(struct gate_trial *trial, struct epoch *epoch, uint64_t *random,
                                 struct errmsg *why) {
    return trial->given != NULL ? repeat(trial, epoch, why)
                                : epoch_measure(epoch, &trial->how, !trial->is_clear, random, why);
}

static void end_without_epoch(struct gate_trial *trial, enum epoch_end end, int culprit,
                              const char *why) {
    bool is_exhausted = trial->given != NULL && end == EPOCH_INTERRUPTED;
    recording_end(&trial->taken, end, culprit, why);
    if (is_exhausted && trial->paired.verdict == VERDICT_UNDECIDED)
        trial->obstacle = mem_printf("only %zu epochs are recorded", trial->taken.count);
    trial->is_over = is_exhausted || end != EPOCH_INTERRUPTED;
}

static void run_epoch(struct gate_trial *trial, uint64_t *random) {
    struct epoch epoch = {0};
    struct errmsg why = {""};
    enum epoch_end end = next_epoch(trial, &epoch, random, &why);
    trial->elapsed_ns += epoch.elapsed_ns;
    if (end != EPOCH_MEASURED) {
        end_without_epoch(trial, end, (int)epoch.culprit, why.text);
        return;
    }
    recording_add(&trial->taken, &epoch);
    if (are_disturbed(trial, &epoch))
        lengthen(trial);
    else
        take(trial, &epoch);
}

// ---- Rounds ----------------------------------------------------------------------------------

static uint64_t epochs_to_next_look(const struct gate_trial *trial) {
    return trial->paired.looks[trial->paired.next_look] - trial->paired.count;
}

static struct gate_progress progress_of(const struct gate_trial *trials, size_t count) {
    struct gate_progress progress = {.total = count};
    uint64_t elapsed_ns = 0, epochs = 0, missing = 0;
    for (size_t i = 0; i < count; i++) {
        progress.decided += trials[i].is_over;
        elapsed_ns += trials[i].elapsed_ns;
        epochs += trials[i].taken.count;
        missing += trials[i].is_over ? 0 : epochs_to_next_look(&trials[i]);
    }
    progress.left_ns = epochs == 0 ? 0 : elapsed_ns / epochs * missing;
    return progress;
}

bool gate_run(struct gate_trial *trials, size_t count, uint64_t *random,
              void (*tell)(void *context, const struct gate_progress *progress), void *context) {
    size_t *order = mem_zero(count, sizeof *order);
    struct gate_progress progress = {.total = count};
    const struct gate_trial *last = NULL;
    bool goes_on = true;
    for (size_t i = 0; i < count; i++)
        paired_init(&trials[i].paired, &trials[i].rule);
    while (goes_on && (progress = progress_of(trials, count)).decided < count) {
        random_order(random, order, count);
        for (size_t i = 0; i < count && goes_on; i++) {
            struct gate_trial *trial = &trials[order[i]];
            if (trial->is_over)
                continue;
            progress.next = trial->name;
            progress.last = last;
            tell(context, &progress);
            run_epoch(trial, random);
            last = trial;
            goes_on = trial->is_over || trial->taken.end != EPOCH_INTERRUPTED;
        }
    }
    free(order);
    return goes_on;
}
