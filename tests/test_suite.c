// SPDX-License-Identifier: MIT
// Tests of how cases expand into trials.
#include "suite.h"

#include "json.h"
#include "mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct suite suite;
static struct trial *trials;
static size_t trial_count;
static struct errmsg why;

static struct suite_case *add_case(const char *group, const char *name) {
    suite.cases = mem_push(suite.cases, &suite.case_count, sizeof *suite.cases);
    struct suite_case *c = &suite.cases[suite.case_count - 1];
    suite_case_init(c);
    c->group = mem_text(group);
    c->name = mem_text(name);
    c->file = mem_text("bench/a.c");
    c->line = 10 * (int)suite.case_count;
    return c;
}

static struct suite_arg *add_arg(struct suite_case *c, const char *name) {
    c->args = mem_push(c->args, &c->arg_count, sizeof *c->args);
    c->args[c->arg_count - 1].name = mem_text(name);
    return &c->args[c->arg_count - 1];
}

static void add_int(struct suite_arg *arg, int64_t value) {
    arg->ints = mem_push(arg->ints, &arg->count, sizeof *arg->ints);
    arg->ints[arg->count - 1] = value;
}

static void add_text(struct suite_arg *arg, const char *text) {
    arg->texts = mem_push(arg->texts, &arg->count, sizeof *arg->texts);
    arg->texts[arg->count - 1] = mem_text(text);
}

static void add_threads(struct suite_case *c, int64_t threads) {
    c->threads = mem_push(c->threads, &c->thread_count, sizeof *c->threads);
    c->threads[c->thread_count - 1] = threads;
}

static int end(void **state) {
    (void)state;
    for (size_t i = 0; i < trial_count; i++)
        json_release(&trial_shape, &trials[i]);
    free(trials);
    trials = NULL;
    trial_count = 0;
    suite_release(&suite);
    return 0;
}

static void assert_expands(void) {
    if (!suite_expand(&suite, &trials, &trial_count, &why))
        fail_msg("%s", why.text);
}

static void assert_refuses(const char *reason) {
    if (suite_expand(&suite, &trials, &trial_count, &why))
        fail_msg("the suite is accepted");
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, reason);
}

static void assert_names(const char *const *names, size_t count) {
    assert_expands();
    assert_int_equal(trial_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(trials[i].name, names[i]);
}

#define NAMES(...)                                                                                 \
    assert_names((const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void a_case_without_arguments_is_one_trial(void **state) {
    (void)state;
    add_case("json", "parse");
    NAMES("json/parse");
    assert_int_equal(trials[0].threads, 1);
    assert_int_equal(trials[0].status, TRIAL_PLANNED);
    assert_true(isnan(trials[0].policy.detect));
    assert_true(isnan(trials[0].bytes));
}

static void arguments_multiply_and_the_last_turns_fastest(void **state) {
    (void)state;
    struct suite_case *c = add_case("g", "c");
    struct suite_arg *size = add_arg(c, "size");
    add_int(size, 64);
    add_int(size, -1);
    struct suite_arg *mode = add_arg(c, "mode");
    add_text(mode, "fast");
    add_text(mode, "safe");
    NAMES("g/c/size=64/mode=fast", "g/c/size=64/mode=safe", "g/c/size=-1/mode=fast",
          "g/c/size=-1/mode=safe");
    assert_string_equal(trials[3].args[0].name, "size");
    assert_int_equal(trials[3].args[0].value, -1);
    assert_null(trials[3].args[0].text);
    assert_string_equal(trials[3].args[1].text, "safe");
}

static void thread_counts_are_innermost_and_one_is_not_named(void **state) {
    (void)state;
    struct suite_case *c = add_case("g", "c");
    struct suite_arg *size = add_arg(c, "size");
    add_int(size, 1);
    add_int(size, 2);
    add_threads(c, 1);
    add_threads(c, 4);
    NAMES("g/c/size=1", "g/c/size=1/threads=4", "g/c/size=2", "g/c/size=2/threads=4");
    assert_int_equal(trials[3].threads, 4);
}

static void names_escape_what_could_confuse(void **state) {
    (void)state;
    struct suite_arg *arg = add_arg(add_case("a/b", "c"), "text");
    add_text(arg, "A-Za.z_0");
    add_text(arg, "x/y=1 %\n");
    add_text(arg, "\xC2\xB5");
    add_text(arg, "");
    NAMES("a%2Fb/c/text=A-Za.z_0", "a%2Fb/c/text=x%2Fy%3D1%20%25%0A", "a%2Fb/c/text=%C2%B5",
          "a%2Fb/c/text=");
}

static void a_trial_carries_what_its_case_says(void **state) {
    (void)state;
    struct suite_case *c = add_case("g", "c");
    c->description = mem_text("sorts");
    c->policy = (struct trial_policy){0.02, true};
    c->limit_ns = 1;
    c->budget_ns = 2;
    c->launches = 3;
    c->unit = 0;
    c->tags = mem_push(c->tags, &c->tag_count, sizeof *c->tags);
    c->tags[0] = mem_text("slow");
    NAMES("g/c");
    assert_string_equal(trials[0].description, "sorts");
    assert_string_equal(trials[0].tags[0], "slow");
    assert_string_equal(trials[0].file, "bench/a.c");
    assert_int_equal(trials[0].line, 10);
    assert_true(trials[0].policy.advisory);
    assert_int_equal(trials[0].limit_ns, 1);
    assert_int_equal(trials[0].budget_ns, 2);
    assert_int_equal(trials[0].launch_goal, 3);
}

static void a_former_name_has_the_same_arguments(void **state) {
    (void)state;
    struct suite_case *same = add_case("g", "new");
    same->former = mem_text("old");
    add_int(add_arg(same, "size"), 64);
    add_threads(same, 2);
    add_case("g", "moved")->former = mem_text("elsewhere/old");
    assert_expands();
    assert_string_equal(trials[0].former, "g/old/size=64/threads=2");
    assert_string_equal(trials[1].former, "elsewhere/old");
}

static void two_trials_of_one_name_are_refused_with_both_places(void **state) {
    (void)state;
    add_case("g", "c");
    add_case("g", "other");
    add_case("g", "c");
    assert_refuses("trial g/c is declared twice, at bench/a.c:10 and bench/a.c:30");
}

static void a_value_given_twice_is_refused(void **state) {
    (void)state;
    struct suite_arg *arg = add_arg(add_case("g", "c"), "size");
    add_int(arg, 64);
    add_int(arg, 64);
    assert_refuses("trial g/c/size=64 is declared twice");
}

static void a_name_may_be_as_long_as_a_message_has_room(void **state) {
    (void)state;
    char value[TRIAL_NAME_MAX + 1];
    memset(value, 'x', sizeof value);
    value[TRIAL_NAME_MAX - strlen("g/c/t=")] = '\0';
    struct suite_arg *arg = add_arg(add_case("g", "c"), "t");
    add_text(arg, value);
    assert_expands();
    assert_int_equal(strlen(trials[0].name), TRIAL_NAME_MAX);
}

static void a_longer_name_is_refused(void **state) {
    (void)state;
    char value[TRIAL_NAME_MAX + 1];
    memset(value, 'x', sizeof value);
    value[TRIAL_NAME_MAX - strlen("g/c/t=") + 1] = '\0';
    add_text(add_arg(add_case("g", "c"), "t"), value);
    assert_refuses("bench/a.c:10: case c: a trial's name has more than 500 bytes");
}

static void too_many_trials_are_refused(void **state) {
    (void)state;
    struct suite_case *c = add_case("g", "c");
    for (int i = 0; i < 2; i++) {
        struct suite_arg *arg = add_arg(c, i == 0 ? "a" : "b");
        for (int value = 0; value < 400; value++)
            add_int(arg, value);
    }
    assert_refuses("more than 100000 trials");
    assert_int_equal(trial_count, 0);
}

static void numbers_that_a_document_cannot_hold_are_refused(void **state) {
    (void)state;
    add_int(add_arg(add_case("g", "c"), "n"), INT64_MAX);
    assert_refuses("n=9223372036854775807 is beyond 2^53");
}

static void find_expands_only_the_trial_that_was_asked_for(void **state) {
    (void)state;
    add_case("g", "c");
    struct suite_case *longer = add_case("g", "cc");
    struct suite_arg *arg = add_arg(longer, "size");
    add_int(arg, 1);
    add_int(arg, 2);
    struct trial trial;
    assert_ptr_equal(suite_find(&suite, "g/cc/size=2", &trial), &suite.cases[1]);
    assert_string_equal(trial.name, "g/cc/size=2");
    assert_int_equal(trial.args[0].value, 2);
    json_release(&trial_shape, &trial);
    assert_ptr_equal(suite_find(&suite, "g/c", &trial), &suite.cases[0]);
    json_release(&trial_shape, &trial);
}

static void find_is_null_for_what_is_not_there(void **state) {
    (void)state;
    add_int(add_arg(add_case("g", "c"), "size"), 1);
    struct trial trial;
    assert_null(suite_find(&suite, "g/c", &trial));
    assert_null(suite_find(&suite, "g/c/size=2", &trial));
    assert_null(suite_find(&suite, "g/c/size=1/threads=2", &trial));
    assert_null(suite_find(&suite, "", &trial));
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_case_without_arguments_is_one_trial),
        TEST(arguments_multiply_and_the_last_turns_fastest),
        TEST(thread_counts_are_innermost_and_one_is_not_named),
        TEST(names_escape_what_could_confuse),
        TEST(a_trial_carries_what_its_case_says),
        TEST(a_former_name_has_the_same_arguments),
        TEST(two_trials_of_one_name_are_refused_with_both_places),
        TEST(a_value_given_twice_is_refused),
        TEST(a_name_may_be_as_long_as_a_message_has_room),
        TEST(a_longer_name_is_refused),
        TEST(too_many_trials_are_refused),
        TEST(numbers_that_a_document_cannot_hold_are_refused),
        TEST(find_expands_only_the_trial_that_was_asked_for),
        TEST(find_is_null_for_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
