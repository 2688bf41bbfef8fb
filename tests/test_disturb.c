// SPDX-License-Identifier: MIT
// Tests of what disturbed a run, on pairs of files from before and after it.

#include "disturb.h"

#include "document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#define MACHINES "tests/machine/"

// Ours is CPU 1; the fixtures count 100 ticks a second, as Linux does everywhere.
static struct disturb_change change_between(const char *before_root, const char *after_root,
                                            double own_s) {
    struct disturb before, after;
    disturb_read(&before, before_root, 1);
    disturb_read(&after, after_root, 1);
    return disturb_diff(&before, &after, own_s);
}

#define CHANGE(pair, own_s) change_between(MACHINES pair "/before", MACHINES pair "/after", (own_s))

static struct document notes_of(const struct disturb_change *change) {
    struct document doc = {0};
    disturb_note(&doc, change, 1);
    return doc;
}

#define ONLY_NOTE(doc, with_id, at_level, part)                                                    \
    do {                                                                                           \
        assert_int_equal((doc).note_count, 1);                                                     \
        assert_string_equal((doc).notes[0].id, (with_id));                                         \
        assert_int_equal((doc).notes[0].level, (at_level));                                        \
        assert_non_null(strstr((doc).notes[0].text, (part)));                                      \
    } while (0)

// cmocka's own comparison takes infinity for near to everything.
#define NEAR(value, expected) assert_true(fabs((value) - (expected)) < 1e-9)

static const struct disturb_change quiet = {.quota_cpus = INFINITY, .sibling = -1};

static void disturb_measures_steal(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("stolen", 9.0);
    NEAR(change.steal, 0.046); // 46 of 1000 ticks
    NEAR(change.foreign, 0);
    assert_true(isnan(change.pressure));
    assert_null(change.reason);
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "steal", NOTE_WARNING, "4.6 % steal on cpu 1");
    document_release(&doc);
}

static void disturb_measures_others_on_our_cpu(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("shared", 6.3); // 752 ticks busy in 1000
    NEAR(change.foreign, 0.122);
    NEAR(change.pressure, 0.18);
    NEAR(change.steal, 0);
    struct document doc = notes_of(&change);
    assert_int_equal(doc.note_count, 2);
    assert_string_equal(doc.notes[0].id, "cpu-shared");
    assert_non_null(strstr(doc.notes[0].text, "cpu 1 spent 12 % of the run on other programs"));
    assert_string_equal(doc.notes[1].id, "load");
    assert_non_null(strstr(doc.notes[1].text, "18 %"));
    document_release(&doc);
}

static void disturb_never_finds_less_than_nothing(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("shared", 60.0);
    assert_true(change.foreign == 0);
}

static void disturb_measures_others_on_the_sibling(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("sibling_busy", 9.0);
    NEAR(change.beside, 0.63);
    assert_int_equal(change.sibling, 3);
    NEAR(CHANGE("sibling_busy", 19.0).beside, 0); // our own threads may have been there
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "smt-busy", NOTE_WARNING, "cpu 3, which shares its core with cpu 1, was 63 %");
    document_release(&doc);
}

static void disturb_counts_throttling(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("hot", 0);
    assert_int_equal(change.heat, 14); // 5 of the core, 9 of its package
    change.reason = NULL;
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "throttle", NOTE_WARNING, "slowed cpu 1 or its package 14 times");
    document_release(&doc);
}

static void disturb_warns_of_a_limit(void **state) {
    (void)state;
    struct disturb before, after;
    disturb_read(&before, MACHINES "limited", 1);
    after = before;
    struct disturb_change change = quiet;
    change.quota_cpus = disturb_diff(&before, &after, 0).quota_cpus;
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "quota", NOTE_WARNING, "limit of 1.50 CPUs");
    document_release(&doc);
}

static void disturb_refuses_a_throttled_run(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("throttled", 0);
    assert_int_equal(change.throttled, 41);
    assert_int_equal(change.throttled_us, 2050000);
    change.reason = NULL; // this pair is about the control group only
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "quota", NOTE_ERROR, "throttled 41 times, 2.05 s in all, by its limit of 1.50");
    document_release(&doc);
}

static void disturb_reads_the_first_control_groups_too(void **state) {
    (void)state;
    struct disturb_change change = CHANGE("throttled_v1", 0);
    NEAR(change.quota_cpus, 0.5);
    assert_int_equal(change.throttled, 3);
    assert_int_equal(change.throttled_us, 250000);
}

static void disturb_says_nothing_of_a_quiet_run(void **state) {
    (void)state;
    struct document doc = notes_of(&quiet);
    assert_int_equal(doc.note_count, 0);
}

static void disturb_says_once_that_a_run_was_too_short(void **state) {
    (void)state;
    struct disturb_change change =
        change_between(MACHINES "stolen/before", MACHINES "stolen/before", 0);
    assert_true(isnan(change.steal));
    assert_true(isnan(change.foreign));
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "steal", NOTE_INFO, "shorter than the second");
    document_release(&doc);
}

static void disturb_says_once_that_it_could_not_look(void **state) {
    (void)state;
    struct disturb_change change = change_between(MACHINES "nonsense", MACHINES "nonsense", 0);
    assert_true(isnan(change.steal));
    assert_true(isinf(change.quota_cpus));
    struct document doc = notes_of(&change);
    ONLY_NOTE(doc, "steal", NOTE_INFO, "/proc/stat does not list the CPU");
    document_release(&doc);
}

static void disturb_believes_no_counter_that_fell(void **state) {
    (void)state;
    struct disturb_change change =
        change_between(MACHINES "stolen/after", MACHINES "stolen/before", 0);
    assert_true(isnan(change.steal));
    struct disturb before = {.ticks = {true, 500, 50, 1000}};
    struct disturb after = {.ticks = {true, 600, 40, 2000}};
    change = disturb_diff(&before, &after, 0);
    assert_true(isnan(change.steal));
    NEAR(change.foreign, 0.1);
}

static void disturb_reads_this_machine(void **state) {
    (void)state;
    struct disturb disturb;
    disturb_read(&disturb, "", 0);
    if (disturb.ticks.is_known)
        assert_true(disturb.ticks.total > disturb.ticks.steal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disturb_measures_steal),
        cmocka_unit_test(disturb_measures_others_on_our_cpu),
        cmocka_unit_test(disturb_never_finds_less_than_nothing),
        cmocka_unit_test(disturb_measures_others_on_the_sibling),
        cmocka_unit_test(disturb_counts_throttling),
        cmocka_unit_test(disturb_warns_of_a_limit),
        cmocka_unit_test(disturb_refuses_a_throttled_run),
        cmocka_unit_test(disturb_reads_the_first_control_groups_too),
        cmocka_unit_test(disturb_says_nothing_of_a_quiet_run),
        cmocka_unit_test(disturb_says_once_that_a_run_was_too_short),
        cmocka_unit_test(disturb_says_once_that_it_could_not_look),
        cmocka_unit_test(disturb_believes_no_counter_that_fell),
        cmocka_unit_test(disturb_reads_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
