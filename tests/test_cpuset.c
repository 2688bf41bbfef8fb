// SPDX-License-Identifier: MIT
// Tests of CPU sets.

#include "cpuset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PRINTS(set, expected)                                                                      \
    do {                                                                                           \
        char text_[CPUSET_TEXT_SIZE];                                                              \
        cpuset_print((set), text_, sizeof text_);                                                  \
        assert_string_equal(text_, (expected));                                                    \
    } while (0)

#define ROUND_TRIPS(list, printed, members)                                                        \
    do {                                                                                           \
        struct cpuset set_;                                                                        \
        assert_true(cpuset_parse(&set_, (list)));                                                  \
        assert_int_equal(cpuset_count(&set_), (members));                                          \
        PRINTS(&set_, (printed));                                                                  \
    } while (0)

static void cpuset_reads_and_prints_the_kernels_lists(void **state) {
    (void)state;
    ROUND_TRIPS("0", "0", 1);
    ROUND_TRIPS("0-1", "0-1", 2);
    ROUND_TRIPS("0-3,8,10-11", "0-3,8,10-11", 7);
    ROUND_TRIPS("3,1,2", "1-3", 3);
    ROUND_TRIPS("62-65", "62-65", 4);
    ROUND_TRIPS("8191", "8191", 1);
    ROUND_TRIPS("", "none", 0);
}

static void cpuset_refuses_what_is_no_list(void **state) {
    (void)state;
    static const char *const bad[] = {
        "-1",  "1-", "3-1",  ",1",     "1,",    "1,,2", "a",   "1 2",
        "0x1", "+1", "8192", "0-9999", "1-2-3", " 1",   "1\n", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cpuset set;
        memset(&set, 0xff, sizeof set);
        assert_false(cpuset_parse(&set, bad[i]));
        PRINTS(&set, "none");
    }
}

static void cpuset_cuts_long_lists_between_numbers(void **state) {
    (void)state;
    struct cpuset set = {0};
    char text[24];
    for (int cpu = 0; cpu < 100; cpu += 2)
        cpuset_add(&set, cpu);
    cpuset_print(&set, text, sizeof text);
    assert_string_equal(text, "0,2,4,6,8,10,12,14,...");
}

static void cpuset_walks_its_members_in_order(void **state) {
    (void)state;
    struct cpuset set;
    assert_true(cpuset_parse(&set, "5,0,200"));
    assert_int_equal(cpuset_next(&set, -1), 0);
    assert_int_equal(cpuset_next(&set, 0), 5);
    assert_int_equal(cpuset_next(&set, 5), 200);
    assert_int_equal(cpuset_next(&set, 200), -1);
}

static void cpuset_has_no_number_out_of_range(void **state) {
    (void)state;
    struct cpuset set;
    memset(&set, 0xff, sizeof set);
    assert_true(cpuset_has(&set, CPUSET_CPUS - 1));
    assert_false(cpuset_has(&set, CPUSET_CPUS));
    assert_false(cpuset_has(&set, -1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpuset_reads_and_prints_the_kernels_lists),
        cmocka_unit_test(cpuset_refuses_what_is_no_list),
        cmocka_unit_test(cpuset_cuts_long_lists_between_numbers),
        cmocka_unit_test(cpuset_walks_its_members_in_order),
        cmocka_unit_test(cpuset_has_no_number_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
