// SPDX-License-Identifier: MIT
// Tests of the error message.
#include "errmsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#undef fail // cmocka has one too

#define FULL (sizeof((struct errmsg *)NULL)->text - 1)

static void fail_is_false_and_keeps_the_text(void **state) {
    (void)state;
    struct errmsg why;
    assert_false(fail(&why, "%s: %d", "a.json", 7));
    assert_string_equal(why.text, "a.json: 7");
}

static void fail_accepts_no_message(void **state) {
    (void)state;
    assert_false(fail(NULL, "%s", "nobody listens"));
}

static void fail_takes_its_own_text_as_an_argument(void **state) {
    (void)state;
    struct errmsg why;
    fail(&why, "line 3");
    fail(&why, "a.json: %s", why.text);
    assert_string_equal(why.text, "a.json: line 3");
}

static void fail_cuts_long_texts(void **state) {
    (void)state;
    char text[2 * FULL];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    struct errmsg why;
    fail(&why, "%s", text);
    assert_int_equal(strlen(why.text), FULL);
}

static void fail_cuts_at_the_end_of_a_character(void **state) {
    (void)state;
    char text[2 * FULL];
    struct errmsg why;
    // Characters of two bytes, at both phases: the cut falls behind one or into one.
    for (size_t lead = 0; lead < 2; lead++) {
        memset(text, 'x', lead);
        for (size_t i = lead; i + 1 < sizeof text; i += 2)
            memcpy(text + i, "µ", 2);
        text[FULL + 5] = '\0';
        fail(&why, "%s", text);
        size_t length = strlen(why.text);
        assert_int_equal(length, lead + (FULL - lead) / 2 * 2 - ((FULL - lead) % 2 == 0 ? 2 : 0));
        assert_int_equal((unsigned char)why.text[length - 1], 0xB5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_is_false_and_keeps_the_text),
        cmocka_unit_test(fail_accepts_no_message),
        cmocka_unit_test(fail_takes_its_own_text_as_an_argument),
        cmocka_unit_test(fail_cuts_long_texts),
        cmocka_unit_test(fail_cuts_at_the_end_of_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
