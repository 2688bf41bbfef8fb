// SPDX-License-Identifier: MIT
// What is said of a self-test from its counts, how often that is wrong, and how slowdowns are made
// exact.
#include "binomial.h"
#include "epoch.h"
#include "mem.h"
#include "random.h"
#include "selftest_report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// ---- Slowdowns -------------------------------------------------------------------------------

static void calls_are_divided_by_the_slowdown_as_soon_as_it_fits(void **state) {
    (void)state;
    assert_int_equal(epoch_calls_unit(0.01), 100);
    assert_int_equal(epoch_calls_unit(0.02), 50);
    assert_int_equal(epoch_calls_unit(0.03), 67);
    assert_int_equal(epoch_calls_unit(0.3), 10);
    assert_int_equal(epoch_calls_unit(1), 1);
}

static void any_multiple_is_slowed_down_as_exactly_once_and_twice(void **state) {
    (void)state;
    for (double extra = 0.001; extra < 1; extra *= 1.07)
        for (uint64_t unit = epoch_calls_unit(extra), calls = unit; calls < 5 * unit; calls += unit)
            for (int factor = 1; factor <= 2; factor++) {
                double share = round((double)calls * factor * extra) / (double)calls;
                assert_true(fabs(share / (factor * extra) - 1) <= 0.01 + 1e-9);
            }
}

// ---- Rates -----------------------------------------------------------------------------------

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

static void tails_are_exact(void **state) {
    (void)state;
    assert_near(binomial_above(0, 5, 0.05), 1);
    assert_near(binomial_above(1, 5, 0.05), 1 - pow(0.95, 5));
    assert_near(binomial_above(5, 5, 0.05), pow(0.05, 5));
    assert_near(binomial_above(2, 3, 0.5), 0.5);
    assert_near(binomial_above(6, 5, 0.5), 0);
    assert_near(binomial_above(1, 1000, 0), 0);
    assert_near(binomial_above(500, 1000, 1), 1);
    assert_near(binomial_above(0, 0, 0.05), 1);
}

static void rates_are_bounded_by_what_was_seen(void **state) {
    (void)state;
    assert_near(binomial_rate_high(0, 25, 0.95), 1 - pow(0.05, 1.0 / 25));
    assert_near(binomial_rate_low(25, 25, 0.95), pow(0.05, 1.0 / 25));
    double low = binomial_rate_low(24, 25, 0.95);
    assert_near(25 * pow(low, 24) - 24 * pow(low, 25), 0.05);
    assert_near(binomial_rate_low(0, 25, 0.95), 0);
    assert_near(binomial_rate_high(25, 25, 0.95), 1);
    assert_near(binomial_rate_low(0, 0, 0.95), 0);
    assert_near(binomial_rate_high(0, 0, 0.95), 1);
}

// ---- Judging ---------------------------------------------------------------------------------

static struct selftest_tally tally(uint64_t probes, uint64_t regressed, uint64_t passed) {
    return (struct selftest_tally){probes, regressed, passed, probes - regressed - passed};
}

// Alike trials: what they count, split up.
static struct selftest make(size_t trials, struct selftest_tally same, struct selftest_tally slower,
                            struct selftest_tally twice) {
    struct selftest selftest = {
        .schema = SELFTEST_SCHEMA, .alpha = 0.001, .miss = 0.05, .epochs = 40, .seed = 1};
    for (size_t i = 0; i < trials; i++) {
        selftest.trials = mem_push(selftest.trials, &selftest.trial_count, sizeof *selftest.trials);
        selftest.trials[i] = (struct selftest_trial){
            .name = mem_printf("group/%zu", i),
            .detect = 0.01,
            .ignore = 0.003,
            .tallies = {same, slower, twice},
            .spread = 0.002,
            .detectable = 0.0045,
            .verdict_ms = 800,
        };
    }
    return selftest;
}

static bool has_note(const struct selftest *selftest, const char *id) {
    for (size_t i = 0; i < selftest->note_count; i++)
        if (strcmp(selftest->notes[i].id, id) == 0)
            return true;
    return id == NULL;
}

// Judges and releases; `note` is NULL where none is wanted.
static void assert_judged(struct selftest selftest, enum status status, const char *note) {
    selftest_judge(&selftest);
    assert_int_equal(selftest.status, status);
    assert_true(note == NULL ? selftest.note_count == 0 : has_note(&selftest, note));
    selftest_release(&selftest);
}

static void verdicts_are_counted_as_what_they_tell(void **state) {
    (void)state;
    struct selftest_tally t = {0};
    const enum verdict verdicts[] = {VERDICT_PASS, VERDICT_IMPROVED, VERDICT_REGRESSED,
                                     VERDICT_UNDECIDED};
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        selftest_count(&t, verdicts[i]);
    assert_int_equal(t.probes, 4);
    assert_int_equal(t.passed, 2);
    assert_int_equal(t.regressed, 1);
    assert_int_equal(t.undecided, 1);
}

static void what_was_promised_is_green(void **state) {
    (void)state;
    assert_judged(make(5, tally(5, 0, 5), tally(5, 5, 0), tally(3, 3, 0)), STATUS_PASS, NULL);
}

static void a_few_more_errors_than_promised_are_chance(void **state) {
    (void)state;
    struct selftest selftest = make(5, tally(5, 0, 5), tally(5, 5, 0), tally(3, 3, 0));
    selftest.trials[0].tallies[SELFTEST_SAME] = tally(5, 1, 4);
    selftest.trials[1].tallies[SELFTEST_DETECT] = tally(5, 3, 2);
    selftest.trials[2].tallies[SELFTEST_TWICE] = tally(3, 2, 0);
    assert_judged(selftest, STATUS_PASS, NULL);
}

static void more_false_alarms_than_chance_makes_are_red(void **state) {
    (void)state;
    assert_judged(make(1, tally(25, 2, 23), tally(25, 25, 0), tally(12, 12, 0)), STATUS_REGRESSED,
                  "false-alarms");
}

static void more_passes_of_slow_code_than_chance_makes_are_red(void **state) {
    (void)state;
    assert_judged(make(1, tally(25, 0, 25), tally(25, 18, 7), tally(12, 12, 0)), STATUS_REGRESSED,
                  "passed");
}

// At most one of a thousand is promised to.
static void two_passes_of_what_is_slower_by_twice_what_is_to_be_detected_are_red(void **state) {
    (void)state;
    assert_judged(make(1, tally(25, 0, 25), tally(25, 25, 0), tally(12, 11, 1)), STATUS_PASS, NULL);
    assert_judged(make(1, tally(25, 0, 25), tally(25, 25, 0), tally(12, 10, 2)), STATUS_REGRESSED,
                  "passed");
}

static void what_is_too_seldom_caught_is_told(void **state) {
    (void)state;
    assert_judged(make(5, tally(5, 0, 5), tally(5, 3, 0), tally(3, 3, 0)), STATUS_UNDECIDED,
                  "missed");
    assert_judged(make(5, tally(5, 0, 5), tally(5, 5, 0), tally(3, 1, 0)), STATUS_UNDECIDED,
                  "missed");
}

static void one_trial_that_is_never_caught_is_told_among_many(void **state) {
    (void)state;
    struct selftest selftest = make(50, tally(5, 0, 5), tally(5, 5, 0), tally(3, 3, 0));
    selftest.trials[7].tallies[SELFTEST_DETECT] = tally(5, 0, 0);
    assert_judged(selftest, STATUS_UNDECIDED, "noise");
}

static void a_trial_too_noisy_for_what_is_to_be_detected_is_told(void **state) {
    (void)state;
    struct selftest selftest = make(5, tally(5, 0, 5), tally(5, 5, 0), tally(3, 3, 0));
    selftest.trials[4].detectable = 0.0101;
    assert_judged(selftest, STATUS_UNDECIDED, "noise");
}

// ---- Other ends ------------------------------------------------------------------------------

static struct selftest untested(size_t trials) {
    const struct selftest_tally none = {0};
    struct selftest selftest = make(trials, none, none, none);
    for (size_t i = 0; i < trials; i++) {
        selftest.trials[i].spread = selftest.trials[i].detectable = NAN;
        selftest.trials[i].untested = mem_text("a call takes 20 ms");
    }
    return selftest;
}

static void nothing_tested_is_not_green(void **state) {
    (void)state;
    assert_judged(untested(0), STATUS_REFUSED, NULL);
    assert_judged(untested(2), STATUS_REFUSED, NULL);
    assert_judged(make(2, tally(5, 0, 5), tally(0, 0, 0), tally(0, 0, 0)), STATUS_REFUSED, NULL);
    assert_judged(make(2, tally(0, 0, 0), tally(5, 5, 0), tally(3, 3, 0)), STATUS_REFUSED, NULL);
}

static void a_trial_that_fails_weighs_more_than_false_alarms(void **state) {
    (void)state;
    struct selftest selftest = make(2, tally(25, 2, 23), tally(25, 25, 0), tally(12, 12, 0));
    selftest.trials[1].has_failed = true;
    assert_judged(selftest, STATUS_INCOMPLETE, "false-alarms");
    selftest = untested(1);
    selftest.trials[0].has_failed = true;
    assert_judged(selftest, STATUS_INCOMPLETE, NULL);
}

static void what_was_stopped_is_not_green(void **state) {
    (void)state;
    struct selftest selftest = make(5, tally(5, 0, 5), tally(5, 5, 0), tally(3, 3, 0));
    selftest.is_stopped = true;
    assert_judged(selftest, STATUS_UNFIT, NULL);
    const struct selftest_tally none = {0};
    selftest = make(1, none, none, none);
    selftest.is_stopped = true;
    assert_judged(selftest, STATUS_UNFIT, NULL);
}

// ---- Simulation ------------------------------------------------------------------------------

static bool happens(uint64_t *random, double rate) {
    return ldexp((double)(random_next(random) >> 11), -53) < rate;
}

// Every promise is used up to its last.
static struct selftest_tally draw(uint64_t *random, uint64_t probes, double red, double pass) {
    struct selftest_tally drawn = {0};
    for (uint64_t i = 0; i < probes; i++)
        selftest_count(&drawn, happens(random, red)                ? VERDICT_REGRESSED
                               : happens(random, pass / (1 - red)) ? VERDICT_PASS
                                                                   : VERDICT_UNDECIDED);
    return drawn;
}

static void promises_that_are_kept_are_seldom_called_broken(void **state) {
    (void)state;
    enum { SELFTESTS = 3000 };
    uint64_t random = 20261121;
    for (uint64_t rounds = 1; rounds <= 20; rounds *= 4) {
        size_t wrong = 0;
        for (int i = 0; i < SELFTESTS; i++) {
            struct selftest selftest = make(6, tally(0, 0, 0), tally(0, 0, 0), tally(0, 0, 0));
            for (size_t j = 0; j < selftest.trial_count; j++) {
                struct selftest_tally *tallies = selftest.trials[j].tallies;
                tallies[SELFTEST_SAME] = draw(&random, rounds, selftest.alpha, 0.99);
                tallies[SELFTEST_DETECT] = draw(&random, rounds, 0.95, 0.05);
                tallies[SELFTEST_TWICE] = draw(&random, (rounds + 1) / 2, 0.95, 0);
            }
            selftest_judge(&selftest);
            wrong += selftest.status != STATUS_PASS;
            selftest_release(&selftest);
        }
        assert_in_range(wrong, 0, SELFTESTS / 100);
    }
}

// ---- Reports ---------------------------------------------------------------------------------

static char *written(void (*write)(const struct selftest *, FILE *), struct selftest *selftest) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    write(selftest, out);
    fclose(out);
    return text;
}

static struct selftest reported(void) {
    struct selftest selftest = make(2, tally(5, 0, 5), tally(5, 4, 0), tally(3, 3, 0));
    const struct selftest_tally none = {0};
    struct selftest_trial *last = &selftest.trials[1];
    last->tallies[SELFTEST_SAME] = last->tallies[SELFTEST_DETECT] = last->tallies[SELFTEST_TWICE] =
        none;
    last->spread = last->detectable = last->verdict_ms = NAN;
    last->untested = mem_text("a call takes \x1b[31m 20 ms");
    selftest.seconds = 12.34;
    selftest_judge(&selftest);
    return selftest;
}

static void the_text_has_a_line_per_trial_and_one_per_promise(void **state) {
    (void)state;
    static const char wanted[] =
        "trial    detect  false alarms  caught  caught at twice  spread  detectable  verdict "
        "after\n"
        "group/0  1.00 %        0 of 5  4 of 5           3 of 3  0.20 %      0.45 %         800 "
        "ms\n"
        "group/1  1.00 %        0 of 0  0 of 0           0 of 0       -           -              "
        "-\n"
        "    not tested: a call takes \\x1b[31m 20 ms\n"
        "\n"
        "identical code: called slower 0 of 5 times; promised are 0.10 %, more than 45.1 % are "
        "excluded\n"
        "slower by detect: caught 4 of 5 times, passed 0, undecided 1; less than 34.3 % are "
        "excluded\n"
        "slower by twice that: caught 3 of 3 times, passed 0, undecided 0; less than 36.8 % are "
        "excluded\n"
        "note: 12.3 s; --seed 0x1 repeats its coins [seed]\n"
        "exit status 0: what a gate promises was seen here\n";
    struct selftest selftest = reported();
    char *text = written(selftest_write_text, &selftest);
    assert_string_equal(text, wanted);
    free(text);
    selftest_release(&selftest);
}

static void what_is_not_known_is_null_in_json(void **state) {
    (void)state;
    struct selftest selftest = reported();
    char *text = written(selftest_write_json, &selftest);
    assert_non_null(strstr(text, "\"slower\":{\"probes\":5,\"regressed\":4,\"passed\":0,"
                                 "\"undecided\":1}"));
    assert_non_null(strstr(text, "\"spread\":null,\"detectable\":null,\"verdict_ms\":null,"
                                 "\"untested\":\"a call takes \\u001b[31m 20 ms\""));
    free(text);
    selftest_release(&selftest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_divided_by_the_slowdown_as_soon_as_it_fits),
        cmocka_unit_test(any_multiple_is_slowed_down_as_exactly_once_and_twice),
        cmocka_unit_test(tails_are_exact),
        cmocka_unit_test(rates_are_bounded_by_what_was_seen),
        cmocka_unit_test(verdicts_are_counted_as_what_they_tell),
        cmocka_unit_test(what_was_promised_is_green),
        cmocka_unit_test(a_few_more_errors_than_promised_are_chance),
        cmocka_unit_test(more_false_alarms_than_chance_makes_are_red),
        cmocka_unit_test(more_passes_of_slow_code_than_chance_makes_are_red),
        cmocka_unit_test(two_passes_of_what_is_slower_by_twice_what_is_to_be_detected_are_red),
        cmocka_unit_test(what_is_too_seldom_caught_is_told),
        cmocka_unit_test(one_trial_that_is_never_caught_is_told_among_many),
        cmocka_unit_test(a_trial_too_noisy_for_what_is_to_be_detected_is_told),
        cmocka_unit_test(nothing_tested_is_not_green),
        cmocka_unit_test(a_trial_that_fails_weighs_more_than_false_alarms),
        cmocka_unit_test(what_was_stopped_is_not_green),
        cmocka_unit_test(promises_that_are_kept_are_seldom_called_broken),
        cmocka_unit_test(the_text_has_a_line_per_trial_and_one_per_promise),
        cmocka_unit_test(what_is_not_known_is_null_in_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
