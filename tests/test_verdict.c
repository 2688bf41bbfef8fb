// SPDX-License-Identifier: MIT
// Verdicts from numbers: each rule alone, then its promise under simulated noise.
#include "verdict.h"

#include "exitstatus.h"
#include "mem.h"
#include "moderate.h"
#include "random.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { RUNS_MAX = 10 };

// One trial whose runs all say the same: `change` between the sides.
struct made {
    double logs[SIDES][RUNS_MAX];
    struct evidence evidence;
};

static void make(struct made *made, double change, size_t runs) {
    for (size_t i = 0; i < RUNS_MAX; i++) {
        made->logs[SIDE_BASE][i] = log(100);
        made->logs[SIDE_NEW][i] = log(100 * (1 + change));
    }
    made->evidence = (struct evidence){
        .logs = {made->logs[SIDE_BASE], made->logs[SIDE_NEW]},
        .runs = {runs, runs},
        .launches = {10 * runs, 10 * runs},
        .fastest = {log(99), log(99 * (1 + change))},
        .middle = {log(101), log(101 * (1 + change))},
        .detect = 0.10,
        .ignore = 0.03,
        .weight = 1,
        .gated = true,
    };
}

// The verdict on a trial alone; the rest of what is said of it goes to `out`, without its reason.
static enum verdict judge_one(const struct evidence *evidence, struct judgement *out) {
    verdict_judge(evidence, 1, &verdict_rule, out);
    free(out->reason);
    return out->verdict;
}

#define assert_verdict(made, expected)                                                             \
    do {                                                                                           \
        struct judgement judgement_;                                                               \
        assert_string_equal(verdict_names[judge_one(&(made).evidence, &judgement_)],               \
                            verdict_names[expected]);                                              \
    } while (0)

static void equal_times_pass(void **state) {
    (void)state;
    struct made made;
    make(&made, 0, 1);
    assert_verdict(made, VERDICT_PASS);
}

static void a_large_slowdown_is_regressed(void **state) {
    (void)state;
    struct made made;
    make(&made, 0.30, 1);
    assert_verdict(made, VERDICT_REGRESSED);
}

static void a_slowdown_that_spares_the_fastest_launch_is_undecided(void **state) {
    (void)state;
    struct made made;
    make(&made, 0.50, 1);
    made.evidence.fastest[SIDE_NEW] = made.evidence.middle[SIDE_BASE];
    assert_verdict(made, VERDICT_UNDECIDED);
}

static void a_trial_whose_fastest_launch_is_slower_does_not_pass(void **state) {
    (void)state;
    struct made made;
    make(&made, 0, 1);
    made.evidence.fastest[SIDE_NEW] = made.evidence.fastest[SIDE_BASE] + 0.2;
    assert_verdict(made, VERDICT_UNDECIDED);
}

static void a_large_speedup_is_improved(void **state) {
    (void)state;
    struct made made;
    make(&made, -0.30, 1);
    assert_verdict(made, VERDICT_IMPROVED);
}

static void between_the_two_tests_is_undecided(void **state) {
    (void)state;
    struct made made;
    make(&made, 0.08, 1);
    assert_verdict(made, VERDICT_UNDECIDED);
}

static void slower_for_certain_but_by_less_than_detect_passes(void **state) {
    (void)state;
    struct made made;
    make(&made, 0.055, 10);
    struct judgement judgement;
    verdict_judge(&made.evidence, 1, &verdict_rule, &judgement);
    assert_int_equal(judgement.verdict, VERDICT_PASS);
    assert_non_null(strstr(judgement.reason, "slower, but by less than"));
    free(judgement.reason);
}

static void two_launches_are_never_a_pass(void **state) {
    (void)state;
    struct made made;
    make(&made, 0, 1);
    made.evidence.launches[SIDE_NEW] = 2;
    assert_verdict(made, VERDICT_UNDECIDED);
    make(&made, 0.50, 1);
    made.evidence.launches[SIDE_BASE] = 2;
    assert_verdict(made, VERDICT_UNDECIDED);
}

static void a_time_of_zero_is_never_a_pass(void **state) {
    (void)state;
    struct made made;
    make(&made, 0, 1);
    made.logs[SIDE_NEW][0] = log(0);
    assert_verdict(made, VERDICT_UNDECIDED);
    made.logs[SIDE_BASE][0] = log(0);
    assert_verdict(made, VERDICT_UNDECIDED);
}

static void the_interval_holds_the_change_and_what_can_be_seen_lies_beyond_ignore(void **state) {
    (void)state;
    struct made made;
    make(&made, 0.08, 1);
    struct judgement j;
    judge_one(&made.evidence, &j);
    assert_true(j.low < log(1.08) && log(1.08) < j.high);
    assert_true(fabs(j.change - log(1.08)) < 1e-12);
    assert_true(j.detectable > log(1.03));
}

static void more_runs_see_smaller_changes(void **state) {
    (void)state;
    struct made made;
    struct judgement few, many;
    make(&made, 0, 1);
    judge_one(&made.evidence, &few);
    make(&made, 0, 10);
    judge_one(&made.evidence, &many);
    assert_true(many.detectable < 0.7 * few.detectable);
}

// ---- Suites ----------------------------------------------------------------------------------

enum { SUITE = 40 };

struct suite_made {
    struct made made[SUITE];
    struct evidence evidence[SUITE];
    struct judgement judgements[SUITE];
    struct shift shift;
    size_t verdicts[VERDICTS];
};

static void judge_suite(struct suite_made *suite, size_t count, const struct rule *rule) {
    memset(suite->verdicts, 0, sizeof suite->verdicts);
    for (size_t i = 0; i < count; i++)
        suite->evidence[i] = suite->made[i].evidence;
    suite->shift = verdict_judge(suite->evidence, count, rule, suite->judgements);
    for (size_t i = 0; i < count; i++) {
        suite->verdicts[suite->judgements[i].verdict]++;
        free(suite->judgements[i].reason);
    }
}

// Each trial in a case of its own.
static void make_suite(struct suite_made *suite, double change, size_t moved) {
    for (size_t i = 0; i < SUITE; i++) {
        make(&suite->made[i], i < moved ? change : 0, 1);
        suite->made[i].evidence.family = i;
    }
}

static void alpha_is_shared_among_the_gated_trials(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0.09, 1);
    suite.made[0].evidence.detect = 0.05;
    judge_suite(&suite, 1, &verdict_rule);
    double alone = suite.judgements[0].detectable;
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_true(suite.judgements[0].detectable > 1.2 * alone);
    for (size_t i = 1; i < SUITE; i++)
        suite.made[i].evidence.gated = false;
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_true(fabs(suite.judgements[0].detectable - alone) < 1e-12);
}

static void a_weight_is_a_share_of_alpha(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0, 0);
    judge_suite(&suite, SUITE, &verdict_rule);
    double even = suite.judgements[0].detectable;
    suite.made[0].evidence.weight = SUITE;
    judge_suite(&suite, SUITE, &verdict_rule);
    double heavy = suite.judgements[0].detectable, light = suite.judgements[1].detectable;
    assert_true(heavy < even && even < light);
    struct rule rule = verdict_rule; // SUITE of 2 x SUITE - 1 shares
    rule.alpha *= (double)SUITE / (2 * SUITE - 1);
    judge_suite(&suite, 1, &rule);
    assert_true(fabs(suite.judgements[0].detectable - heavy) < 1e-12);
}

static void what_is_not_gated_never_has_more_than_alpha(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0, 0);
    judge_suite(&suite, 1, &verdict_rule);
    double alone = suite.judgements[0].detectable;
    suite.made[1].evidence.gated = false;
    suite.made[1].evidence.weight = 1000;
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_true(fabs(suite.judgements[1].detectable - alone) < 1e-12);
}

static void one_slow_trial_among_many_is_regressed(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0.30, 1);
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_int_equal(suite.verdicts[VERDICT_REGRESSED], 1);
    assert_int_equal(suite.verdicts[VERDICT_PASS], SUITE - 1);
    assert_int_equal(suite.shift.trials, 0);
}

static void a_common_slowdown_withdraws_every_regressed(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0.30, SUITE * 7 / 10);
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_int_equal(suite.shift.trials, SUITE * 7 / 10);
    assert_int_equal(suite.verdicts[VERDICT_REGRESSED], 0);
}

static void half_of_the_trials_are_no_common_shift(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0.90, SUITE / 2 - 1);
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_int_equal(suite.shift.trials, 0);
}

static void the_trials_of_one_case_are_no_common_shift(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, 0.30, SUITE);
    for (size_t i = 0; i < SUITE; i++)
        suite.made[i].evidence.family = 7;
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_int_equal(suite.shift.trials, 0);
    assert_int_equal(suite.verdicts[VERDICT_REGRESSED], SUITE);
}

static void a_common_speedup_is_said_and_stays_improved(void **state) {
    (void)state;
    static struct suite_made suite;
    make_suite(&suite, -0.30, SUITE);
    judge_suite(&suite, SUITE, &verdict_rule);
    assert_int_equal(suite.shift.trials, SUITE);
    assert_int_equal(suite.verdicts[VERDICT_IMPROVED], SUITE);
}

static void no_trials_make_no_verdict(void **state) {
    (void)state;
    struct shift shift = verdict_judge(NULL, 0, &verdict_rule, NULL);
    assert_int_equal(shift.trials, 0);
}

// ---- Simulated noise -------------------------------------------------------------------------

static double uniform(uint64_t *state) {
    return ((double)(random_next(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state) {
    return sqrt(-2 * log(uniform(state))) * cos(6.283185307179586 * uniform(state));
}

// Runs of unchanged code whose trials have very different spreads: 1 % times a lognormal.
static void make_noise(struct suite_made *suite, size_t runs, uint64_t *state) {
    for (size_t i = 0; i < SUITE; i++) {
        struct made *made = &suite->made[i];
        make(made, 0, runs);
        made->evidence.family = i;
        made->evidence.detect = 1e-9; // no red is taken back because it is small
        made->evidence.ignore = 0;
        double spread = 0.01 * exp(0.5 * normal(state));
        made->evidence.fastest[SIDE_NEW] = INFINITY; // the t test alone is on trial
        for (size_t side = 0; side < SIDES; side++)
            for (size_t j = 0; j < runs; j++)
                made->logs[side][j] += spread * normal(state);
    }
}

// Suites of 1000 with a false red, nothing being ignored and no floor under the spread.
static size_t false_reds(size_t runs) {
    static struct suite_made suite;
    struct rule rule = verdict_rule;
    rule.ignore = 0;
    rule.spread_min = 0;
    uint64_t seed = runs;
    size_t reds = 0;
    for (size_t i = 0; i < 1000; i++) {
        make_noise(&suite, runs, &seed);
        judge_suite(&suite, SUITE, &rule);
        reds += suite.verdicts[VERDICT_REGRESSED] != 0;
    }
    return reds;
}

// alpha is 1 %: 10 of 1000, and three of its standard deviations.
static void false_reds_of_several_runs_stay_below_alpha(void **state) {
    (void)state;
    assert_in_range(false_reds(3), 0, 20);
    assert_in_range(false_reds(5), 0, 20);
    assert_in_range(false_reds(10), 0, 20);
}

// One run a side, of ten launches each: the run itself moves a trial by 1 % times a lognormal,
// launches differ by 2 %, and one in four was disturbed and takes up to twice as long.
static void make_one_run(struct made *made, uint64_t *state) {
    enum { LAUNCHES = 10 };
    make(made, 0, 1);
    double spread = 0.01 * exp(0.5 * normal(state));
    for (int side = 0; side < SIDES; side++) {
        double shift = spread * normal(state);
        struct launch launches[LAUNCHES];
        uint64_t spans[LAUNCHES];
        for (size_t i = 0; i < LAUNCHES; i++) {
            double slower = uniform(state) < 0.25 ? uniform(state) * log(2) : 0;
            spans[i] = (uint64_t)(1e9 * exp(shift + 0.02 * normal(state) + slower));
            launches[i] = (struct launch){.spans = &spans[i], .span_count = 1};
        }
        struct trial trial = {.calls = 1, .launches = launches, .launch_count = LAUNCHES};
        struct trial_summary summary = trial_summarize(&trial);
        made->logs[side][0] = log(summary.low);
        made->evidence.fastest[side] = log(summary.fastest);
        made->evidence.middle[side] = log(summary.middle);
    }
}

static void false_reds_of_one_run_stay_below_alpha(void **state) {
    (void)state;
    static struct suite_made suite;
    uint64_t seed = 1;
    size_t reds = 0;
    for (size_t i = 0; i < 1000; i++) {
        for (size_t k = 0; k < SUITE; k++) {
            make_one_run(&suite.made[k], &seed);
            suite.made[k].evidence.family = k;
        }
        judge_suite(&suite, SUITE, &verdict_rule);
        reds += suite.verdicts[VERDICT_REGRESSED] != 0;
    }
    assert_in_range(reds, 0, 20);
}

// ---- Moderated variances ---------------------------------------------------------------------

static void equal_variances_make_the_strongest_prior(void **state) {
    (void)state;
    struct variance own[20];
    for (size_t i = 0; i < 20; i++)
        own[i] = (struct variance){0.01, 4};
    struct variance prior = moderate_prior(own, 20, 30);
    assert_true(fabs(prior.df - 30) < 1e-9);
}

static void the_prior_is_that_of_the_simulated_suite(void **state) {
    (void)state;
    enum { COUNT = 4000, DF = 4, PRIOR_DF = 6 };
    struct variance *own = mem_zero(COUNT, sizeof *own);
    uint64_t seed = 1;
    for (size_t i = 0; i < COUNT; i++) {
        double truth = 0, sample = 0;
        for (int j = 0; j < PRIOR_DF; j++)
            truth += pow(normal(&seed), 2);
        for (int j = 0; j < DF; j++)
            sample += pow(normal(&seed), 2);
        own[i] = (struct variance){0.02 * PRIOR_DF / truth * sample / DF, DF};
    }
    struct variance prior = moderate_prior(own, COUNT, 30);
    free(own);
    assert_true(fabs(prior.df - PRIOR_DF) < 0.8);
    assert_true(fabs(prior.value - 0.02) < 0.002);
}

static void two_variances_make_no_prior(void **state) {
    (void)state;
    struct variance own[2] = {{0.01, 4}, {0.01, 4}};
    assert_true(moderate_prior(own, 2, 30).df == 0);
    struct variance alone = moderate(own[0], (struct variance){0});
    assert_true(alone.df == 4 && fabs(alone.value - 0.01) < 1e-15);
}

// ---- Exit status -----------------------------------------------------------------------------

static enum status status_with(enum verdict a, enum verdict b, bool is_refused, bool is_unfit) {
    struct status_case c = {.is_refused = is_refused, .is_unfit = is_unfit};
    c.gated[a]++;
    c.gated[b]++;
    return status_of(&c, &status_map_default);
}

static void the_gravest_status_wins(void **state) {
    (void)state;
    assert_int_equal(status_with(VERDICT_PASS, VERDICT_IMPROVED, false, false), 0);
    assert_int_equal(status_with(VERDICT_PASS, VERDICT_NEW, false, false), 0);
    assert_int_equal(status_with(VERDICT_PASS, VERDICT_UNDECIDED, false, false), 3);
    assert_int_equal(status_with(VERDICT_PASS, VERDICT_INCOMPARABLE, false, false), 3);
    assert_int_equal(status_with(VERDICT_REGRESSED, VERDICT_UNDECIDED, false, false), 1);
    assert_int_equal(status_with(VERDICT_REGRESSED, VERDICT_PASS, false, true), 4);
    assert_int_equal(status_with(VERDICT_REGRESSED, VERDICT_FAILED, false, true), 5);
    assert_int_equal(status_with(VERDICT_REGRESSED, VERDICT_MISSING, false, false), 5);
    assert_int_equal(status_with(VERDICT_REGRESSED, VERDICT_FAILED, true, true), 2);
}

static void a_verdict_can_be_mapped_to_another_status(void **state) {
    (void)state;
    struct status_map map = status_map_default;
    struct status_case c = {.gated = {[VERDICT_UNDECIDED] = 1, [VERDICT_PASS] = 1}};
    assert_true(status_map_set(&map, "undecided=0", NULL));
    assert_int_equal(status_of(&c, &map), 0);
    assert_true(status_map_set(&map, "pass=5", NULL));
    assert_int_equal(status_of(&c, &map), 5);
}

static void nonsense_in_a_mapping_is_refused(void **state) {
    (void)state;
    const char *const nonsense[] = {"",        "=",      "undecided",    "undecided=",
                                    "slow=0",  "pass=6", "undecided=00", "undecided=-1",
                                    "pass =0", "PASS=0", "undecided=x",  NULL};
    struct status_map map = status_map_default;
    for (size_t i = 0; nonsense[i] != NULL; i++)
        assert_false(status_map_set(&map, nonsense[i], NULL));
    assert_memory_equal(&map, &status_map_default, sizeof map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_times_pass),
        cmocka_unit_test(a_large_slowdown_is_regressed),
        cmocka_unit_test(a_slowdown_that_spares_the_fastest_launch_is_undecided),
        cmocka_unit_test(a_trial_whose_fastest_launch_is_slower_does_not_pass),
        cmocka_unit_test(a_large_speedup_is_improved),
        cmocka_unit_test(between_the_two_tests_is_undecided),
        cmocka_unit_test(slower_for_certain_but_by_less_than_detect_passes),
        cmocka_unit_test(two_launches_are_never_a_pass),
        cmocka_unit_test(a_time_of_zero_is_never_a_pass),
        cmocka_unit_test(the_interval_holds_the_change_and_what_can_be_seen_lies_beyond_ignore),
        cmocka_unit_test(more_runs_see_smaller_changes),
        cmocka_unit_test(alpha_is_shared_among_the_gated_trials),
        cmocka_unit_test(a_weight_is_a_share_of_alpha),
        cmocka_unit_test(what_is_not_gated_never_has_more_than_alpha),
        cmocka_unit_test(one_slow_trial_among_many_is_regressed),
        cmocka_unit_test(a_common_slowdown_withdraws_every_regressed),
        cmocka_unit_test(half_of_the_trials_are_no_common_shift),
        cmocka_unit_test(the_trials_of_one_case_are_no_common_shift),
        cmocka_unit_test(a_common_speedup_is_said_and_stays_improved),
        cmocka_unit_test(no_trials_make_no_verdict),
        cmocka_unit_test(false_reds_of_several_runs_stay_below_alpha),
        cmocka_unit_test(false_reds_of_one_run_stay_below_alpha),
        cmocka_unit_test(equal_variances_make_the_strongest_prior),
        cmocka_unit_test(the_prior_is_that_of_the_simulated_suite),
        cmocka_unit_test(two_variances_make_no_prior),
        cmocka_unit_test(the_gravest_status_wins),
        cmocka_unit_test(a_verdict_can_be_mapped_to_another_status),
        cmocka_unit_test(nonsense_in_a_mapping_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
