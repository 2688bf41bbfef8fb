// SPDX-License-Identifier: MIT
// Tests of kinds of cores, siblings and isolated CPUs.

#include "topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HYBRID "tests/machine/hybrid"

#define CLASS_OF(topology, cpu, expected)                                                          \
    do {                                                                                           \
        int rank_ = topology_rank((topology), (cpu));                                              \
        assert_in_range(rank_, 0, TOPOLOGY_CLASSES_MAX - 1);                                       \
        assert_string_equal((topology)->classes[rank_].name, (expected));                          \
    } while (0)

static void topology_tells_p_cores_from_e_cores(void **state) {
    (void)state;
    struct topology topology;
    topology_read(&topology, HYBRID);
    assert_int_equal(topology.class_count, 2);
    CLASS_OF(&topology, 3, "performance");
    CLASS_OF(&topology, 4, "efficiency");
    assert_int_equal(topology_rank(&topology, 6), -1);
}

static void topology_reads_isolated_cpus(void **state) {
    (void)state;
    struct topology topology;
    topology_read(&topology, HYBRID);
    assert_true(cpuset_has(&topology.isolated, 3));
    assert_int_equal(cpuset_count(&topology.isolated), 1);
}

static void topology_knows_three_kinds_by_capacity(void **state) {
    (void)state;
    struct topology topology;
    topology_read(&topology, "tests/machine/arm_three_kinds");
    assert_int_equal(topology.class_count, 3);
    CLASS_OF(&topology, 7, "performance");
    CLASS_OF(&topology, 6, "performance"); // 980 of 1024
    CLASS_OF(&topology, 4, "middle");
    CLASS_OF(&topology, 0, "efficiency");
}

static void topology_calls_equal_cores_uniform(void **state) {
    (void)state;
    struct topology topology;
    topology_read(&topology, "tests/machine/epyc_kvm");
    assert_int_equal(topology.class_count, 1);
    CLASS_OF(&topology, 1, "uniform");
}

static void topology_says_nothing_without_sysfs(void **state) {
    (void)state;
    struct topology topology;
    topology_read(&topology, "tests/machine/nonsense");
    assert_int_equal(topology.class_count, 0);
    assert_int_equal(topology_rank(&topology, 0), -1);
}

static void topology_keeps_favoured_cores_with_their_like(void **state) {
    (void)state;
    const int cpus[] = {0, 1, 2, 3};
    const double speeds[] = {5.6, 6.0, 5.4, 4.4};
    struct topology topology = {0};
    topology_classify(&topology, cpus, speeds, 4);
    assert_int_equal(topology.class_count, 2);
    assert_int_equal(topology_rank(&topology, 2), 0);
    assert_int_equal(topology_rank(&topology, 3), 1);
}

static void topology_puts_all_slower_kinds_into_the_third_class(void **state) {
    (void)state;
    const int cpus[] = {0, 1, 2, 3};
    const double speeds[] = {100, 200, 400, 800};
    struct topology topology = {0};
    topology_classify(&topology, cpus, speeds, 4);
    assert_int_equal(topology.class_count, 3);
    assert_int_equal(topology_rank(&topology, 1), 2);
    assert_int_equal(topology_rank(&topology, 0), 2);
}

static void topology_names_a_core_by_its_lowest_sibling(void **state) {
    (void)state;
    assert_int_equal(topology_core(HYBRID, 3), 2);
    assert_int_equal(topology_core(HYBRID, 4), 4);
    assert_int_equal(topology_core(HYBRID, 5), 5); // no such file
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topology_tells_p_cores_from_e_cores),
        cmocka_unit_test(topology_reads_isolated_cpus),
        cmocka_unit_test(topology_knows_three_kinds_by_capacity),
        cmocka_unit_test(topology_calls_equal_cores_uniform),
        cmocka_unit_test(topology_says_nothing_without_sysfs),
        cmocka_unit_test(topology_keeps_favoured_cores_with_their_like),
        cmocka_unit_test(topology_puts_all_slower_kinds_into_the_third_class),
        cmocka_unit_test(topology_names_a_core_by_its_lowest_sibling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
