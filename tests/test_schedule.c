// SPDX-License-Identifier: MIT
// Tests of schedule.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schedule.h"

#define MS ((uint64_t)1000000)

static const struct schedule wanted = {.launches = 10, .samples = 5, .warms_up = true};

static void what_fits_is_left_alone(void **state) {
    (void)state;
    struct schedule_cost cost = {.launch_ns = 2 * MS, .sample_ns = 1 * MS};
    struct schedule fit = schedule_fit(&wanted, &cost, 2000 * MS);
    assert_int_equal(fit.launches, 10);
    assert_int_equal(fit.samples, 5);
    assert_true(fit.warms_up);
}

static void samples_go_before_launches(void **state) {
    (void)state;
    struct schedule_cost cost = {.launch_ns = 2 * MS, .sample_ns = 50 * MS};
    struct schedule fit = schedule_fit(&wanted, &cost, 1100 * MS);
    assert_int_equal(fit.launches, 10);
    assert_int_equal(fit.samples, 2);
    assert_false(fit.warms_up);
}

static void three_launches_are_made_however_long_a_call_is(void **state) {
    (void)state;
    struct schedule_cost cost = {.launch_ns = 2 * MS, .sample_ns = 5000 * MS};
    struct schedule fit = schedule_fit(&wanted, &cost, 2000 * MS);
    assert_int_equal(fit.launches, SCHEDULE_LAUNCHES_MIN);
    assert_int_equal(fit.samples, 1);
}

static void set_up_counts_once_a_launch_when_the_body_stays(void **state) {
    (void)state;
    struct schedule_cost cost = {.sample_ns = 1 * MS, .setup_ns = 10 * MS};
    assert_int_equal(schedule_launch_ns(&wanted, &cost), 66 * MS);
    cost.stays = true;
    assert_int_equal(schedule_launch_ns(&wanted, &cost), 16 * MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_left_alone),
        cmocka_unit_test(samples_go_before_launches),
        cmocka_unit_test(three_launches_are_made_however_long_a_call_is),
        cmocka_unit_test(set_up_counts_once_a_launch_when_the_body_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
