// SPDX-License-Identifier: MIT
// Tests of counts per call, from totals over more and more calls.
#include "slope.h"

#include "json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CALLS = 10 };

static struct slope slope;
static struct trial trial;

static int begin(void **state) {
    (void)state;
    slope = (struct slope){0};
    trial = (struct trial){0};
    return 0;
}

static int end(void **state) {
    (void)state;
    slope_release(&slope);
    json_release(&trial_shape, &trial);
    return 0;
}

static void add(const char *name, size_t times, double total) {
    struct wire_count count = {.source = "test", .value = total};
    strcpy(count.name, name);
    slope_add(&slope, times, &count);
}

static void add_round(const char *name, double once, double twice, double thrice) {
    add(name, 1, once);
    add(name, 2, twice);
    add(name, 3, thrice);
}

static const struct count *only_count(enum count_kind kind) {
    slope_counts(&slope, CALLS, kind, &trial);
    assert_int_equal(trial.count_count, 1);
    return &trial.counts[0];
}

static void assert_near(double value, double expected) {
    if (!(fabs(value - expected) < 1e-9))
        fail_msg("%g is not %g", value, expected);
}

static void what_is_counted_once_a_sample_cancels(void **state) {
    (void)state;
    add_round("instructions", 248 + 70, 248 + 140, 248 + 210);
    const struct count *count = only_count(COUNT_VARIES);
    assert_near(count->value, 7);
    assert_int_equal(count->kind, COUNT_EXACT);
    assert_near(count->spread, 0);
}

static void nothing_is_exactly_nothing(void **state) {
    (void)state;
    add_round("allocs", 0, 0, 0);
    const struct count *count = only_count(COUNT_VARIES);
    assert_near(count->value, 0);
    assert_int_equal(count->kind, COUNT_EXACT);
    assert_null(count->reason);
}

static void slopes_that_differ_depend_on_how_many_calls(void **state) {
    (void)state;
    add_round("bytes", 100, 180, 300);
    const struct count *count = only_count(COUNT_VARIES);
    assert_int_equal(count->kind, COUNT_VARIES);
    assert_near(count->value, 10);
    assert_near(count->spread, 0.4);
}

static void around_nothing_the_spread_is_absolute(void **state) {
    (void)state;
    add_round("allocs", 0, 0, 0);
    add_round("allocs", 0, 0, 5);
    const struct count *count = only_count(COUNT_VARIES);
    assert_near(count->value, 0);
    assert_int_equal(count->kind, COUNT_VARIES);
    assert_near(count->spread, 0.5);
}

static void what_is_mostly_nothing_spreads_over_its_whole_range(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++)
        add_round("page-faults", 0, 0, i == 4 ? 1 : 0);
    assert_near(only_count(COUNT_SAMPLED)->spread, 0.1);
}

static void rounds_that_differ_are_not_exact(void **state) {
    (void)state;
    add_round("allocs", 10, 20, 30);
    add_round("allocs", 10, 20, 40);
    assert_int_equal(only_count(COUNT_VARIES)->kind, COUNT_VARIES);
}

static void of_noise_the_median_is_taken(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++)
        add_round("cycles", 100, 200 + (i == 4 ? 5000 : i % 2), 300);
    const struct count *count = only_count(COUNT_SAMPLED);
    assert_int_equal(count->kind, COUNT_SAMPLED);
    assert_near(count->value, 10);
    assert_true(count->spread < 0.02);
}

static void an_estimate_is_never_exact(void **state) {
    (void)state;
    add_round("cycles", 10, 20, 30);
    assert_int_equal(only_count(COUNT_ESTIMATED)->kind, COUNT_ESTIMATED);
}

static void batches_have_1024_calls_or_what_is_allowed(void **state) {
    (void)state;
    assert_int_equal(slope_calls(INFINITY), 1024);
    assert_int_equal(slope_calls(NAN), 1024);
    assert_int_equal(slope_calls(1024), 1024);
    assert_int_equal(slope_calls(1023), 512);
    assert_int_equal(slope_calls(65), 64);
    assert_int_equal(slope_calls(0.1), 1);
}

static void what_each_call_does_alike_is_not_bound_to_their_number(void **state) {
    (void)state;
    add_round("allocs", 20, 40, 60);
    slope_bind(&slope, CALLS);
    assert_null(only_count(COUNT_VARIES)->event);
}

static void what_some_calls_do_is_bound_to_their_number(void **state) {
    (void)state;
    add_round("reallocs", 4, 5, 6);
    add_round("allocs", 10, 20, 40);
    slope_bind(&slope, CALLS);
    slope_counts(&slope, CALLS, COUNT_VARIES, &trial);
    assert_string_equal(trial.counts[0].event, "in batches of 10");
    assert_string_equal(trial.counts[1].event, "in batches of 10");
}

static void a_height_that_calls_add_to_is_bound_to_their_number(void **state) {
    (void)state;
    static const double heights[][SLOPE_POINTS] = {{64, 64, 64}, {100, 200, 300}};
    for (size_t times = 1; times <= SLOPE_POINTS; times++)
        for (size_t i = 0; i < 2; i++) {
            struct wire_count peak = {
                .name = "peak", .value = heights[i][times - 1], .is_level = 1};
            peak.source[0] = (char)('a' + i);
            slope_add(&slope, times, &peak);
        }
    slope_bind(&slope, CALLS);
    slope_counts(&slope, CALLS, COUNT_VARIES, &trial);
    assert_null(trial.counts[0].event);
    assert_string_equal(trial.counts[1].event, "in batches of 10");
}

static void what_is_not_of_a_round_is_left_out(void **state) {
    (void)state;
    add_round("cycles", 10, 20, 30);
    add_round("cycles", NAN, NAN, NAN);
    add_round("cycles", 20, 30, 40);
    const struct count *count = only_count(COUNT_SAMPLED);
    assert_near(count->value, 1);
    assert_int_equal(count->kind, COUNT_EXACT);
}

static void what_was_never_counted_says_why(void **state) {
    (void)state;
    struct wire_count none = {.name = "cycles", .source = "perf", .reason = "no PMU", .value = NAN};
    for (size_t times = 1; times <= SLOPE_POINTS; times++)
        slope_add(&slope, times, &none);
    const struct count *count = only_count(COUNT_SAMPLED);
    assert_true(isnan(count->value));
    assert_string_equal(count->reason, "no PMU");
}

static void what_was_never_counted_in_its_rounds_says_why(void **state) {
    (void)state;
    struct wire_count none = {
        .name = "cycles", .source = "test", .reason = "taken away", .value = NAN};
    add_round("cycles", NAN, NAN, NAN); // of other counts
    for (size_t times = 1; times <= SLOPE_POINTS; times++)
        slope_add(&slope, times, &none);
    assert_string_equal(only_count(COUNT_SAMPLED)->reason, "taken away");
}

static void one_total_is_too_few(void **state) {
    (void)state;
    add("cycles", 1, 10);
    const struct count *count = only_count(COUNT_SAMPLED);
    assert_true(isnan(count->value));
    assert_string_equal(count->reason, "too few samples counted it");
}

static void a_height_is_not_divided_by_calls(void **state) {
    (void)state;
    struct wire_count peak = {.name = "peak", .unit = "B", .source = "preload", .is_level = 1};
    for (size_t times = 1; times <= SLOPE_POINTS; times++) {
        peak.value = 4096;
        slope_add(&slope, times, &peak);
    }
    const struct count *count = only_count(COUNT_VARIES);
    assert_near(count->value, 4096);
    assert_int_equal(count->kind, COUNT_EXACT);
    assert_string_equal(count->unit, "B");
}

static void each_source_is_a_count_of_its_own(void **state) {
    (void)state;
    struct wire_count count = {.name = "instructions", .source = "perf"};
    slope_add(&slope, 1, &count);
    strcpy(count.source, "callgrind");
    slope_add(&slope, 1, &count);
    slope_counts(&slope, CALLS, COUNT_VARIES, &trial);
    assert_int_equal(trial.count_count, 2);
}

static void what_began_otherwise_is_kept_apart(void **state) {
    (void)state;
    struct wire_count misses = {.name = "misses", .source = "test", .value = NAN};
    slope_add_first(&slope, 20, &misses);
    assert_true(isnan(slope_first(&slope, "misses")));
    misses.value = 920;
    slope_add_first(&slope, 20, &misses);
    misses.value = 22;
    slope_add_first(&slope, 20, &misses); // no longer the first
    assert_near(slope_first(&slope, "misses"), 46);
    assert_null(slope_find(&slope, "misses"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_counted_once_a_sample_cancels),
        TEST(nothing_is_exactly_nothing),
        TEST(slopes_that_differ_depend_on_how_many_calls),
        TEST(around_nothing_the_spread_is_absolute),
        TEST(what_is_mostly_nothing_spreads_over_its_whole_range),
        TEST(rounds_that_differ_are_not_exact),
        TEST(of_noise_the_median_is_taken),
        TEST(an_estimate_is_never_exact),
        TEST(batches_have_1024_calls_or_what_is_allowed),
        TEST(what_each_call_does_alike_is_not_bound_to_their_number),
        TEST(what_some_calls_do_is_bound_to_their_number),
        TEST(a_height_that_calls_add_to_is_bound_to_their_number),
        TEST(what_is_not_of_a_round_is_left_out),
        TEST(what_was_never_counted_says_why),
        TEST(what_was_never_counted_in_its_rounds_says_why),
        TEST(one_total_is_too_few),
        TEST(a_height_is_not_divided_by_calls),
        TEST(what_began_otherwise_is_kept_apart),
        TEST(each_source_is_a_count_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
