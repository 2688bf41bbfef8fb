// SPDX-License-Identifier: MIT
// Tests of shapes in samples.

#include "pattern.h"

#include "document.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MANY = 60 };

// `high_count` of them lie around `high`, the others around 100; each heap is 1 % wide.
static void two_heaps(double *values, size_t high_count, double high) {
    for (size_t i = 0; i < MANY; i++) {
        double centre = i < MANY - high_count ? 100 : high;
        values[i] = centre * (1 + 0.01 * (double)(i % 10) / 10);
    }
    for (size_t i = 1; i < MANY; i++) // insertion sort: they are nearly sorted
        for (size_t k = i; k > 0 && values[k] < values[k - 1]; k--) {
            double swap = values[k];
            values[k] = values[k - 1];
            values[k - 1] = swap;
        }
}

static bool has_modes(size_t high_count, double high, struct pattern_modes *modes) {
    double values[MANY];
    two_heaps(values, high_count, high);
    return pattern_modes(values, MANY, modes);
}

static void modes_are_found_with_their_share(void **state) {
    (void)state;
    struct pattern_modes modes;
    assert_true(has_modes(18, 120, &modes));
    assert_true(fabs(modes.low - 100.5) < 0.5);
    assert_true(fabs(modes.high - 120.5) < 0.7);
    assert_true(fabs(modes.high_share - 0.3) < 1e-9);
}

static void a_heap_is_no_mode_when_it_is_small_or_near(void **state) {
    (void)state;
    struct pattern_modes modes;
    assert_true(has_modes(9, 120, &modes));
    assert_false(has_modes(8, 120, &modes));
    assert_true(has_modes(30, 106, &modes));
    assert_false(has_modes(30, 104, &modes));
}

static void modes_have_a_gap_between_them(void **state) {
    (void)state;
    double values[MANY];
    struct pattern_modes modes;
    for (size_t i = 0; i < MANY; i++)
        values[i] = 100 + (double)i; // as wide as can be, in one piece
    assert_false(pattern_modes(values, MANY, &modes));
}

static void modes_need_values(void **state) {
    (void)state;
    const double one[] = {1}, none[] = {0, 0, 0}, same[] = {2, 2, 2, 2};
    struct pattern_modes modes;
    assert_false(pattern_modes(NULL, 0, &modes));
    assert_false(pattern_modes(one, 1, &modes));
    assert_false(pattern_modes(none, 3, &modes));
    assert_false(pattern_modes(same, 4, &modes));
}

// `slow` of 100 take `ratio` times as long, and the last `preempted` of those far longer.
static struct pattern_sharing sharing_of(size_t slow, double ratio, size_t preempted) {
    double values[100];
    for (size_t i = 0; i < 100; i++) {
        values[i] = (i < 100 - slow ? 200 : 200 * ratio) * (1 + 0.0001 * (double)i);
        if (i >= 100 - preempted)
            values[i] = 9000 + (double)i;
    }
    return pattern_sharing(values, 100);
}

static void a_core_is_shared_when_what_fills_it_takes_longer(void **state) {
    (void)state;
    assert_true(fabs(sharing_of(36, 1.8, 0).share - 0.36) < 1e-9);
    assert_true(fabs(sharing_of(36, 1.8, 0).ratio - 1.8) < 0.02);
    assert_true(sharing_of(36, 1.1, 0).share == 0); // the clock
    assert_true(sharing_of(4, 1.8, 0).share == 0);
    assert_true(sharing_of(100, 1.8, 0).share == 0); // always: not to be seen
    assert_true(pattern_sharing(NULL, 0).share == 0);
}

static void preemption_is_no_sharing(void **state) {
    (void)state;
    assert_true(sharing_of(0, 1, 20).share == 0);
    assert_true(fabs(sharing_of(40, 1.8, 20).share - 0.25) < 1e-9); // 20 of the 80 that count
}

static void outliers_are_far_from_the_core(void **state) {
    (void)state;
    const double values[] = {50, 99, 99.5, 100, 100, 100, 100.5, 101, 101, 150, 160};
    assert_int_equal(pattern_outliers(values, 11), 3);
    const double still[] = {100, 100, 100, 101.9, 102.1};
    assert_int_equal(pattern_outliers(still, 5), 1); // no spread at all: 2 % counts
    assert_int_equal(pattern_outliers(NULL, 0), 0);
}

static void steps_count_values_and_find_the_least_step(void **state) {
    (void)state;
    const double values[] = {100, 100, 110, 110, 110, 130};
    struct pattern_steps steps = pattern_steps(values, 6);
    assert_int_equal(steps.distinct, 3);
    assert_true(fabs(steps.step - 10.0 / 110) < 1e-9);
    assert_int_equal(pattern_steps(values, 2).distinct, 1);
    assert_true(isnan(pattern_steps(values, 2).step));
    assert_int_equal(pattern_steps(NULL, 0).distinct, 0);
}

// Ten launches of three samples, the last `change` of the first more; one launch goes its own way.
static double trend_of(double change, double odd_change, size_t launch_count) {
    uint64_t spans[10][3];
    struct launch launches[10] = {0};
    for (size_t i = 0; i < launch_count; i++) {
        double last = 10000 * (1 + (i == 4 ? odd_change : change));
        spans[i][0] = 10000;
        spans[i][1] = 9999;
        spans[i][2] = (uint64_t)last;
        launches[i] = (struct launch){.spans = spans[i], .span_count = 3};
    }
    return pattern_trend(
        &(struct trial){.launches = launches, .launch_count = launch_count, .calls = 1});
}

static void a_trend_is_common_to_all_launches(void **state) {
    (void)state;
    assert_true(fabs(trend_of(-0.05, -0.01, 10) + 0.05) < 1e-9);
    assert_true(fabs(trend_of(0.05, 0.01, 10) - 0.05) < 1e-9);
    assert_true(isnan(trend_of(-0.05, 0.01, 10)));
    assert_true(isnan(trend_of(-0.05, 0, 10)));
}

static void a_trend_needs_launches(void **state) {
    (void)state;
    assert_true(isnan(trend_of(-0.05, -0.05, 7)));
    assert_true(fabs(trend_of(-0.05, -0.05, 8) + 0.05) < 1e-9);
}

// Launches of one sample each: a slow wave, or one and the other by turns.
static double correlation_of(size_t launch_count, bool is_wave) {
    uint64_t spans[40];
    struct launch launches[40] = {0};
    for (size_t i = 0; i < launch_count; i++) {
        spans[i] = is_wave ? (uint64_t)(10000 + 500 * sin((double)i / 5)) : 10000 + 100 * (i % 2);
        launches[i] = (struct launch){.spans = &spans[i], .span_count = 1};
    }
    return pattern_correlation(
        &(struct trial){.launches = launches, .launch_count = launch_count, .calls = 1});
}

static void launches_that_resemble_the_one_before_correlate(void **state) {
    (void)state;
    assert_true(correlation_of(40, true) > 0.9);
    assert_true(correlation_of(40, false) < -0.9);
    assert_true(isnan(correlation_of(19, true)));
}

static void launches_of_one_kind_are_held_against_the_others(void **state) {
    (void)state;
    enum { COUNT = 30 };
    uint64_t spans[COUNT];
    struct launch launches[COUNT];
    bool are_even[COUNT] = {false}, is_none[COUNT] = {false};
    for (size_t i = 0; i < COUNT; i++) {
        are_even[i] = i % 2 == 0;
        spans[i] = (are_even[i] ? 1100 : 1000) + i % 3;
        launches[i] = (struct launch){.spans = &spans[i], .span_count = 1};
    }
    spans[1] = 5000; // one that was disturbed changes little
    const struct trial trial = {.launches = launches, .launch_count = COUNT, .calls = 10};
    struct pattern_split split = pattern_split(&trial, are_even);
    assert_true(fabs(split.change - 0.1) < 0.002);
    assert_true(split.p < 0.0005);
    assert_int_equal(split.count, 15);
    assert_true(pattern_is_split(&split, 2));
    assert_false(pattern_is_split(&split, 1000));
    struct pattern_split none = pattern_split(&trial, is_none);
    assert_true(isnan(none.change));
    assert_false(pattern_is_split(&none, 1));
}

static void the_range_is_that_of_the_best_samples(void **state) {
    (void)state;
    uint64_t first[] = {400, 300, 900}, second[] = {500, 330};
    struct launch launches[] = {
        {.spans = first, .span_count = 3}, {.spans = second, .span_count = 2}, {.span_count = 0}};
    struct pattern_range range =
        pattern_range(&(struct trial){.launches = launches, .launch_count = 3, .calls = 100});
    assert_true(range.fastest == 3.0);
    assert_true(range.slowest == 3.3);
    assert_true(isnan(pattern_range(&(struct trial){.calls = 1}).fastest));
}

static void samples_are_sorted_and_per_call(void **state) {
    (void)state;
    uint64_t first[] = {400, 300}, second[] = {350};
    struct launch launches[] = {{.spans = first, .span_count = 2},
                                {.spans = second, .span_count = 1}};
    struct pattern_samples samples =
        pattern_samples(&(struct trial){.launches = launches, .launch_count = 2, .calls = 100});
    assert_int_equal(samples.count, 3);
    assert_true(samples.values[0] == 3.0 && samples.values[1] == 3.5 && samples.values[2] == 4.0);
    free(samples.values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_are_found_with_their_share),
        cmocka_unit_test(a_heap_is_no_mode_when_it_is_small_or_near),
        cmocka_unit_test(modes_have_a_gap_between_them),
        cmocka_unit_test(modes_need_values),
        cmocka_unit_test(a_core_is_shared_when_what_fills_it_takes_longer),
        cmocka_unit_test(preemption_is_no_sharing),
        cmocka_unit_test(outliers_are_far_from_the_core),
        cmocka_unit_test(steps_count_values_and_find_the_least_step),
        cmocka_unit_test(a_trend_is_common_to_all_launches),
        cmocka_unit_test(a_trend_needs_launches),
        cmocka_unit_test(launches_that_resemble_the_one_before_correlate),
        cmocka_unit_test(launches_of_one_kind_are_held_against_the_others),
        cmocka_unit_test(the_range_is_that_of_the_best_samples),
        cmocka_unit_test(samples_are_sorted_and_per_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
