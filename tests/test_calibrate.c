// SPDX-License-Identifier: MIT
// Tests of calibrate with made-up batches: no clock is read.

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calibrate.h"

// A case whose calls take `call_ps` picoseconds, the first one more, after `setup_ns`.
struct made_up {
    uint64_t call_ps, first_ns, setup_ns;
    int asked, stop_at;
    int disturbed_at; // this try takes a millisecond more
    bool is_manual;
};

static bool run(void *context, uint64_t calls, struct calibrate_answer *answer) {
    struct made_up *m = context;
    if (++m->asked == m->stop_at)
        return false;
    answer->calls = m->is_manual ? 1 : calls;
    calls = answer->calls;
    answer->batch_ns = calls * m->call_ps / 1000 + (m->asked == 1 ? m->first_ns : 0);
    if (m->asked == m->disturbed_at)
        answer->batch_ns += 1000000;
    answer->setup_ns = m->setup_ns;
    return true;
}

static struct calibrate_result calibrated(struct made_up *m, const struct calibrate_goal *goal) {
    struct calibrate_result result;
    assert_true(calibrate(goal, run, m, &result));
    return result;
}

static const struct calibrate_goal usual = {.batch_ns = 20000, .sample_ns = 1000000, .tick_ns = 10};

static void a_batch_of_short_calls_is_about_as_long_as_wanted(void **state) {
    (void)state;
    for (uint64_t call_ps = 230; call_ps < 3000000; call_ps = call_ps * 3 / 2) {
        struct made_up m = {.call_ps = call_ps};
        struct calibrate_result r = calibrated(&m, &usual);
        assert_in_range(r.batch_ns, 14000, 29000);
        assert_in_range(r.batches * r.batch_ns, 950000, 1000000);
        assert_int_equal(r.calls & (r.calls - 1), 0);
    }
}

static void a_slow_first_call_does_not_shorten_the_batches(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 1000, .first_ns = 19000};
    assert_in_range(calibrated(&m, &usual).batch_ns, 14000, 29000);
}

static void one_disturbed_try_does_not_shorten_them_either(void **state) {
    (void)state;
    for (int at = 1; at <= 6; at++) {
        struct made_up m = {.call_ps = 1000, .disturbed_at = at};
        assert_in_range(calibrated(&m, &usual).batch_ns, 14000, 29000);
    }
}

static void a_call_longer_than_a_sample_is_a_batch_and_a_sample_by_itself(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 20000000000u};
    struct calibrate_result r = calibrated(&m, &usual);
    assert_int_equal(r.calls, 1);
    assert_int_equal(r.batches, 1);
}

static void a_coarse_clock_lengthens_the_batches_and_says_so(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 1000};
    struct calibrate_goal goal = usual;
    goal.tick_ns = 42;
    struct calibrate_result r = calibrated(&m, &goal);
    assert_true(r.is_coarse);
    assert_in_range(r.batch_ns, 29000, 60000);
    assert_false(calibrated(&(struct made_up){.call_ps = 1000}, &usual).is_coarse);
}

static void frozen_calls_are_kept(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 1000};
    struct calibrate_goal goal = usual;
    goal.calls = 777;
    assert_int_equal(calibrated(&m, &goal).calls, 777);
}

static void threads_get_one_long_batch(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 50000};
    struct calibrate_goal goal = usual;
    goal.is_single = true;
    struct calibrate_result r = calibrated(&m, &goal);
    assert_int_equal(r.batches, 1);
    assert_in_range(r.batch_ns, 700000, 1450000);
}

static void the_body_stays_in_its_loop_when_set_up_costs_more_than_a_tenth(void **state) {
    (void)state;
    struct made_up cheap = {.call_ps = 1000, .setup_ns = 50000};
    struct made_up dear = {.call_ps = 1000, .setup_ns = 200000};
    assert_false(calibrated(&cheap, &usual).stays);
    assert_true(calibrated(&dear, &usual).stays);
}

static void calls_timed_by_hand_are_batches_of_one(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 300000, .is_manual = true};
    struct calibrate_result r = calibrated(&m, &usual);
    assert_int_equal(r.calls, 1);
    assert_int_equal(r.batches, 1000);
}

static void a_worker_that_is_lost_ends_the_calibration(void **state) {
    (void)state;
    struct calibrate_result r;
    for (int at = 1; at <= 3; at++)
        assert_false(calibrate(&usual, run, &(struct made_up){.call_ps = 1000, .stop_at = at}, &r));
}

static void calls_that_seem_to_take_no_time_end_it_too(void **state) {
    (void)state;
    struct made_up m = {.call_ps = 0};
    assert_true(calibrated(&m, &usual).calls >= (uint64_t)1 << 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_of_short_calls_is_about_as_long_as_wanted),
        cmocka_unit_test(a_slow_first_call_does_not_shorten_the_batches),
        cmocka_unit_test(one_disturbed_try_does_not_shorten_them_either),
        cmocka_unit_test(a_call_longer_than_a_sample_is_a_batch_and_a_sample_by_itself),
        cmocka_unit_test(a_coarse_clock_lengthens_the_batches_and_says_so),
        cmocka_unit_test(frozen_calls_are_kept),
        cmocka_unit_test(threads_get_one_long_batch),
        cmocka_unit_test(the_body_stays_in_its_loop_when_set_up_costs_more_than_a_tenth),
        cmocka_unit_test(calls_timed_by_hand_are_batches_of_one),
        cmocka_unit_test(a_worker_that_is_lost_ends_the_calibration),
        cmocka_unit_test(calls_that_seem_to_take_no_time_end_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
