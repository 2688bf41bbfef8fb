// SPDX-License-Identifier: MIT
// Text of strangers made harmless for a terminal, and for what reads its lines as commands.
#include "plaintext.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

static void assert_plain(const char *text, const char *expected) {
    char *plain = plain_text(text);
    assert_string_equal(plain, expected);
    free(plain);
}

static void stays(const char *text) { assert_plain(text, text); }

static void ordinary_text_stays_as_it_is(void **state) {
    (void)state;
    stays("");
    stays("json/parse/size=64");
    stays("Gr\xc3\xb6\xc3\x9f"
          "e \xe2\x82\xac \xf0\x9f\x98\x80 100 % <b> | `x` \\x1b");
    stays("std::vector<int>: C# #1 ## heading [x]");
    stays("a ::error::b"); // a command only at the beginning
    assert_plain(NULL, "");
}

static void control_characters_are_spelt_out(void **state) {
    (void)state;
    assert_plain("\033[31mred\n\r\t\b", "\\x1b[31mred\\x0a\\x0d\\x09\\x08");
    assert_plain("\x7f\xc2\x80\xc2\x9b"
                 "31m",
                 "\\x7f\\x80\\x9b31m");
}

static void what_hides_or_reorders_its_neighbours_is_spelt_out(void **state) {
    (void)state;
    assert_plain("a\xe2\x80\xae"
                 "b",
                 "a\\u{202e}b");
    assert_plain("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf", "\\u{2066}\\u{200b}\\u{feff}");
    assert_plain("\xd8\x9c\xc2\xad", "\\u{61c}\\xad");
    assert_plain("\xf3\xa0\x81\x81", "\\u{e0041}");
}

static void what_is_not_utf8_is_spelt_out_byte_by_byte(void **state) {
    (void)state;
    assert_plain("\xff\xc3(", "\\xff\\xc3(");
    assert_plain("\xe2\x82", "\\xe2\\x82"); // cut off
    assert_plain("\xf7\xbf\xbf\xf7\xbf\xbf", "\\xf7\\xbf\\xbf\\xf7\\xbf\\xbf");
}

static void a_workflow_command_is_none_any_more(void **state) {
    (void)state;
    assert_plain("::error::x", "\\x3a:error::x");
    assert_plain(" \t::set-output name=x::y", " \\x09::set-output name=x::y");
    assert_plain("   ::error::x", "   \\x3a:error::x");
}

static void blanks_of_all_scripts_do_not_hide_a_workflow_command(void **state) {
    (void)state;
    assert_plain("\xc2\xa0::error::x", "\xc2\xa0\\x3a:error::x");
    assert_plain("\xe3\x80\x80 \xe2\x80\x83::error::x", "\xe3\x80\x80 \xe2\x80\x83\\x3a:error::x");
}

static void an_older_command_is_none_anywhere(void **state) {
    (void)state;
    assert_plain("##[error]x", "\\x23#[error]x");
    assert_plain("a ##[group]b", "a \\x23#[group]b");
    assert_plain("a ##vso[task.complete]b", "a \\x23#vso[task.complete]b");
    assert_plain("###[x]", "#\\x23#[x]");
}

static void the_width_is_that_of_characters(void **state) {
    (void)state;
    assert_int_equal(plain_width(""), 0);
    assert_int_equal(plain_width("Gr\xc3\xb6\xc3\x9f"
                                 "e \xe2\x82\xac"),
                     7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_text_stays_as_it_is),
        cmocka_unit_test(control_characters_are_spelt_out),
        cmocka_unit_test(what_hides_or_reorders_its_neighbours_is_spelt_out),
        cmocka_unit_test(what_is_not_utf8_is_spelt_out_byte_by_byte),
        cmocka_unit_test(a_workflow_command_is_none_any_more),
        cmocka_unit_test(blanks_of_all_scripts_do_not_hide_a_workflow_command),
        cmocka_unit_test(an_older_command_is_none_anywhere),
        cmocka_unit_test(the_width_is_that_of_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
