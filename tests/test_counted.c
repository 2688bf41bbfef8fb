// SPDX-License-Identifier: MIT
// Tests of what was counted on both sides.
#include "counted.h"

#include "mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 2 };

// One trial in up to RUNS runs a side.
static struct run runs[SIDES][RUNS];
static struct trial trials[SIDES][RUNS];
static struct count counts[SIDES][RUNS][4];
static struct reading readings[SIDES][RUNS];
static struct match match;
static struct effective effective;
static struct counted_list list;

static int begin(void **state) {
    (void)state;
    memset(runs, 0, sizeof runs);
    memset(trials, 0, sizeof trials);
    effective = (struct effective){.values[POLICY_REQUIRED].value = 1};
    match = (struct match){.name = "g/a"};
    for (int side = 0; side < SIDES; side++) {
        for (size_t i = 0; i < RUNS; i++) {
            trials[side][i].counts = counts[side][i];
            readings[side][i] = (struct reading){&runs[side][i], &trials[side][i], NULL};
        }
        match.readings[side] = readings[side];
        match.counts[side] = 1;
    }
    return 0;
}

static int end(void **state) {
    (void)state;
    counted_release(&list);
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < RUNS; i++)
            for (size_t j = 0; j < runs[side][i].doc.machine_count; j++) {
                free(runs[side][i].doc.machine[j].key);
                free(runs[side][i].doc.machine[j].text);
            }
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < RUNS; i++)
            free(runs[side][i].doc.machine);
    return 0;
}

static struct count *add(enum side_index side, size_t run, const char *name, double value) {
    struct trial *trial = &trials[side][run];
    struct count *count = &trial->counts[trial->count_count++];
    *count = (struct count){
        .name = (char *)name, .source = "callgrind", .kind = COUNT_EXACT, .value = value};
    if (isnan(value))
        count->reason = "no valgrind here";
    return count;
}

static void add_both(const char *name, double base, double new) {
    add(SIDE_BASE, 0, name, base);
    add(SIDE_NEW, 0, name, new);
}

static const struct counted *compared(void) {
    counted_release(&list);
    counted_compare(&list, &match, &effective);
    assert_int_not_equal(list.count, 0);
    return &list.items[0];
}

static void assert_explained(const char *expected) {
    compared();
    char *words = counted_explain(&list);
    if (expected == NULL)
        assert_null(words);
    else
        assert_string_equal(words, expected);
    free(words);
}

static void an_exact_count_may_rise_by_half_of_a_fifth_of_a_percent(void **state) {
    (void)state;
    add_both("instructions", 1000, 1001);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = 1002;
    assert_int_equal(compared()->outcome, COUNTED_MORE);
    trials[SIDE_NEW][0].counts[0].value = 998;
    assert_int_equal(compared()->outcome, COUNTED_LESS);
}

static void allocations_are_compared_as_they_are(void **state) {
    (void)state;
    add_both("allocs", 1000, 1001);
    assert_int_equal(compared()->outcome, COUNTED_MORE);
    assert_true(compared()->is_gated);
}

static void the_first_of_something_is_more(void **state) {
    (void)state;
    add_both("allocs", 0, 1);
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void none_and_none_are_equal(void **state) {
    (void)state;
    add_both("allocs", 0, 0);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
}

static void instructions_are_gated_where_the_policy_says_so(void **state) {
    (void)state;
    struct policy_glob glob = {0};
    struct effective_limit rise = {"instructions", 0.1, &glob};
    add_both("instructions", 1000, 1040);
    assert_false(compared()->is_gated);
    effective.rises = (struct effective_limits){&rise, 1};
    assert_true(compared()->is_gated);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    rise.value = INFINITY;
    assert_false(compared()->is_gated);
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void an_advisory_trial_gates_no_count(void **state) {
    (void)state;
    add_both("allocs", 0, 1);
    effective.values[POLICY_REQUIRED].value = 0;
    assert_false(compared()->is_gated);
}

static void what_varies_must_rise_by_more_than_it_does(void **state) {
    (void)state;
    add_both("instructions", 100000, 102000);
    trials[SIDE_BASE][0].counts[0].kind = COUNT_VARIES;
    trials[SIDE_BASE][0].counts[0].spread = 0.01;
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = 103100;
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void a_few_instructions_more_are_nothing_where_they_vary(void **state) {
    (void)state;
    add_both("instructions", 100, 149);
    trials[SIDE_NEW][0].counts[0].kind = COUNT_VARIES;
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = 151;
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void runs_that_differ_are_not_exact(void **state) {
    (void)state;
    add_both("instructions", 100, 140);
    add(SIDE_BASE, 1, "instructions", 102);
    match.counts[SIDE_BASE] = 2;
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    assert_true(compared()->base == 101);
}

// Two runs of each side, both exact.
static void add_runs(const char *name, double base, double again, double new, double anew) {
    add_both(name, base, new);
    add(SIDE_BASE, 1, name, again);
    add(SIDE_NEW, 1, name, anew);
    match.counts[SIDE_BASE] = match.counts[SIDE_NEW] = RUNS;
}

static void runs_that_disagree_must_be_exceeded_by_three_times_as_much(void **state) {
    (void)state;
    add_runs("allocs", 5, 6, 6, 6);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = trials[SIDE_NEW][1].counts[0].value = 8;
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = trials[SIDE_NEW][1].counts[0].value = 9;
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void it_does_not_matter_on_which_side_they_disagree(void **state) {
    (void)state;
    add_runs("allocs", 5, 5, 5, 6);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0].value = 9;
    trials[SIDE_NEW][1].counts[0].value = 10;
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void runs_that_agree_and_are_exact_may_not_rise_by_one(void **state) {
    (void)state;
    add_runs("allocs", 5, 5, 6, 6);
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void make_varying(enum side_index side, double spread) {
    trials[side][0].counts[0].kind = COUNT_VARIES;
    trials[side][0].counts[0].spread = spread;
}

static void what_varies_around_nothing_must_rise_by_more_than_it_does(void **state) {
    (void)state;
    add_both("allocs", 0, 0.0005);
    make_varying(SIDE_BASE, 0.0005);
    make_varying(SIDE_NEW, 1);
    assert_int_equal(compared()->outcome, COUNTED_EQUAL);
    trials[SIDE_NEW][0].counts[0] =
        (struct count){.name = "allocs", .source = "callgrind", .kind = COUNT_EXACT, .value = 1};
    assert_int_equal(compared()->outcome, COUNTED_MORE);
}

static void what_varies_by_nobody_knows_how_much_is_not_known(void **state) {
    (void)state;
    add_both("allocs", 0, 1);
    make_varying(SIDE_BASE, NAN);
    assert_int_equal(compared()->outcome, COUNTED_UNKNOWN);
    assert_string_equal(compared()->reason, "varies, and by how much was not noted");
}

static void what_a_side_does_not_know_says_why(void **state) {
    (void)state;
    add_both("instructions", 100, NAN);
    assert_int_equal(compared()->outcome, COUNTED_UNKNOWN);
    assert_string_equal(compared()->reason, "no valgrind here");
    trials[SIDE_BASE][0].count_count = 0;
    trials[SIDE_NEW][0].counts[0].value = 100;
    assert_string_equal(compared()->reason, "was not counted in base");
}

static void another_event_or_tool_is_another_count(void **state) {
    (void)state;
    add_both("instructions", 100, 200);
    trials[SIDE_NEW][0].counts[0].event = "Ir";
    assert_string_equal(compared()->reason, "was counted as another event in base");
    trials[SIDE_NEW][0].counts[0].event = NULL;
    document_fact(&runs[SIDE_BASE][0].doc, "valgrind", "3.19");
    document_fact(&runs[SIDE_NEW][0].doc, "valgrind", "3.22");
    assert_string_equal(compared()->reason, "was counted by another version of valgrind in base");
}

static void another_c_library_makes_other_counts(void **state) {
    (void)state;
    add_both("instructions", 100, 200);
    runs[SIDE_BASE][0].doc.program.libc = "glibc 2.36";
    runs[SIDE_NEW][0].doc.program.libc = "glibc 2.41";
    assert_string_equal(compared()->reason, "was counted with another C library in base");
}

static void another_source_is_not_compared(void **state) {
    (void)state;
    add_both("instructions", 100, 200);
    trials[SIDE_BASE][0].counts[0].source = "perf";
    assert_string_equal(compared()->reason, "was not counted in base");
}

static void more_instructions_are_more_work(void **state) {
    (void)state;
    add_both("instructions", 1000, 1060);
    assert_explained("instructions +6.0 %: more work");
}

static void equal_instructions_point_elsewhere(void **state) {
    (void)state;
    add_both("instructions", 1000, 1000);
    add_both("branch-misses", 1, 3.1);
    assert_explained("instructions equal, branch-misses 3.10x: predictor or layout");
}

static void what_two_sources_tell_is_told_once(void **state) {
    (void)state;
    add_both("instructions", 1000, 1060);
    add_both("instructions", 1010, 1070);
    for (int side = 0; side < SIDES; side++)
        trials[side][0].counts[1].source = "papi-preset";
    assert_explained("instructions +6.0 %: more work");
}

static void nothing_counted_explains_nothing(void **state) {
    (void)state;
    add_both("instructions", 1000, NAN);
    assert_explained(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_exact_count_may_rise_by_half_of_a_fifth_of_a_percent),
        TEST(allocations_are_compared_as_they_are),
        TEST(the_first_of_something_is_more),
        TEST(none_and_none_are_equal),
        TEST(instructions_are_gated_where_the_policy_says_so),
        TEST(an_advisory_trial_gates_no_count),
        TEST(what_varies_must_rise_by_more_than_it_does),
        TEST(a_few_instructions_more_are_nothing_where_they_vary),
        TEST(runs_that_differ_are_not_exact),
        TEST(runs_that_disagree_must_be_exceeded_by_three_times_as_much),
        TEST(it_does_not_matter_on_which_side_they_disagree),
        TEST(runs_that_agree_and_are_exact_may_not_rise_by_one),
        TEST(what_varies_around_nothing_must_rise_by_more_than_it_does),
        TEST(what_varies_by_nobody_knows_how_much_is_not_known),
        TEST(what_a_side_does_not_know_says_why),
        TEST(another_event_or_tool_is_another_count),
        TEST(another_c_library_makes_other_counts),
        TEST(another_source_is_not_compared),
        TEST(more_instructions_are_more_work),
        TEST(equal_instructions_point_elsewhere),
        TEST(what_two_sources_tell_is_told_once),
        TEST(nothing_counted_explains_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
