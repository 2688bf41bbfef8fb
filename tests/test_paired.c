// SPDX-License-Identifier: MIT
// What is said of a trial from its contrasts: single cases, and its error rates in simulation.
#include "paired.h"

#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// As one of fifty trials.
static const struct paired_rule shared = {
    .detect = 0.01,
    .ignore = 0.003,
    .alpha = 0.01 / 50,
    .praise = 0.05 / 50,
    .miss = 0.05,
    .epochs_max = 40,
};
static const struct paired_rule alone = {
    .detect = 0.01,
    .ignore = 0.003,
    .alpha = 0.01,
    .praise = 0.05,
    .miss = 0.05,
    .epochs_max = 40,
};

// ---- Single cases ----------------------------------------------------------------------------

// Contrasts that scatter evenly by `spread` about `change`, until it is decided.
static struct paired decide(const struct paired_rule *rule, double change, double spread) {
    struct paired paired;
    paired_init(&paired, rule);
    for (int i = 0; !paired.is_over; i++)
        paired_add(&paired, change + spread * ((i * 7 % 11) / 5.0 - 1));
    return paired;
}

static void assert_says(const struct paired *paired, enum verdict verdict, const char *words) {
    struct judgement j = paired_judgement(paired);
    assert_string_equal(verdict_names[j.verdict], verdict_names[verdict]);
    if (strstr(j.reason, words) == NULL)
        assert_string_equal(j.reason, words); // shows both
    free(j.reason);
}

static void the_same_passes_at_the_first_look(void **state) {
    (void)state;
    struct paired paired = decide(&shared, 0, 0.001);
    assert_int_equal(paired.count, 6);
    assert_says(&paired, VERDICT_PASS, "not slower by the 1.00 % to detect (at most +0.1 %)");
}

static void much_slower_is_red_as_soon_as_it_can_be(void **state) {
    (void)state;
    struct paired paired = decide(&alone, 0.5, 0.001);
    assert_int_equal(paired.count, 12);
    assert_says(&paired, VERDICT_REGRESSED, "slower by more than the 0.30 % to ignore");
    paired = decide(&shared, 0.5, 0.001);
    assert_int_equal(paired.count, 16);
}

static void much_faster_is_improved_as_soon_as_it_can_be(void **state) {
    (void)state;
    struct paired paired = decide(&alone, -0.5, 0.001);
    assert_int_equal(paired.count, 9);
    assert_says(&paired, VERDICT_IMPROVED, "faster by more than the 0.30 % to ignore");
    paired = decide(&shared, -0.5, 0.001);
    assert_int_equal(paired.count, 16);
}

// It passes at 6, and what could make it improved is all that it goes on for.
static void what_only_seemed_faster_passes(void **state) {
    (void)state;
    struct paired paired;
    paired_init(&paired, &shared);
    for (int i = 0; i < 6; i++)
        paired_add(&paired, -0.004);
    assert_false(paired.is_over);
    assert_int_equal(paired.verdict, VERDICT_PASS);
    while (!paired.is_over)
        paired_add(&paired, 0.02);
    assert_int_equal(paired.count, 9);
    assert_says(&paired, VERDICT_PASS, "not slower by the 1.00 % to detect");
}

// Two of them keep it from passing before the twelfth, where both tests speak at once.
static void slower_for_certain_but_not_by_detect_passes_in_its_own_words(void **state) {
    (void)state;
    struct paired paired;
    paired_init(&paired, &alone);
    static const double first[] = {0.0105, 0.0106, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005};
    for (size_t i = 0; i < COUNT(first); i++)
        paired_add(&paired, first[i]);
    assert_false(paired.is_over);
    while (!paired.is_over)
        paired_add(&paired, 0.005);
    assert_int_equal(paired.count, 12);
    assert_says(&paired, VERDICT_PASS, "slower, but by less than the 1.00 % to detect (at most");
}

static void between_ignore_and_detect_with_noise_is_undecided_with_its_bound(void **state) {
    (void)state;
    struct paired paired = decide(&shared, 0.0085, 0.02);
    assert_int_equal(paired.count, 40);
    assert_says(&paired, VERDICT_UNDECIDED, "may be slower by up to ");
    assert_says(&paired, VERDICT_UNDECIDED, "after 40 epochs, and 1.00 % must be detected");
}

static void six_epochs_cannot_be_red_and_do_not_pass_what_is_slow(void **state) {
    (void)state;
    struct paired_rule rule = alone;
    rule.epochs_max = 6;
    struct paired paired = decide(&rule, 0.5, 0.001);
    assert_says(&paired, VERDICT_UNDECIDED, "after 6 epochs");
}

// By luck: nine contrasts that lie below 1 % scatter so widely that 2 % would not be seen.
static const double lucky[] = {-0.09, 0.008, -0.04, -0.001, -0.12, -0.02, 0.003, -0.06, -0.005};

static struct paired bounded_by_luck(void) {
    struct paired paired;
    paired_init(&paired, &shared);
    for (size_t i = 0; i < COUNT(lucky); i++)
        paired_add(&paired, lucky[i]);
    assert_true(paired.is_bounded);
    return paired;
}

static void what_is_too_noisy_to_tell_does_not_pass_at_once(void **state) {
    (void)state;
    struct paired paired = bounded_by_luck();
    assert_says(&paired, VERDICT_UNDECIDED, "twice that cannot be ruled out for certain after 9");
    for (int i = 0; !paired.is_over; i++)
        paired_add(&paired, lucky[(size_t)i % COUNT(lucky)]);
    assert_says(&paired, VERDICT_PASS, "not slower by the 1.00 % to detect");
    assert_true(paired.is_sure && paired.count > 9);
}

static void before_the_first_look_nothing_is_said(void **state) {
    (void)state;
    struct paired paired;
    paired_init(&paired, &alone);
    for (int i = 0; i < 5; i++) {
        struct judgement j = paired_judgement(&paired);
        assert_int_equal(j.verdict, VERDICT_UNDECIDED);
        assert_true(isinf(j.low) && isinf(j.high));
        free(j.reason);
        paired_add(&paired, 0);
    }
}

// At each place: before the first look, and at one.
static void what_is_no_number_is_neither_pass_nor_red(void **state) {
    (void)state;
    const double wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT(wrong); i++)
        for (int at = 0; at < 6; at++)
            for (double change = -1; change <= 1; change++) {
                struct paired paired;
                paired_init(&paired, &alone);
                for (int j = 0; j < at; j++)
                    paired_add(&paired, change);
                paired_add(&paired, wrong[i]);
                assert_true(paired.is_over);
                assert_says(&paired, VERDICT_UNDECIDED, "a sample took no time at all");
            }
}

static void the_smallest_detectable_change_shrinks_with_the_noise(void **state) {
    (void)state;
    double last = INFINITY;
    for (double spread = 0.02; spread > 0.001; spread /= 2) {
        struct paired paired = decide(&shared, 0.0085, spread);
        struct judgement j = paired_judgement(&paired);
        assert_true(j.detectable > log1p(shared.ignore) && j.detectable < last);
        last = j.detectable;
        free(j.reason);
    }
}

static void a_lower_limit_makes_the_last_look_come_earlier(void **state) {
    (void)state;
    struct paired paired;
    paired_init(&paired, &shared);
    paired_add(&paired, 0.0085);
    paired_limit(&paired, 14);
    for (int i = 0; !paired.is_over; i++)
        paired_add(&paired, 0.0085 + 0.02 * ((i * 7 % 11) / 5.0 - 1));
    assert_int_equal(paired.count, 14);
    assert_says(&paired, VERDICT_UNDECIDED, "after 14 epochs");
}

static void a_limit_may_come_and_go(void **state) {
    (void)state;
    struct paired paired;
    paired_init(&paired, &shared);
    for (int i = 0; i < 30; i++) {
        paired_limit(&paired, i < 10 || i > 20 ? 40 : 25);
        paired_add(&paired, 0.0085 + 0.02 * ((i * 7 % 11) / 5.0 - 1));
    }
    assert_false(paired.is_over);
    paired_limit(&paired, 31);
    paired_add(&paired, 0);
    assert_true(paired.is_over);
    assert_true(paired.red.spent <= shared.alpha && paired.pass.spent <= shared.miss);
}

// ---- Simulation ------------------------------------------------------------------------------

enum { REPETITIONS = 500 };

static double uniform(uint64_t *random) {
    return ldexp((double)(random_next(random) >> 11) + 0.5, -53);
}

static double normal(uint64_t *random) {
    return sqrt(-2 * log(uniform(random))) * cos(6.283185307179586 * uniform(random));
}

// Student's t with 3 degrees of freedom.
static double heavy(uint64_t *random) {
    static const double core = 0.8818; // its median distance is then that of the normal
    double squares = 0;
    for (int i = 0; i < 3; i++)
        squares += pow(normal(random), 2);
    return core * normal(random) / sqrt(squares / 3);
}

static double contaminated(uint64_t *random) {
    return normal(random) * (uniform(random) < 0.1 ? 10 : 1);
}

struct cell {
    double (*noise)(uint64_t *random);
    double scale, change;     // percent
    double regressed, passed; // the shares that are expected; NaN: any
};

// The table of the specification: fifty trials, 0.3 % to ignore, 1 % to detect; scales are those
// of the noise's core. With ranks as they are, not bounded, it has 0.859 where here is 0.808, but
// 0.884 and 0.971 for the last two.
static const struct cell cells[] = {
    {normal, 0.2, 0, 0, 1},
    {normal, 0.2, 0.3, 0, 1},
    {normal, 0.2, 1, 0.983, NAN},
    {normal, 0.5, 0, 0, 1},
    {normal, 0.5, 0.5, 0.009, NAN},
    {normal, 0.5, 1, 0.976, NAN},
    {normal, 0.5, 2, 1, 0},
    {normal, 0.8, 0, 0, 1},
    {normal, 0.8, 0.3, 0.0003, NAN},
    {normal, 0.8, 1, 0.808, NAN},
    {heavy, 0.5, 0, 0, 1},
    {heavy, 0.5, 1, 0.969, NAN},
    {contaminated, 0.5, 0, 0, 1},
    {contaminated, 0.5, 1, 0.955, NAN},
    {contaminated, 0.5, 1.5, 0.998, NAN},
};

// Within three standard errors, and at least one case.
static void assert_share(size_t count, double expected, size_t cell, const char *what) {
    double p = fmin(fmax(expected, 0.002), 0.998), share = (double)count / REPETITIONS;
    double tolerance = 3 * sqrt(p * (1 - p) / REPETITIONS);
    if (!isnan(expected) && fabs(share - expected) > tolerance)
        fail_msg("cell %zu: %s %.3f, not %.3f +- %.3f", cell, what, share, expected, tolerance);
}

static void run_cell(const struct cell *cell, uint64_t *random, size_t counts[VERDICTS]) {
    for (int i = 0; i < REPETITIONS; i++) {
        struct paired paired;
        paired_init(&paired, &shared);
        while (!paired.is_over)
            paired_add(&paired, (cell->change + cell->scale * cell->noise(random)) / 100);
        counts[paired.verdict]++;
    }
}

static void size_and_power_are_those_of_the_specification(void **state) {
    (void)state;
    uint64_t random = 20261121;
    for (size_t i = 0; i < COUNT(cells); i++) {
        size_t counts[VERDICTS] = {0};
        run_cell(&cells[i], &random, counts);
        assert_share(counts[VERDICT_REGRESSED], cells[i].regressed, i, "regressed");
        assert_share(counts[VERDICT_PASS], cells[i].passed, i, "passed");
    }
}

// At exactly `detect` a pass is an error of the second kind: at most `miss` of them.
static void what_is_slower_by_detect_seldom_passes(void **state) {
    (void)state;
    uint64_t random = 7;
    for (double scale = 0.2; scale < 2; scale *= 2) {
        size_t counts[VERDICTS] = {0};
        struct cell cell = {normal, scale, 100 * log1p(shared.detect), 0, 0};
        run_cell(&cell, &random, counts);
        double three_errors = 3 * sqrt(shared.miss * (1 - shared.miss) / REPETITIONS);
        assert_true((double)counts[VERDICT_PASS] / REPETITIONS < shared.miss + three_errors);
    }
}

// What looked well by luck, and then does not, though the spread becomes narrow.
static void what_was_lucky_once_does_not_pass_later(void **state) {
    (void)state;
    struct paired paired = bounded_by_luck();
    assert_int_equal(paired.verdict, VERDICT_UNDECIDED);
    for (int i = 0; !paired.is_over; i++)
        paired_add(&paired, 0.02 + 0.001 * (i % 3));
    assert_int_not_equal(paired.verdict, VERDICT_PASS);
}

// Whatever the last look was worth: it may pass on what an earlier one excluded.
static void what_passes_is_bounded_by_detect(void **state) {
    (void)state;
    uint64_t random = 9;
    size_t passed = 0;
    for (int i = 0; i < REPETITIONS; i++) {
        struct paired paired;
        paired_init(&paired, &shared);
        while (!paired.is_over)
            paired_add(&paired, 0.02 * normal(&random));
        struct judgement j = paired_judgement(&paired);
        assert_true(j.low <= j.high);
        assert_true(j.verdict != VERDICT_PASS || j.high <= log1p(shared.detect));
        passed += j.verdict == VERDICT_PASS;
        free(j.reason);
    }
    assert_in_range(passed, REPETITIONS / 10, REPETITIONS);
}

// However noisy: at most one in a thousand.
static void what_is_slower_by_twice_detect_never_passes(void **state) {
    (void)state;
    uint64_t random = 8;
    for (double scale = 0.5; scale < 10; scale *= 2) {
        size_t counts[VERDICTS] = {0};
        struct cell cell = {normal, scale, 100 * log1p(2 * shared.detect), 0, 0};
        run_cell(&cell, &random, counts);
        assert_in_range(counts[VERDICT_PASS] + counts[VERDICT_IMPROVED], 0, 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_passes_at_the_first_look),
        cmocka_unit_test(much_slower_is_red_as_soon_as_it_can_be),
        cmocka_unit_test(much_faster_is_improved_as_soon_as_it_can_be),
        cmocka_unit_test(what_only_seemed_faster_passes),
        cmocka_unit_test(slower_for_certain_but_not_by_detect_passes_in_its_own_words),
        cmocka_unit_test(between_ignore_and_detect_with_noise_is_undecided_with_its_bound),
        cmocka_unit_test(six_epochs_cannot_be_red_and_do_not_pass_what_is_slow),
        cmocka_unit_test(what_is_too_noisy_to_tell_does_not_pass_at_once),
        cmocka_unit_test(before_the_first_look_nothing_is_said),
        cmocka_unit_test(what_is_no_number_is_neither_pass_nor_red),
        cmocka_unit_test(the_smallest_detectable_change_shrinks_with_the_noise),
        cmocka_unit_test(a_lower_limit_makes_the_last_look_come_earlier),
        cmocka_unit_test(a_limit_may_come_and_go),
        cmocka_unit_test(size_and_power_are_those_of_the_specification),
        cmocka_unit_test(what_is_slower_by_detect_seldom_passes),
        cmocka_unit_test(what_was_lucky_once_does_not_pass_later),
        cmocka_unit_test(what_passes_is_bounded_by_detect),
        cmocka_unit_test(what_is_slower_by_twice_detect_never_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
