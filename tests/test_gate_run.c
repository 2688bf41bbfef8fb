// SPDX-License-Identifier: MIT
// Rounds of a gate, on epochs that are given: what a trial's budget has room for.
#include "gate_run.h"

#include "epoch.h"
#include "recording.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EPOCHS = 100 };
static const uint64_t second = 1000000000;

// Epochs of a second each that decide nothing; in the first so many, old and new disturb each
// other.
static struct recording record(int disturbed) {
    struct recording recording = {0};
    for (int i = 0; i < EPOCHS; i++) {
        double shift = i < disturbed ? 0.05 : 0;
        double size = 0.1 + 0.01 * (i * 7 % 20);
        struct epoch epoch = {.contrast = i % 2 ? size : -size,
                              .ns = {1, 1},
                              .shift = {shift, shift},
                              .elapsed_ns = second};
        recording_add(&recording, &epoch);
    }
    return recording;
}

static void ignore_progress(void *context, const struct gate_progress *progress) {
    (void)context;
    (void)progress;
}

// The epochs that a trial takes with such a budget.
static size_t epochs_taken(int disturbed, uint64_t budget_ns) {
    struct recording recording = record(disturbed);
    struct gate_trial trial = {
        .name = "group/case",
        .how = {.sample_ns = 1000000},
        .rule = {.detect = 0.01, .ignore = 0.003, .alpha = 0.01, .miss = 0.05, .epochs_max = 90},
        .budget_ns = budget_ns,
        .given = &recording,
    };
    uint64_t random = 1;
    gate_run(&trial, 1, &random, ignore_progress, NULL);
    size_t taken = trial.taken.count;
    gate_trial_release(&trial);
    recording_release(&recording);
    return taken;
}

static void a_trial_without_a_budget_takes_all_epochs(void **state) {
    (void)state;
    assert_int_equal(epochs_taken(0, 0), 90);
}

static void a_budget_bounds_the_epochs(void **state) {
    (void)state;
    assert_int_equal(epochs_taken(0, 20 * second), 19);
}

static void epochs_that_were_dropped_count_against_it(void **state) {
    (void)state;
    assert_int_equal(epochs_taken(2, 20 * second), 19);
    assert_int_equal(epochs_taken(4, 20 * second), 19);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_without_a_budget_takes_all_epochs),
        cmocka_unit_test(a_budget_bounds_the_epochs),
        cmocka_unit_test(epochs_that_were_dropped_count_against_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
