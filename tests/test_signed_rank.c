// SPDX-License-Identifier: MIT
// The exact signed-rank test against a count over all sign patterns, and against tables.
#include "signed_rank.h"

#include "random.h"
#include "stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_near(double value, double expected) {
    if (value == expected)
        return; // infinite, too
    if (!(fabs(value - expected) <= 1e-12))
        fail_msg("%.17g is not %.17g", value, expected);
}

// The mid-rank of |x[j]|, up to half of the highest, doubled, by its definition.
static size_t doubled_rank(const double *x, size_t count, size_t j) {
    size_t smaller = 0, equal = 0;
    for (size_t i = 0; i < count; i++) {
        smaller += fabs(x[i]) < fabs(x[j]);
        equal += fabs(x[i]) == fabs(x[j]);
    }
    size_t rank = 2 * smaller + equal + 1;
    return rank < count ? rank : count;
}

// The share of all sign patterns whose sum of ranks is at least the one that was seen.
static double by_brute_force(const double *contrasts, size_t count, double shift, double sign) {
    double x[10];
    size_t ranks[10], seen = 0, as_large = 0;
    for (size_t j = 0; j < count; j++)
        x[j] = sign * (contrasts[j] - shift);
    for (size_t j = 0; j < count; j++) {
        ranks[j] = doubled_rank(x, count, j);
        seen += x[j] > 0 ? ranks[j] : 0;
    }
    for (size_t pattern = 0; pattern < (size_t)1 << count; pattern++) {
        size_t sum = 0;
        for (size_t j = 0; j < count; j++)
            sum += pattern >> j & 1 ? ranks[j] : 0;
        as_large += sum >= seen;
    }
    return (double)as_large / (double)((size_t)1 << count);
}

// Few different values make ties and, at their own shift, zeros.
static void probabilities_are_those_of_all_sign_patterns(void **state) {
    (void)state;
    uint64_t random = 1;
    for (size_t count = 0; count <= 10; count++)
        for (int levels = 3; levels <= 1000; levels *= 7) {
            double contrasts[10] = {0};
            for (size_t j = 0; j < count; j++)
                contrasts[j] = (double)(random_next(&random) % (uint64_t)levels) - levels / 3;
            for (double shift = -2; shift <= 2; shift++) {
                assert_near(signed_rank_above(contrasts, count, shift),
                            by_brute_force(contrasts, count, shift, 1));
                assert_near(signed_rank_below(contrasts, count, shift),
                            by_brute_force(contrasts, count, shift, -1));
            }
        }
}

// Contrasts 1 .. count of which the `low` smallest are negative: T = low (low + 1) / 2.
static double tail(size_t count, size_t low) {
    double contrasts[SIGNED_RANK_MAX];
    for (size_t j = 0; j < count; j++)
        contrasts[j] = j < low ? -(double)(j + 1) : (double)(j + 1);
    return signed_rank_above(contrasts, count, 0);
}

// Small sums are as in the usual tables.
static void agrees_with_known_tables(void **state) {
    (void)state;
    static const struct {
        size_t count, low; // T = 1 + ... + low
        double tail;
    } known[] = {
        {5, 0, 1.0 / 32},    {6, 0, 1.0 / 64},    {8, 2, 5.0 / 256},
        {10, 0, 1.0 / 1024}, {12, 2, 5.0 / 4096}, {64, 0, 0x1p-64},
    };
    for (size_t i = 0; i < COUNT(known); i++)
        assert_near(tail(known[i].count, known[i].low) / known[i].tail, 1);
}

// Where tables end, the normal approximation is good.
static void assert_nearly_normal(size_t count, size_t low) {
    double sum = 0, squares = 0, below = 0;
    for (size_t rank = 1; rank <= count; rank++) {
        double bounded = fmin((double)rank, (double)count / 2);
        sum += bounded;
        squares += bounded * bounded;
        below += rank <= low ? bounded : 0;
    }
    double z = (sum / 2 - below - 0.5) / sqrt(squares / 4);
    double normal = 1 - stats_t_cdf(z, 1e9);
    assert_true(fabs(tail(count, low) / normal - 1) < 0.02);
}

static void many_contrasts_approach_the_normal_distribution(void **state) {
    (void)state;
    assert_nearly_normal(64, 33);
    assert_nearly_normal(SIGNED_RANK_MAX, 150);
}

static void what_equals_the_shift_counts_against_rejection(void **state) {
    (void)state;
    const double zeros[] = {0, 0, 0, 0, 0, 0}, one[] = {0, 1, 2, 3, 4, 5};
    assert_near(signed_rank_above(zeros, COUNT(zeros), 0), 1);
    assert_near(signed_rank_below(zeros, COUNT(zeros), 0), 1);
    assert_near(signed_rank_above(one, COUNT(one), 0), 2.0 / 64);
}

static void nothing_is_evidence_of_nothing(void **state) {
    (void)state;
    assert_near(signed_rank_above(NULL, 0, 0), 1);
    assert_near(signed_rank_below(NULL, 0, 0), 1);
    assert_true(isnan(signed_rank_estimate(NULL, 0)));
    assert_near(signed_rank_low(NULL, 0, 0.5), -INFINITY);
    assert_near(signed_rank_high(NULL, 0, 0.5), INFINITY);
}

// Between -1 and 1, without ties.
static void draw(double *contrasts, double *mirrored, size_t count, uint64_t *random) {
    for (size_t j = 0; j < count; j++) {
        contrasts[j] = ldexp((double)(random_next(random) >> 11), -52) - 1;
        mirrored[j] = -contrasts[j];
    }
}

static void below_is_the_mirror_of_above(void **state) {
    (void)state;
    uint64_t random = 2;
    for (size_t count = 1; count <= SIGNED_RANK_MAX; count += 9) {
        double contrasts[SIGNED_RANK_MAX], mirrored[SIGNED_RANK_MAX];
        draw(contrasts, mirrored, count, &random);
        assert_near(signed_rank_above(contrasts, count, 0.25),
                    signed_rank_below(mirrored, count, -0.25));
        assert_near(signed_rank_estimate(contrasts, count), -signed_rank_estimate(mirrored, count));
        assert_near(signed_rank_low(contrasts, count, 0.02),
                    -signed_rank_high(mirrored, count, 0.02));
    }
}

static void a_higher_shift_is_never_easier_to_exceed(void **state) {
    (void)state;
    uint64_t random = 3;
    double contrasts[22], mirrored[22];
    draw(contrasts, mirrored, COUNT(contrasts), &random);
    double last_above = 0, last_below = 1;
    for (double shift = -1.5; shift <= 1.5; shift += 0.0137) {
        double above = signed_rank_above(contrasts, COUNT(contrasts), shift);
        double below = signed_rank_below(contrasts, COUNT(contrasts), shift);
        assert_true(above >= last_above && below <= last_below);
        last_above = above;
        last_below = below;
    }
    assert_near(last_above, 1);
    assert_near(last_below, 0x1p-22);
}

static void the_estimate_is_the_median_of_pair_means(void **state) {
    (void)state;
    const double one[] = {7}, two[] = {1, 4}, three[] = {1, 2, 9};
    assert_near(signed_rank_estimate(one, 1), 7);
    assert_near(signed_rank_estimate(two, 2), 2.5);
    assert_near(signed_rank_estimate(three, 3), 3.5); // of 1 1.5 2 5 5.5 9
}

static void six_contrasts_give_an_interval_from_least_to_greatest(void **state) {
    (void)state;
    const double contrasts[] = {0.3, -0.2, 0.9, 0.1, 0.4, 0.2};
    assert_near(signed_rank_low(contrasts, COUNT(contrasts), 0.025), -0.2);
    assert_near(signed_rank_high(contrasts, COUNT(contrasts), 0.025), 0.9);
}

static void too_few_contrasts_bound_nothing(void **state) {
    (void)state;
    const double contrasts[] = {1, 2, 3, 4, 5};
    assert_near(signed_rank_low(contrasts, COUNT(contrasts), 0.03), -INFINITY);
    assert_near(signed_rank_high(contrasts, COUNT(contrasts), 0.03), INFINITY);
    assert_near(signed_rank_low(contrasts, COUNT(contrasts), 1.0 / 32), 1);
    assert_near(signed_rank_low(contrasts, COUNT(contrasts), 0), -INFINITY);
}

// The bound is where the test changes its mind.
static void the_interval_holds_what_the_test_does_not_reject(void **state) {
    (void)state;
    uint64_t random = 4;
    for (size_t count = 6; count <= SIGNED_RANK_MAX; count += 25)
        for (double level = 0.4; level > 0.016; level /= 2) {
            double contrasts[SIGNED_RANK_MAX], mirrored[SIGNED_RANK_MAX];
            draw(contrasts, mirrored, count, &random);
            double low = signed_rank_low(contrasts, count, level);
            double high = signed_rank_high(contrasts, count, level);
            assert_true(signed_rank_above(contrasts, count, low - 1e-9) <= level);
            assert_true(signed_rank_above(contrasts, count, low + 1e-9) > level);
            assert_true(signed_rank_below(contrasts, count, high + 1e-9) <= level);
            assert_true(signed_rank_below(contrasts, count, high - 1e-9) > level);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_are_those_of_all_sign_patterns),
        cmocka_unit_test(agrees_with_known_tables),
        cmocka_unit_test(many_contrasts_approach_the_normal_distribution),
        cmocka_unit_test(what_equals_the_shift_counts_against_rejection),
        cmocka_unit_test(nothing_is_evidence_of_nothing),
        cmocka_unit_test(below_is_the_mirror_of_above),
        cmocka_unit_test(a_higher_shift_is_never_easier_to_exceed),
        cmocka_unit_test(the_estimate_is_the_median_of_pair_means),
        cmocka_unit_test(six_contrasts_give_an_interval_from_least_to_greatest),
        cmocka_unit_test(too_few_contrasts_bound_nothing),
        cmocka_unit_test(the_interval_holds_what_the_test_does_not_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
