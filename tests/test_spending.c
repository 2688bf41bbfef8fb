// SPDX-License-Identifier: MIT
// How an error rate is spent over looks: never more than there is, and nothing is lost.
#include "spending.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double red_power = 1.5, pass_power = 0.5;

static void looks_are(size_t count_max, const size_t *expected, size_t expected_count) {
    size_t looks[SPENDING_LOOKS];
    assert_int_equal(spending_looks(count_max, looks), expected_count);
    assert_memory_equal(looks, expected, expected_count * sizeof *expected);
}

#define LOOKS_ARE(count_max, ...)                                                                  \
    looks_are(count_max, (const size_t[]){__VA_ARGS__},                                            \
              sizeof(const size_t[]){__VA_ARGS__} / sizeof(size_t))

static void looks_become_rarer_up_to_the_most_contrasts(void **state) {
    (void)state;
    LOOKS_ARE(40, 6, 9, 12, 16, 22, 30, 40);
    LOOKS_ARE(100, 6, 9, 12, 16, 22, 30, 40, 55, 75, 100);
    LOOKS_ARE(200, 6, 9, 12, 16, 22, 30, 40, 55, 75, 100, 140, 200);
    LOOKS_ARE(256, 6, 9, 12, 16, 22, 30, 40, 55, 75, 100, 140, 200, 256);
    LOOKS_ARE(41, 6, 9, 12, 16, 22, 30, 40, 41);
    LOOKS_ARE(12, 6, 9, 12);
    LOOKS_ARE(6, 6);
}

static void looks_ascend_to_the_last_contrast(void **state) {
    (void)state;
    for (size_t count_max = 6; count_max <= 256; count_max++) {
        size_t looks[SPENDING_LOOKS], count = spending_looks(count_max, looks);
        assert_in_range(count, 1, SPENDING_LOOKS);
        assert_true(looks[0] >= 6);
        for (size_t i = 1; i < count; i++)
            assert_true(looks[i] > looks[i - 1]);
        assert_int_equal(looks[count - 1], count_max);
    }
}

// What is left at the end was too little for the last look.
static void all_looks_together_spend_the_level_and_no_more(void **state) {
    (void)state;
    for (size_t count_max = 6; count_max <= 256; count_max++)
        for (double level = 0.3; level > 1e-12; level /= 3)
            for (int late = 0; late < 2; late++) {
                struct spending spending = {level, late ? red_power : pass_power, 0};
                size_t looks[SPENDING_LOOKS], count = spending_looks(count_max, looks);
                double sum = 0;
                for (size_t i = 0; i < count; i++)
                    sum += spending_take(&spending, looks[i], count_max);
                assert_true(sum <= level * (1 + 1e-12));
                assert_true(level - sum < ldexp(1, -(int)count_max) + 1e-12 * level);
            }
}

static void what_a_look_cannot_spend_is_carried_to_the_next(void **state) {
    (void)state;
    struct spending spending = {0.01, red_power, 0};
    assert_true(spending_take(&spending, 6, 40) == 0);
    assert_true(spending_take(&spending, 9, 40) == 0);
    double third = spending_take(&spending, 12, 40), all = 0.01 * pow(12.0 / 40, red_power);
    assert_true(fabs(third - all) < 1e-15);
    double fourth = spending_take(&spending, 16, 40);
    assert_true(fabs(fourth - (0.01 * pow(16.0 / 40, red_power) - all)) < 1e-15);
}

static size_t first_red(double level, size_t count_max) {
    struct spending spending = {level, red_power, 0};
    size_t looks[SPENDING_LOOKS], count = spending_looks(count_max, looks);
    for (size_t i = 0; i < count; i++)
        if (spending_take(&spending, looks[i], count_max) > 0)
            return looks[i];
    return 0;
}

static void the_first_possible_red_comes_later_the_more_trials_share(void **state) {
    (void)state;
    assert_int_equal(first_red(0.01, 40), 12);
    assert_int_equal(first_red(0.01 / 6, 40), 12);
    assert_int_equal(first_red(0.01 / 7, 40), 16);
    assert_int_equal(first_red(0.01 / 165, 40), 16);
    assert_int_equal(first_red(0.01 / 166, 40), 22);
    assert_int_equal(first_red(0.01 / 12, 100), 16);
    assert_int_equal(first_red(0.01 / 12, 200), 16);
}

static void six_contrasts_cannot_be_red_at_one_percent(void **state) {
    (void)state;
    assert_int_equal(first_red(0.01, 6), 0);
    assert_int_equal(first_red(1.0 / 64, 6), 6);
}

static void passes_may_come_at_the_first_look(void **state) {
    (void)state;
    struct spending spending = {0.05, pass_power, 0};
    assert_true(spending_take(&spending, 6, 40) >= 0x1p-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_become_rarer_up_to_the_most_contrasts),
        cmocka_unit_test(looks_ascend_to_the_last_contrast),
        cmocka_unit_test(all_looks_together_spend_the_level_and_no_more),
        cmocka_unit_test(what_a_look_cannot_spend_is_carried_to_the_next),
        cmocka_unit_test(the_first_possible_red_comes_later_the_more_trials_share),
        cmocka_unit_test(six_contrasts_cannot_be_red_at_one_percent),
        cmocka_unit_test(passes_may_come_at_the_first_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
