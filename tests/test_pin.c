// SPDX-License-Identifier: MIT
// Tests of choosing CPUs and tying threads to them.

#include "pin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORDER(cpus, count, expected)                                                               \
    do {                                                                                           \
        char text_[64] = "";                                                                       \
        pin_rank((cpus), (count));                                                                 \
        for (size_t i_ = 0; i_ < (count); i_++)                                                    \
            snprintf(text_ + strlen(text_), sizeof text_ - strlen(text_), "%s%d", i_ ? " " : "",   \
                     (cpus)[i_].cpu);                                                              \
        assert_string_equal(text_, (expected));                                                    \
    } while (0)

#define REFUSED(call, expected)                                                                    \
    do {                                                                                           \
        struct errmsg why_;                                                                        \
        assert_false(call);                                                                        \
        assert_non_null(strstr(why_.text, (expected)));                                            \
    } while (0)

static void pin_ranks_the_quietest_first(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 0, .core = 0, .lost = 0.5},
                             {.cpu = 1, .core = 1, .lost = 0.3},
                             {.cpu = 2, .core = 2, .lost = 0.02}};
    ORDER(cpus, 3, "2 1 0");
}

static void pin_ranks_cpu_0_last_among_equals(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 0, .core = 0, .lost = 0.001},
                             {.cpu = 1, .core = 1, .lost = 0.004},
                             {.cpu = 2, .core = 2, .lost = 0.002}};
    ORDER(cpus, 3, "1 2 0");
}

static void pin_ranks_isolated_cpus_first_among_equals(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 1, .core = 1},
                             {.cpu = 2, .core = 2, .is_isolated = true},
                             {.cpu = 3, .core = 3, .is_isolated = true, .lost = 0.4}};
    ORDER(cpus, 3, "2 1 3");
}

static void pin_ranks_fast_cores_before_quiet_ones(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 4, .core = 4, .class_rank = 1},
                             {.cpu = 1, .core = 1, .class_rank = 0, .lost = 0.2}};
    ORDER(cpus, 2, "1 4");
}

static void pin_ranks_one_cpu_of_each_core_before_siblings(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 0, .core = 0, .lost = 0.3},
                             {.cpu = 4, .core = 0},
                             {.cpu = 1, .core = 1, .lost = 0.1},
                             {.cpu = 5, .core = 1, .lost = 0.1}};
    ORDER(cpus, 4, "4 1 5 0");
}

static void pin_ranks_the_unmeasured_behind_the_measured(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {{.cpu = 1, .core = 1, .lost = NAN},
                             {.cpu = 2, .core = 2, .lost = 1.0},
                             {.cpu = 3, .core = 3, .lost = NAN}};
    ORDER(cpus, 3, "2 1 3");
}

static void pin_ranking_does_not_depend_on_the_order_before(void **state) {
    (void)state;
    struct pin_cpu cpus[] = {
        {.cpu = 5, .core = 1}, {.cpu = 4, .core = 0}, {.cpu = 1, .core = 1}, {.cpu = 0, .core = 0}};
    ORDER(cpus, 4, "1 4 5 0");
    ORDER(cpus, 4, "1 4 5 0");
}

static void pin_chooses_distinct_cpus_of_one_class(void **state) {
    (void)state;
    struct pin_cpu list[] = {{.cpu = 3}, {.cpu = 1}, {.cpu = 0}, {.cpu = 7, .class_rank = 1}};
    const struct pin pin = {.cpus = list, .count = 4};
    int cpus[4] = {-1, -1, -1, -1};
    assert_true(pin_choose(&pin, 3, cpus, NULL));
    assert_int_equal(cpus[0], 3);
    assert_int_equal(cpus[1], 1);
    assert_int_equal(cpus[2], 0);
    assert_int_equal(cpus[3], -1);
    REFUSED(pin_choose(&pin, 4, cpus, &why_),
            "4 threads, but only 3 CPUs of the fastest kind are allowed here");
}

static void pin_refuses_more_threads_than_cpus(void **state) {
    (void)state;
    struct pin_cpu list[] = {{.cpu = 1}, {.cpu = 0}};
    const struct pin two = {.cpus = list, .count = 2}, one = {.cpus = list, .count = 1};
    int cpus[8];
    REFUSED(pin_choose(&two, 8, cpus, &why_), "8 threads, but only 2 CPUs are allowed here");
    REFUSED(pin_choose(&one, 2, cpus, &why_), "2 threads, but only 1 CPU is allowed here");
}

static void pin_lists_every_allowed_cpu_and_leaves_the_affinity(void **state) {
    (void)state;
    struct cpuset before, after;
    struct pin pin;
    assert_true(pin_allowed(&before, NULL));
    assert_true(pin_init(&pin, "", NULL, NULL));
    assert_true(pin_allowed(&after, NULL));
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(pin.count, cpuset_count(&before));
    for (size_t i = 0; i < pin.count; i++)
        assert_true(cpuset_has(&before, pin.cpus[i].cpu));
    assert_true(pin.cpus[0].lost >= 0 && pin.cpus[0].lost <= 1);
    pin_release(&pin);
    assert_null(pin.cpus);
}

static void pin_keeps_to_the_cpus_wanted(void **state) {
    (void)state;
    struct cpuset allowed;
    struct pin pin;
    char wanted[16];
    assert_true(pin_allowed(&allowed, NULL));
    snprintf(wanted, sizeof wanted, "%d", cpuset_next(&allowed, -1));
    assert_true(pin_init(&pin, "", wanted, NULL));
    assert_int_equal(pin.count, 1);
    assert_int_equal(pin.cpus[0].cpu, cpuset_next(&allowed, -1));
    pin_release(&pin);
}

static void pin_refuses_cpus_that_are_not_allowed(void **state) {
    (void)state;
    struct cpuset allowed;
    struct pin pin;
    char list[CPUSET_TEXT_SIZE];
    assert_true(pin_allowed(&allowed, NULL));
    cpuset_print(&allowed, list, sizeof list);
    REFUSED(pin_init(&pin, "", "8191", &why_), "--cpu: CPU 8191 is not allowed here; allowed: ");
    REFUSED(pin_init(&pin, "", "8191", &why_), list);
    REFUSED(pin_init(&pin, "", "fast", &why_), "--cpu: 'fast' is not a CPU number");
    REFUSED(pin_init(&pin, "", "", &why_), "--cpu: '' is not a CPU number");
    assert_null(pin.cpus);
}

static void pin_ties_the_thread_and_reads_it_back(void **state) {
    (void)state;
    struct cpuset allowed, now;
    int cpus[CPUSET_CPUS];
    size_t count = 0;
    assert_true(pin_allowed(&allowed, NULL));
    for (int cpu = cpuset_next(&allowed, -1); cpu >= 0; cpu = cpuset_next(&allowed, cpu))
        cpus[count++] = cpu;
    assert_true(pin_set(&cpus[count - 1], 1, NULL));
    assert_true(pin_allowed(&now, NULL));
    assert_int_equal(cpuset_count(&now), 1);
    assert_true(cpuset_has(&now, cpus[count - 1]));
    assert_true(pin_set(cpus, count, NULL));
    assert_true(pin_allowed(&now, NULL));
    assert_memory_equal(&now, &allowed, sizeof now);
}

static void pin_leaves_the_thread_where_it_was_when_refused(void **state) {
    (void)state;
    struct cpuset allowed, now;
    assert_true(pin_allowed(&allowed, NULL));
    const int nowhere = CPUSET_CPUS - 1, half[] = {cpuset_next(&allowed, -1), nowhere};
    REFUSED(pin_set(&nowhere, 1, &why_), "cannot pin to CPU 8191");
    REFUSED(pin_set(half, 2, &why_), "did not keep to it");
    assert_true(pin_allowed(&now, NULL));
    assert_memory_equal(&now, &allowed, sizeof now);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pin_ranks_the_quietest_first),
        cmocka_unit_test(pin_ranks_cpu_0_last_among_equals),
        cmocka_unit_test(pin_ranks_isolated_cpus_first_among_equals),
        cmocka_unit_test(pin_ranks_fast_cores_before_quiet_ones),
        cmocka_unit_test(pin_ranks_one_cpu_of_each_core_before_siblings),
        cmocka_unit_test(pin_ranks_the_unmeasured_behind_the_measured),
        cmocka_unit_test(pin_ranking_does_not_depend_on_the_order_before),
        cmocka_unit_test(pin_chooses_distinct_cpus_of_one_class),
        cmocka_unit_test(pin_refuses_more_threads_than_cpus),
        cmocka_unit_test(pin_lists_every_allowed_cpu_and_leaves_the_affinity),
        cmocka_unit_test(pin_keeps_to_the_cpus_wanted),
        cmocka_unit_test(pin_refuses_cpus_that_are_not_allowed),
        cmocka_unit_test(pin_ties_the_thread_and_reads_it_back),
        cmocka_unit_test(pin_leaves_the_thread_where_it_was_when_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
