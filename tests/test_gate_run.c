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

// Epochs of a second each that decide nothing. A letter for each of the first ones says who was
// slower beside the other: (o)ld, (n)ew, (b)oth or (-) none; 3: none, and it took three seconds.
static struct recording record(const char *slower) {
    struct recording recording = {0};
    for (int i = 0; i < EPOCHS; i++) {
        char who = *slower != '\0' ? *slower++ : '-';
        double size = 0.1 + 0.01 * (i * 7 % 20);
        struct epoch epoch = {.contrast = i % 2 ? size : -size,
                              .ns = {1, 1},
                              .shift = {[SIDE_BASE] = who == 'o' || who == 'b' ? 0.05 : 0,
                                        [SIDE_NEW] = who == 'n' || who == 'b' ? 0.05 : 0},
                              .elapsed_ns = who == '3' ? 3 * second : second};
        recording_add(&recording, &epoch);
    }
    return recording;
}

static void ignore_progress(void *context, const struct gate_progress *progress) {
    (void)context;
    (void)progress;
}

// How often a trial begins again with longer samples, and the epochs that it takes in all.
struct outcome {
    uint64_t restarts;
    size_t taken;
};

static struct outcome decide(const char *slower, uint64_t budget_ns) {
    struct recording recording = record(slower);
    struct gate_trial trial = {
        .name = "group/case",
        .how = {.sample_ns = 1000000},
        .rule = {.detect = 0.01, .ignore = 0.003, .alpha = 0.01, .miss = 0.05, .epochs_max = 90},
        .budget_ns = budget_ns,
        .given = &recording,
    };
    uint64_t random = 1;
    gate_run(&trial, 1, &random, ignore_progress, NULL);
    struct outcome outcome = {trial.restarts, trial.taken.count};
    gate_trial_release(&trial);
    recording_release(&recording);
    return outcome;
}

static void a_trial_without_a_budget_takes_all_epochs(void **state) {
    (void)state;
    assert_int_equal(decide("", 0).taken, 90);
}

static void a_budget_bounds_the_epochs(void **state) {
    (void)state;
    assert_int_equal(decide("", 20 * second).taken, 19);
}

static void epochs_that_become_faster_make_room_for_more(void **state) {
    (void)state;
    assert_int_equal(decide("-3", 20 * second).taken, 17);
    assert_int_equal(decide("333", 20 * second).taken, 13);
}

static void epochs_that_were_dropped_count_against_it(void **state) {
    (void)state;
    assert_int_equal(decide("bbb", 20 * second).taken, 19);
    assert_int_equal(decide("bbbbbb", 20 * second).taken, 19);
}

static void sides_that_disturb_each_other_are_measured_again(void **state) {
    (void)state;
    assert_int_equal(decide("bbb", 0).restarts, 1);
    assert_int_equal(decide("ooo", 0).restarts, 1);
    assert_int_equal(decide("nnnnnn", 0).restarts, 2);
}

static void what_a_neighbour_does_is_not_their_doing(void **state) {
    (void)state;
    assert_int_equal(decide("bb-bbb", 0).restarts, 0);
    assert_int_equal(decide("-bbbbbb", 0).restarts, 0);
    assert_int_equal(decide("ononon", 0).restarts, 0);
}

// It passes at the sixth, and would have gone on because it seems faster.
static void a_pass_stays_one_where_no_more_was_recorded(void **state) {
    (void)state;
    struct recording recording = {0};
    for (int i = 0; i < 7; i++)
        recording_add(&recording,
                      &(struct epoch){.contrast = -0.004, .ns = {1, 1}, .elapsed_ns = second});
    struct gate_trial trial = {
        .name = "group/case",
        .rule = {.detect = 0.01, .ignore = 0.003, .alpha = 0.01, .miss = 0.05, .epochs_max = 40},
        .given = &recording,
    };
    uint64_t random = 1;
    gate_run(&trial, 1, &random, ignore_progress, NULL);
    assert_int_equal(trial.paired.verdict, VERDICT_PASS);
    assert_true(trial.is_over);
    assert_null(trial.obstacle);
    gate_trial_release(&trial);
    recording_release(&recording);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_without_a_budget_takes_all_epochs),
        cmocka_unit_test(a_budget_bounds_the_epochs),
        cmocka_unit_test(epochs_that_become_faster_make_room_for_more),
        cmocka_unit_test(epochs_that_were_dropped_count_against_it),
        cmocka_unit_test(sides_that_disturb_each_other_are_measured_again),
        cmocka_unit_test(what_a_neighbour_does_is_not_their_doing),
        cmocka_unit_test(a_pass_stays_one_where_no_more_was_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
