// SPDX-License-Identifier: MIT
// Tests of packing events into groups by trial.

#include "counter_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A CPU with so many counters, of which item i takes `needs[i]`, and where two events exclude each
// other.
struct cpu {
    size_t counters;
    size_t needs[8];
    size_t enemies[2];
    size_t trials;
};

static bool fits(void *context, const struct counter_group *group) {
    struct cpu *cpu = context;
    size_t needed = 0;
    cpu->trials++;
    for (size_t i = 0; i < group->count; i++)
        needed += cpu->needs[group->items[i]];
    bool is_war = cpu->enemies[0] != cpu->enemies[1] && counter_group_has(group, cpu->enemies[0]) &&
                  counter_group_has(group, cpu->enemies[1]);
    return needed <= cpu->counters && !is_war;
}

static const size_t seven[] = {0, 1, 2, 3, 4, 5, 6};
static struct counter_group groups[8];

static size_t pack(struct cpu *cpu, size_t count, size_t anchor) {
    return counter_pack(seven, count, anchor, &(struct counter_trial){fits, cpu}, groups);
}

#define ONE_EACH                                                                                   \
    { 1, 1, 1, 1, 1, 1, 1, 1 }

static void what_fits_together_is_one_group_without_an_anchor(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 7, .needs = ONE_EACH};
    assert_int_equal(pack(&cpu, 7, 7), 1);
    assert_int_equal(groups[0].count, 7);
    assert_false(counter_group_has(&groups[0], 7));
}

static void each_of_several_groups_begins_with_the_anchor(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 4, .needs = ONE_EACH};
    assert_int_equal(pack(&cpu, 7, 7), 3); // 3 + 3 + 1
    for (size_t g = 0; g < 3; g++)
        assert_int_equal(groups[g].items[0], 7);
    assert_int_equal(groups[2].count, 2);
}

static void an_anchor_that_is_wanted_is_no_item_twice(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 4, .needs = ONE_EACH};
    assert_int_equal(pack(&cpu, 7, 0), 2); // 0 1 2 3, 0 4 5 6
    assert_int_equal(groups[0].items[0], 0);
    assert_int_equal(groups[1].items[0], 0);
    assert_int_equal(groups[0].count + groups[1].count, 8);
}

static void an_event_that_takes_several_counters_leaves_room_for_fewer(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 4, .needs = {1, 1, 3, 1, 1}};
    assert_int_equal(pack(&cpu, 5, 0), 2); // 0 1 3 4, 0 2
    assert_true(counter_group_has(&groups[0], 4));
    assert_true(counter_group_has(&groups[1], 2));
}

static void events_that_exclude_each_other_are_apart(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 8, .needs = ONE_EACH, .enemies = {1, 2}};
    assert_int_equal(pack(&cpu, 4, 0), 2);
    assert_true(counter_group_has(&groups[0], 1));
    assert_true(counter_group_has(&groups[1], 2));
}

static void what_does_not_fit_beside_the_anchor_is_in_no_group(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 2, .needs = {1, 1, 2}};
    assert_int_equal(pack(&cpu, 3, 0), 1);
    assert_false(counter_group_has(&groups[0], 2));
}

static void without_an_anchor_groups_are_as_they_fit(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 2, .needs = {1, 1, 2}};
    assert_int_equal(pack(&cpu, 3, COUNTER_PACK_NONE), 2);
    assert_int_equal(groups[1].items[0], 2);
}

static void nothing_is_no_group(void **state) {
    (void)state;
    struct cpu cpu = {.counters = 4};
    assert_int_equal(pack(&cpu, 0, COUNTER_PACK_NONE), 0);
    assert_int_equal(cpu.trials, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_together_is_one_group_without_an_anchor),
        cmocka_unit_test(each_of_several_groups_begins_with_the_anchor),
        cmocka_unit_test(an_anchor_that_is_wanted_is_no_item_twice),
        cmocka_unit_test(an_event_that_takes_several_counters_leaves_room_for_fewer),
        cmocka_unit_test(events_that_exclude_each_other_are_apart),
        cmocka_unit_test(what_does_not_fit_beside_the_anchor_is_in_no_group),
        cmocka_unit_test(without_an_anchor_groups_are_as_they_fit),
        cmocka_unit_test(nothing_is_no_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
