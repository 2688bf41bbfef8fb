// SPDX-License-Identifier: MIT
// Tests of the statistics against values known from tables.
#include "stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void median_is_the_middle_or_between_the_middle_two(void **state) {
    (void)state;
    const double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};
    assert_near(stats_median(odd, COUNT(odd)), 2, 0);
    assert_near(stats_median(even, COUNT(even)), 2.5, 0);
    assert_near(odd[0], 3, 0);
}

static void median_of_nothing_is_not_a_number(void **state) {
    (void)state;
    assert_true(isnan(stats_median(NULL, 0)));
}

static void median_u64_is_one_of_the_values(void **state) {
    (void)state;
    uint64_t even[] = {40, 10, 30, 20}, large[] = {UINT64_MAX, 0, UINT64_MAX - 1};
    assert_int_equal(stats_median_u64_in_place(even, COUNT(even)), 20);
    assert_true(stats_median_u64_in_place(large, COUNT(large)) == UINT64_MAX - 1);
    assert_int_equal(stats_median_u64_in_place(NULL, 0), 0);
}

static void mad_estimates_the_core_and_ignores_the_tail(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, 4, 5}, tail[] = {1, 2, 3, 4, 5e9};
    assert_near(stats_mad(values, COUNT(values)), 1.4826, 1e-12);
    assert_near(stats_mad(tail, COUNT(tail)), 1.4826, 1e-12);
}

static void mad_needs_two_values(void **state) {
    (void)state;
    const double one[] = {7}, same[] = {7, 7};
    assert_true(isnan(stats_mad(one, 1)));
    assert_near(stats_mad(same, 2), 0, 0);
}

static void mean_and_variance_are_the_textbook_ones(void **state) {
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    assert_near(stats_mean(values, COUNT(values)), 5, 1e-12);
    assert_near(stats_variance(values, COUNT(values)), 32.0 / 7, 1e-12);
    assert_true(isnan(stats_mean(values, 0)));
    assert_true(isnan(stats_variance(values, 1)));
}

static void ranks_are_as_likely_as_orders_can_be_counted(void **state) {
    (void)state;
    const double low[] = {1, 2, 3, 4, 5}, high[] = {6, 7, 8, 9, 10}, mixed[] = {5.5, 7, 8, 9, 10};
    assert_near(stats_rank_p(low, 5, high, 5), 2.0 / 252, 1e-15);
    assert_near(stats_rank_p(high, 5, low, 5), 2.0 / 252, 1e-15);
    assert_near(stats_rank_p(high, 3, low, 5), 2.0 / 56, 1e-15);
    const double below[] = {1, 2, 3, 4, 6};
    assert_near(stats_rank_p(below, 5, mixed, 5), 4.0 / 252, 1e-15); // one pair, or none
}

static void ranks_of_many_values_are_near_normal(void **state) {
    (void)state;
    enum { N = 40 };
    double a[N], b[N];
    for (size_t i = 0; i < N; i++) {
        a[i] = (double)i;
        b[i] = (double)i + 4.5;
    }
    double exact = stats_rank_p(a, 26, b, 26), normal = stats_rank_p(a, 28, b, 30);
    assert_near(exact, 0.0507239, 1e-7);
    assert_near(normal, 0.0255530, 1e-7);
    assert_near(stats_rank_p(a, N, a, N), 1, 0);
}

static void equal_values_tell_nothing(void **state) {
    (void)state;
    const double same[] = {2, 2, 2, 2};
    assert_near(stats_rank_p(same, 4, same, 4), 1, 0);
    assert_near(stats_rank_p(same, 4, NULL, 0), 1, 0);
    assert_near(stats_rank_p(NULL, 0, NULL, 0), 1, 0);
}

static void t_quantiles_agree_with_tables(void **state) {
    (void)state;
    static const struct {
        double p, df, t;
    } table[] = {
        {0.975, 20, 2.0859634},  {0.95, 20, 1.7247182}, {0.9995, 20, 3.8495163},
        {0.975, 1, 12.7062047},  {0.95, 5, 2.0150484},  {0.975, 1e6, 1.9599664},
        {0.9995, 3, 12.9239786}, {0.75, 2, 0.8164966},  {0.5, 7, 0},
        {0.025, 20, -2.0859634}, {0.99, 30, 2.4572615},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_near(stats_t_quantile(table[i].p, table[i].df), table[i].t, 1e-6);
}

static void t_quantile_is_the_inverse_of_t_cdf(void **state) {
    (void)state;
    for (double df = 0.5; df < 100; df *= 1.7)
        for (double p = 1e-9; p < 1; p = p < 0.1 ? p * 10 : p + 0.1)
            assert_near(stats_t_cdf(stats_t_quantile(p, df), df) / p, 1, 1e-8);
}

// With one degree of freedom T is Cauchy's, with two there is a closed form as well.
static void t_cdf_agrees_with_closed_forms(void **state) {
    (void)state;
    for (double t = -50; t <= 50; t += 0.7) {
        assert_near(stats_t_cdf(t, 1), 0.5 + atan(t) / acos(-1), 1e-12);
        assert_near(stats_t_cdf(t, 2), 0.5 + t / (2 * sqrt(2 + t * t)), 1e-12);
    }
    assert_near(stats_t_cdf(0, 20), 0.5, 1e-15);
}

static void t_knows_its_limits(void **state) {
    (void)state;
    assert_true(stats_t_cdf(-INFINITY, 3) == 0);
    assert_true(stats_t_cdf(INFINITY, 3) == 1);
    assert_true(stats_t_quantile(0, 3) == -INFINITY);
    assert_true(stats_t_quantile(1, 3) == INFINITY);
    assert_true(isnan(stats_t_quantile(1.1, 3)));
    assert_true(isnan(stats_t_quantile(NAN, 3)));
    assert_true(isnan(stats_t_quantile(0.5, 0)));
    assert_true(isnan(stats_t_cdf(1, -1)));
    assert_true(isnan(stats_t_cdf(NAN, 3)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_is_the_middle_or_between_the_middle_two),
        cmocka_unit_test(median_of_nothing_is_not_a_number),
        cmocka_unit_test(median_u64_is_one_of_the_values),
        cmocka_unit_test(mad_estimates_the_core_and_ignores_the_tail),
        cmocka_unit_test(mad_needs_two_values),
        cmocka_unit_test(mean_and_variance_are_the_textbook_ones),
        cmocka_unit_test(ranks_are_as_likely_as_orders_can_be_counted),
        cmocka_unit_test(ranks_of_many_values_are_near_normal),
        cmocka_unit_test(equal_values_tell_nothing),
        cmocka_unit_test(t_quantiles_agree_with_tables),
        cmocka_unit_test(t_quantile_is_the_inverse_of_t_cdf),
        cmocka_unit_test(t_cdf_agrees_with_closed_forms),
        cmocka_unit_test(t_knows_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
