// SPDX-License-Identifier: MIT
// Tests of how the PMU of a core is found, in folders that are made up.

#include "perf_pmu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "room.h"

#include <cmocka.h>

static void make_pmu(const char *name, const char *type, const char *cpus) {
    char path[64];
    mkdir(name, 0700);
    snprintf(path, sizeof path, "%s/type", name);
    room_put(path, type);
    snprintf(path, sizeof path, "%s/cpus", name);
    if (cpus)
        room_put(path, cpus);
}

static void each_kind_of_core_has_its_pmu(void **state) {
    (void)state;
    make_pmu("software", "1\n", NULL);
    make_pmu("cpu_core", "4\n", "0-3,8\n");
    make_pmu("cpu_atom", "10\n", "4-7,12-13\n");
    static const struct {
        int cpu;
        long type;
    } rows[] = {{0, 4}, {3, 4}, {8, 4}, {4, 10}, {7, 10}, {12, 10}, {13, 10}, {9, -1}, {14, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(perf_pmu_of_cpu(".", rows[i].cpu), rows[i].type);
}

static void where_none_names_its_cores_it_is_not_known(void **state) {
    (void)state;
    make_pmu("cpu", "4\n", NULL);
    make_pmu("empty", "5\n", "\n");
    make_pmu("strange", "6\n", "all of them");
    assert_int_equal(perf_pmu_of_cpu(".", 0), -1);
    assert_int_equal(perf_pmu_of_cpu("nowhere", 0), -1);
}

static void a_pmu_is_found_by_its_name(void **state) {
    (void)state;
    make_pmu("cpu_atom", "10\n", NULL);
    assert_int_equal(perf_pmu_type(".", "cpu_atom"), 10);
    assert_int_equal(perf_pmu_type(".", "cpu_core"), -1);
}

static void a_generic_event_names_its_pmu_above_bit_32(void **state) {
    (void)state;
    assert_true(perf_pmu_config(10) == 0xa00000000);
    assert_true(perf_pmu_config(-1) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_enter, room_leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_core_has_its_pmu),
        TEST(where_none_names_its_cores_it_is_not_known),
        TEST(a_pmu_is_found_by_its_name),
        cmocka_unit_test(a_generic_event_names_its_pmu_above_bit_32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
