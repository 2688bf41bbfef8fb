// SPDX-License-Identifier: MIT
// Tests of the small files of /proc and /sys.

#include "sysfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define EPYC "tests/machine/epyc_kvm"

#define VALUE(text, key, expected)                                                                 \
    do {                                                                                           \
        char value_[32];                                                                           \
        assert_true(sysfile_line((text), (key), value_, sizeof value_));                           \
        assert_string_equal(value_, (expected));                                                   \
    } while (0)

static void sysfile_finds_values_with_and_without_colon(void **state) {
    (void)state;
    VALUE("model name\t: AMD EPYC\nmodel\t\t: 2\n", "model", "2");
    VALUE("model\t\t: 2\nmodel name\t: AMD EPYC\n", "model name", "AMD EPYC");
    VALUE("nr_periods 9\nnr_throttled 41", "nr_throttled", "41");
    VALUE("cpu  1 2\ncpu1 3 4\n", "cpu1", "3 4");
    VALUE("empty:\nnext: 1\n", "empty", "");
    VALUE("time: 10:20\n", "time", "10:20");
}

static void sysfile_does_not_find_parts_of_keys(void **state) {
    (void)state;
    char value[32];
    assert_false(sysfile_line("cpu10 3 4\n", "cpu1", value, sizeof value));
    assert_false(sysfile_line("Model: 1\n", "model", value, sizeof value));
    assert_false(sysfile_line("", "model", value, sizeof value));
}

static void sysfile_stops_at_an_empty_line(void **state) {
    (void)state;
    char value[32];
    assert_false(sysfile_line("a: 1\n\nb: 2\n", "b", value, sizeof value));
}

static void sysfile_accepts_whole_numbers_only(void **state) {
    (void)state;
    uint64_t number;
    assert_true(sysfile_number("0", &number));
    assert_true(sysfile_number("18446744073709551615", &number));
    assert_true(number == UINT64_MAX);
    assert_false(sysfile_number("18446744073709551616", &number));
    assert_false(sysfile_number("", &number));
    assert_false(sysfile_number("-1", &number));
    assert_false(sysfile_number("7 ", &number));
}

static void sysfile_tells_words_from_their_parts(void **state) {
    (void)state;
    assert_true(sysfile_has_word("avx avx2", "avx"));
    assert_true(sysfile_has_word("avx2 avx", "avx"));
    assert_false(sysfile_has_word("avx2 xavx", "avx"));
    assert_false(sysfile_has_word("", "avx"));
}

static void sysfile_reads_below_a_root(void **state) {
    (void)state;
    uint64_t count;
    char text[64];
    assert_true(sysfile_count(EPYC, &count, "/sys/devices/system/cpu/cpu%d/cpu_capacity", 1));
    assert_int_equal(count, 1024);
    assert_true(sysfile_peek(EPYC, text, sizeof text, "/proc/sys/kernel/hostname"));
    assert_string_equal(text, "vm");
    assert_true(sysfile_exists(EPYC, "/proc/loadavg"));
    assert_false(sysfile_exists(EPYC, "/proc/stat"));
    assert_false(sysfile_peek(EPYC, text, sizeof text, "/proc/stat"));
    assert_null(sysfile_read(EPYC, "/proc/stat"));
}

static void sysfile_refuses_paths_that_do_not_fit(void **state) {
    (void)state;
    char text[8];
    assert_false(sysfile_peek("", text, sizeof text, "/proc/%0*d", SYSFILE_PATH_MAX, 1));
}

static void sysfile_reads_files_of_proc_which_have_no_size(void **state) {
    (void)state;
    char *status = sysfile_read("", "/proc/self/status");
    assert_non_null(status);
    char pid[32];
    assert_true(sysfile_line(status, "Pid", pid, sizeof pid));
    free(status);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sysfile_finds_values_with_and_without_colon),
        cmocka_unit_test(sysfile_does_not_find_parts_of_keys),
        cmocka_unit_test(sysfile_stops_at_an_empty_line),
        cmocka_unit_test(sysfile_accepts_whole_numbers_only),
        cmocka_unit_test(sysfile_tells_words_from_their_parts),
        cmocka_unit_test(sysfile_reads_below_a_root),
        cmocka_unit_test(sysfile_refuses_paths_that_do_not_fit),
        cmocka_unit_test(sysfile_reads_files_of_proc_which_have_no_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
