// SPDX-License-Identifier: MIT
// What holds for a trial, and which line of the policy says so.
#include "effective.h"

#include "mem.h"
#include "policies.h"

#include <stdlib.h>

struct fixture {
    struct policy policy;
    struct trial trial;
    struct trial former;
    double command[POLICY_KEYS];
    struct effective effective;
};

static void begin(struct fixture *f, const char *text) {
    *f = (struct fixture){
        .policy = parse(text),
        .trial = {.name = "json/parse/size=64", .group = "json", .case_name = "parse"},
        .former = {.name = "json/read/size=64", .group = "json", .case_name = "read"},
    };
    f->trial.policy.detect = NAN;
    for (int i = 0; i < POLICY_KEYS; i++)
        f->command[i] = NAN;
}

static void resolve(struct fixture *f) {
    effective_release(&f->effective);
    effective_resolve(&f->effective, &f->policy, &(struct subject){.now = &f->trial}, f->command,
                      MODE_STORED);
}

static void end(struct fixture *f) {
    effective_release(&f->effective);
    policy_release(&f->policy);
}

#define assert_holds(f, key, expected, origin)                                                     \
    do {                                                                                           \
        const struct effective_value *value_ = &(f)->effective.values[key];                        \
        assert_near(value_->value, expected);                                                      \
        char *origin_ = effective_origin(&(f)->policy, value_);                                    \
        assert_string_equal(origin_, origin);                                                      \
        free(origin_);                                                                             \
    } while (0)

static void defaults_hold_where_nothing_is_said(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.10, "default");
    assert_holds(&f, POLICY_IGNORE, 0.03, "default");
    assert_holds(&f, POLICY_REQUIRED, 1, "default");
    assert_holds(&f, POLICY_WEIGHT, 1, "default");
    assert_true(isnan(f.effective.values[POLICY_BUDGET].value));
    end(&f);
}

static void command_line_goes_before_policy_before_case(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "other advisory");
    f.trial.policy = (struct trial_policy){.detect = 0.2, .advisory = true};
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.20, "case");
    assert_holds(&f, POLICY_IGNORE, 0.06, "default");
    assert_holds(&f, POLICY_REQUIRED, 0, "case");
    policy_release(&f.policy);
    f.policy = parse("\njson detect=5% required");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.05, "p:2");
    assert_holds(&f, POLICY_REQUIRED, 1, "p:2");
    f.command[POLICY_DETECT] = 0.07;
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.07, "command line");
    assert_holds(&f, POLICY_REQUIRED, 1, "p:2");
    end(&f);
}

static void the_glob_with_the_most_letters_wins_for_each_key(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/parse/size=64 detect=5%\n"
              "json/* detect=6% ignore=2%\n"
              "* detect=7% ignore=3% weight=2");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.05, "p:1");
    assert_holds(&f, POLICY_IGNORE, 0.02, "p:2");
    assert_holds(&f, POLICY_WEIGHT, 2, "p:3");
    end(&f);
}

static void among_equals_the_later_line_wins(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/* detect=5%\n"
              "json/*/* detect=6%\n"
              "json?parse* detect=7%\n"
              "*json/parse detect=8%\n");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.08, "p:4");
    end(&f);
}

static void a_limit_is_not_loosened_by_a_line_that_speaks_of_more(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/parse limit.time=5us limit.rss=10\n"
              "json/* limit.time=9us\n"
              "* limit.time=20us limit.ops=7");
    resolve(&f);
    assert_int_equal(f.effective.limits.count, 3);
    assert_near(f.effective.limits.items[0].value, 5000);
    assert_int_equal(f.effective.limits.items[0].glob->line, 1);
    assert_string_equal(f.effective.limits.items[1].metric, "rss");
    assert_string_equal(f.effective.limits.items[2].metric, "ops");
    end(&f);
}

static void the_closest_line_says_how_far_a_count_may_rise(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "* detect.allocs=5% detect.instructions=1%\n"
              "json/* detect.allocs=off");
    resolve(&f);
    assert_int_equal(f.effective.rises.count, 2);
    assert_true(isinf(f.effective.rises.items[0].value) || isinf(f.effective.rises.items[1].value));
    end(&f);
}

static void limits_of_the_case_stand_beside_those_of_the_policy(void **state) {
    (void)state;
    struct fixture f;
    struct trial_limit own = {(char *)"rss", 5};
    begin(&f, "* limit.rss=9");
    f.trial.limits = &own;
    f.trial.limit_count = 1;
    resolve(&f);
    assert_int_equal(f.effective.limits.count, 2);
    assert_null(f.effective.limits.items[0].glob);
    assert_near(f.effective.limits.items[1].value, 9);
    end(&f);
}

static void a_renamed_case_keeps_the_lines_of_its_former_name(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/read limit.time=5us\njson/write limit.rss=1");
    effective_resolve(&f.effective, &f.policy, &(struct subject){&f.trial, &f.former}, f.command,
                      MODE_STORED);
    assert_int_equal(f.effective.limits.count, 1);
    end(&f);
}

static void to_ignore_as_much_as_must_be_detected_is_refused(void **state) {
    (void)state;
    struct fixture f;
    struct errmsg why;
    begin(&f, "json/* ignore=5%\njson/parse detect=5%");
    resolve(&f);
    assert_false(effective_check(&f.effective, &f.policy, "json/parse", &why));
    assert_string_equal(why.text, "json/parse: ignore 5.00 % (p:1) is not less than detect 5.00 % "
                                  "(p:2); change one of them");
    f.command[POLICY_DETECT] = 0.06;
    resolve(&f);
    assert_true(effective_check(&f.effective, &f.policy, "json/parse", &why));
    end(&f);
}

static void the_closest_waiver_of_a_kind_is_found(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "waive json limit=10% until=2026-01-01 reason=r\n"
              "waive json/* limit=9% until=2026-01-01 reason=r\n"
              "waive * limit=8% until=2026-01-01 reason=r\n"
              "waive json/parse metric=rss limit=8 until=2026-01-01 reason=r\n"
              "waive net/* limit=8% until=2026-01-01 reason=r\n");
    resolve(&f);
    const struct waiver *const *waivers = f.effective.waivers;
    size_t count = f.effective.waiver_count;
    assert_int_equal(count, 4);
    assert_ptr_equal(waiver_find(waivers, count, "time", true), &f.policy.waivers[1]);
    assert_ptr_equal(waiver_find(waivers, count, "rss", false), &f.policy.waivers[3]);
    assert_null(waiver_find(waivers, count, "time", false));
    end(&f);
}

// ---- Many lines ------------------------------------------------------------------------------

static void names_may_be_any_number(void **state) {
    (void)state;
    char *text = lines_of(20 * POLICY_PATTERNS_MAX, "json/parse/size=%zu weight=2");
    struct fixture f;
    begin(&f, text);
    resolve(&f);
    assert_holds(&f, POLICY_WEIGHT, 2, "p:64");
    end(&f);
    free(text);
}

static void a_name_is_that_of_the_trial_its_case_or_its_group(void **state) {
    (void)state;
    static const struct {
        const char *glob;
        bool covers;
    } rows[] = {
        {"json/parse/size=64", true},
        {"json/parse", true},
        {"json", true},
        {"json/parse/size=6", false},
        {"json/", false},
        {"parse", false},
        {"jso[n]", true},
        {"json\\/parse", true},
        {"jso", false},
        {"*=64", true},
        {"json/p?rse", true},
        {"net*", false},
        {"json/parse/size=64*", true},
        {"json/parse/size=64?", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = mem_printf("aaa weight=3\n%s weight=2\nzzz weight=3\n", rows[i].glob);
        struct fixture f;
        begin(&f, text);
        resolve(&f);
        bool covers[3] = {false};
        glob_index_mark(&f.policy.line_index, &f.trial, covers);
        if (covers[1] != rows[i].covers || covers[0] || covers[2])
            fail_msg("%s", rows[i].glob);
        assert_near(f.effective.values[POLICY_WEIGHT].value, rows[i].covers ? 2 : 1);
        end(&f);
        free(text);
    }
}

static void more_limits_than_a_trial_can_have_are_refused(void **state) {
    (void)state;
    struct fixture f;
    struct errmsg why;
    char *text = lines_of(POLICY_LIMITS_MAX + 1, "json limit.m%zu=1");
    begin(&f, text);
    resolve(&f);
    assert_false(effective_check(&f.effective, &f.policy, "json/parse", &why));
    assert_string_equal(
        why.text, "json/parse: p and the case have more than 100 limits for it; leave some out");
    end(&f);
    free(text);
}

#define TEST(name) cmocka_unit_test(name)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(defaults_hold_where_nothing_is_said),
        TEST(command_line_goes_before_policy_before_case),
        TEST(the_glob_with_the_most_letters_wins_for_each_key),
        TEST(among_equals_the_later_line_wins),
        TEST(a_limit_is_not_loosened_by_a_line_that_speaks_of_more),
        TEST(the_closest_line_says_how_far_a_count_may_rise),
        TEST(limits_of_the_case_stand_beside_those_of_the_policy),
        TEST(a_renamed_case_keeps_the_lines_of_its_former_name),
        TEST(to_ignore_as_much_as_must_be_detected_is_refused),
        TEST(the_closest_waiver_of_a_kind_is_found),
        TEST(names_may_be_any_number),
        TEST(a_name_is_that_of_the_trial_its_case_or_its_group),
        TEST(more_limits_than_a_trial_can_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
