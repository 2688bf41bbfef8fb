// SPDX-License-Identifier: MIT
// Tests of numbers with units.
#include "units.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_reads(enum unit_kind kind, const char *text, double expected) {
    double value = -1;
    struct errmsg why = {""};
    if (!units_parse(kind, text, &value, &why))
        fail_msg("'%s': %s", text, why.text);
    if (fabs(value - expected) > 1e-12 * fabs(expected))
        fail_msg("'%s' is %.17g, not %.17g", text, value, expected);
}

static void assert_refuses(enum unit_kind kind, const char *text, const char *reason) {
    double value = -1;
    struct errmsg why = {""};
    if (units_parse(kind, text, &value, &why))
        fail_msg("'%s' is read as %.17g", text, value);
    assert_true(value == -1);
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, reason);
}

static void assert_prints(struct units_text printed, const char *expected) {
    assert_string_equal(printed.text, expected);
}

static void units_reads_times(void **state) {
    (void)state;
    assert_reads(UNIT_TIME, "250ns", 250);
    assert_reads(UNIT_TIME, "20us", 20e3);
    assert_reads(UNIT_TIME, "20 \xC2\xB5s", 20e3);
    assert_reads(UNIT_TIME, "20\xCE\xBCs", 20e3);
    assert_reads(UNIT_TIME, "0.3ms", 0.3e6);
    assert_reads(UNIT_TIME, "1.5 s", 1.5e9);
    assert_reads(UNIT_TIME, "2m", 120e9);
    assert_reads(UNIT_TIME, ".5h", 1800e9);
}

static void units_reads_the_other_kinds(void **state) {
    (void)state;
    assert_reads(UNIT_PERCENT, "1%", 0.01);
    assert_reads(UNIT_PERCENT, "0.3 %", 0.003);
    assert_reads(UNIT_PERCENT, "25", 0.25);
    assert_reads(UNIT_BYTES, "64", 64);
    assert_reads(UNIT_BYTES, "4KiB", 4096);
    assert_reads(UNIT_BYTES, "1.5MB", 1.5e6);
    assert_reads(UNIT_COUNT, "12", 12);
    assert_reads(UNIT_COUNT, "10k", 10000);
}

static void units_refuses_a_bare_number_for_time(void **state) {
    (void)state;
    assert_refuses(UNIT_TIME, "20", "'20' needs its unit: ns, us, ms, s, m or h");
}

static void units_refuses_an_unknown_unit_and_lists_the_known(void **state) {
    (void)state;
    assert_refuses(UNIT_TIME, "20 sec", "unit 'sec' is not known; use ns, us, ms, s, m or h");
    assert_refuses(UNIT_PERCENT, "1pct", "use no unit or %");
    assert_refuses(UNIT_BYTES, "1 ns", "unit 'ns'");
}

static void units_refuses_what_is_no_number(void **state) {
    (void)state;
    static const char *const texts[] = {"", " ", "s", ".", "-1s", "+1s", "nan", "inf", "x1s"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refuses(UNIT_TIME, texts[i], "not a number");
    assert_refuses(UNIT_TIME, "1,5s", "unit ',5s'");
    assert_refuses(UNIT_TIME, "1..5s", "unit '.5s'");
    assert_refuses(UNIT_TIME, "0x10s", "unit 'x10s'");
    assert_refuses(UNIT_COUNT, "10 ", "unit ' '");
}

static void units_refuses_a_number_beyond_all_bounds(void **state) {
    (void)state;
    char text[1000]; // infinity behind the point as well gives NaN, which passes every bound
    memset(text, '1', 800);
    text[400] = '.';
    strcpy(text + 800, "s");
    assert_refuses(UNIT_TIME, text, "is too large a number");
    assert_refuses(UNIT_TIME, text + 401, "is too large a number");
}

static void units_prints_times(void **state) {
    (void)state;
    assert_prints(units_print(UNIT_TIME, 0), "0.00 ns");
    assert_prints(units_print(UNIT_TIME, 0.24), "0.24 ns");
    assert_prints(units_print(UNIT_TIME, 0.0123), "0.012 ns");
    assert_prints(units_print(UNIT_TIME, 12.34), "12.3 ns");
    assert_prints(units_print(UNIT_TIME, 999), "999 ns");
    assert_prints(units_print(UNIT_TIME, 1000), "1.00 us");
    assert_prints(units_print(UNIT_TIME, 1.2e9), "1.20 s");
    assert_prints(units_print(UNIT_TIME, 600e9), "600 s");
    assert_prints(units_print(UNIT_TIME, 2 * 3600e9), "2.00 h");
}

static void units_prints_the_other_kinds(void **state) {
    (void)state;
    assert_prints(units_print(UNIT_PERCENT, 0.003), "0.30 %");
    assert_prints(units_print(UNIT_PERCENT, 0.123), "12.3 %");
    assert_prints(units_print(UNIT_PERCENT, -0.05), "-5.00 %");
    assert_prints(units_print(UNIT_PERCENT, 0.000005), "0.00050 %");
    assert_prints(units_print(UNIT_BYTES, 64), "64 B");
    assert_prints(units_print(UNIT_BYTES, 4096), "4.0 KiB");
    assert_prints(units_print(UNIT_COUNT, 43), "43");
    assert_prints(units_print(UNIT_COUNT, 12100), "12.1 k");
}

static void units_prints_changes(void **state) {
    (void)state;
    assert_prints(units_change(1.042), "+4.2 %");
    assert_prints(units_change(0.997), "-0.3 %");
    assert_prints(units_change(1), "+0.0 %");
    assert_prints(units_change(1.994), "+99.4 %");
    assert_prints(units_change(2.31), "2.31x");
    assert_prints(units_change(23.1), "23.1x");
}

static void units_prints_rates(void **state) {
    (void)state;
    assert_prints(units_rate(UNIT_BYTES, 331e6), "331 MB/s");
    assert_prints(units_rate(UNIT_BYTES, 2.5e9), "2.50 GB/s");
    assert_prints(units_rate(UNIT_COUNT, 12.1e6), "12.1 M/s");
    assert_prints(units_rate(UNIT_COUNT, 5), "5.00 /s");
}

static void units_prints_what_is_not_known_as_a_dash(void **state) {
    (void)state;
    assert_prints(units_print(UNIT_TIME, NAN), "-");
    assert_prints(units_print(UNIT_TIME, INFINITY), "-");
    assert_prints(units_change(NAN), "-");
    assert_prints(units_rate(UNIT_BYTES, NAN), "-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_reads_times),
        cmocka_unit_test(units_reads_the_other_kinds),
        cmocka_unit_test(units_refuses_a_bare_number_for_time),
        cmocka_unit_test(units_refuses_an_unknown_unit_and_lists_the_known),
        cmocka_unit_test(units_refuses_what_is_no_number),
        cmocka_unit_test(units_refuses_a_number_beyond_all_bounds),
        cmocka_unit_test(units_prints_times),
        cmocka_unit_test(units_prints_the_other_kinds),
        cmocka_unit_test(units_prints_changes),
        cmocka_unit_test(units_prints_rates),
        cmocka_unit_test(units_prints_what_is_not_known_as_a_dash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
