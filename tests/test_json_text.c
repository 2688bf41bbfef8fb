// SPDX-License-Identifier: MIT
// Tests of the strict scan: what RFC 8259 allows, and the place of what it does not.
#include "json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_good(const char *text) {
    struct errmsg why;
    if (!json_text_check(text, strlen(text), &why))
        fail_msg("'%s': %s", text, why.text);
}

static void assert_bad(const char *text, size_t length, const char *expected) {
    struct errmsg why;
    if (json_text_check(text, length, &why))
        fail_msg("'%s' is accepted", text);
    if (strstr(why.text, expected) == NULL)
        fail_msg("'%s': '%s' does not say '%s'", text, why.text, expected);
}

#define BAD(text, expected) assert_bad(text, sizeof(text) - 1, expected)

static void every_kind_of_value_is_json(void **state) {
    (void)state;
    static const char *const texts[] = {
        "null",
        "true",
        " false\n",
        "0",
        "-0",
        "12",
        "-1.5",
        "1e9",
        "1.5E-3",
        "1e+3",
        "\"\"",
        "[]",
        "{}",
        "[1, [2], {\"a\" : [null]}]",
        "\t{\"a\":1,\r\n\"b\":\"\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_good(texts[i]);
}

static void texts_may_hold_all_of_unicode(void **state) {
    (void)state;
    assert_good("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\uD83D\\uDE00\"");
    assert_good("\"\x7F \xC2\xB5 \xE2\x82\xAC \xED\x9F\xBF \xEE\x80\x80 \xF0\x9F\x98\x80\"");
    assert_good("\"\xF4\x8F\xBF\xBF\"");
}

static void values_that_are_not_json_are_refused(void **state) {
    (void)state;
    BAD("", "line 1, column 1: a value is needed, and the text ends here");
    BAD("  ", "column 3: a value is needed");
    BAD("nul", "this is not JSON");
    BAD("True", "this is not JSON");
    BAD("NaN", "this is not JSON");
    BAD("-Infinity", "a digit is needed here");
    BAD("'a'", "this is not JSON");
    BAD("\xEF\xBB\xBF{}", "line 1, column 1: this is not JSON");
    BAD("// no\n1", "this is not JSON");
}

static void numbers_follow_the_grammar(void **state) {
    (void)state;
    BAD("01", "may not start with 0");
    BAD("+1", "this is not JSON");
    BAD(".5", "this is not JSON");
    BAD("1.", "a digit is needed");
    BAD("1e", "a digit is needed");
    BAD("1e+", "a digit is needed");
    BAD("-", "a digit is needed");
    BAD("0x10", "something follows");
    assert_good("12345678901234567890123456789012345678901234567890123456789012");
    BAD("123456789012345678901234567890123456789012345678901234567890123", "too many characters");
}

static void containers_are_closed_and_separated(void **state) {
    (void)state;
    BAD("[1 2]", "',' or the closing bracket");
    BAD("[1,]", "this is not JSON");
    BAD("[1}", "',' or the closing bracket");
    BAD("{\"a\":1,}", "in double quotes");
    BAD("{\"a\" 1}", "':' is needed");
    BAD("{a:1}", "in double quotes");
    BAD("{1:1}", "in double quotes");
    BAD("[1", "ends too early");
    BAD("{\"a\":", "a value is needed");
    BAD("{} {}", "something follows");
    BAD("{}\0", "something follows");
}

static void texts_hold_no_control_characters_and_no_nul(void **state) {
    (void)state;
    BAD("\"a\nb\"", "a control character");
    BAD("\"a\tb\"", "a control character");
    BAD("\"a\0b\"", "a control character");
    BAD("\"\\u0000\"", "\\u0000 is not allowed");
    BAD("\"a", "ends too early");
    BAD("\"a\\\"", "ends too early");
    BAD("\"\\x41\"", "unknown escape");
    BAD("\"\\", "unknown escape");
    BAD("\"\\u12G4\"", "four hex digits");
    BAD("\"\\u12", "four hex digits");
}

static void lone_surrogates_are_refused(void **state) {
    (void)state;
    BAD("\"\\uD83D\"", "half of a surrogate pair");
    BAD("\"\\uDE00\"", "half of a surrogate pair");
    BAD("\"\\uD83D\\u0041\"", "half of a surrogate pair");
    BAD("\"\\uD83Dx\"", "half of a surrogate pair");
}

static void invalid_utf8_is_refused(void **state) {
    (void)state;
    BAD("\"\x80\"", "not valid UTF-8");
    BAD("\"\xC0\x80\"", "not valid UTF-8");
    BAD("\"\xC2\"", "not valid UTF-8");
    BAD("\"\xE0\x9F\xBF\"", "not valid UTF-8");
    BAD("\"\xED\xA0\x80\"", "not valid UTF-8");
    BAD("\"\xF0\x8F\xBF\xBF\"", "not valid UTF-8");
    BAD("\"\xF4\x90\x80\x80\"", "not valid UTF-8");
    BAD("\"\xFF\"", "not valid UTF-8");
    BAD("\"\xE2\x82", "not valid UTF-8");
}

static void nesting_ends_at_64(void **state) {
    (void)state;
    char text[2 * JSON_DEPTH_MAX + 3];
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX] = '\0';
    assert_good(text);
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_bad(text, 2 * JSON_DEPTH_MAX + 2, "line 1, column 65: nested too deeply");
}

static void the_place_counts_lines_and_characters(void **state) {
    (void)state;
    BAD("{\n  \"\xC2\xB5\": x}", "line 2, column 8: this is not JSON");
}

static void a_character_has_one_to_four_bytes(void **state) {
    (void)state;
    const char text[] = "a\xC2\xB5\xE2\x82\xAC\xF0\x9F\x98\x80\xFF";
    const char *end = text + sizeof text - 1;
    assert_int_equal(json_text_character(text, end), 1);
    assert_int_equal(json_text_character(text + 1, end), 2);
    assert_int_equal(json_text_character(text + 3, end), 3);
    assert_int_equal(json_text_character(text + 6, end), 4);
    assert_int_equal(json_text_character(text + 6, end - 2), 0);
    assert_int_equal(json_text_character(text + 10, end), 0);
    assert_int_equal(json_text_character(end, end), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_json),
        cmocka_unit_test(texts_may_hold_all_of_unicode),
        cmocka_unit_test(values_that_are_not_json_are_refused),
        cmocka_unit_test(numbers_follow_the_grammar),
        cmocka_unit_test(containers_are_closed_and_separated),
        cmocka_unit_test(texts_hold_no_control_characters_and_no_nul),
        cmocka_unit_test(lone_surrogates_are_refused),
        cmocka_unit_test(invalid_utf8_is_refused),
        cmocka_unit_test(nesting_ends_at_64),
        cmocka_unit_test(the_place_counts_lines_and_characters),
        cmocka_unit_test(a_character_has_one_to_four_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
