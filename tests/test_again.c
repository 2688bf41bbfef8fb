// SPDX-License-Identifier: MIT
// The command line that measures one trial again.
#include "again.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static void what_decides_stays(void **state) {
    (void)state;
    char *argv[] = {"gate", "new/suite", "--against", "old/suite", "--detect=2%", "--on", "pass=3"};
    char *text = again_command(COUNT(argv), argv, "json/parse/size=64");
    assert_string_equal(text, "tare gate new/suite --against old/suite --detect=2% --on pass=3 "
                              "--filter json/parse/size=64");
    free(text);
}

static void what_chose_other_trials_and_other_places_goes(void **state) {
    (void)state;
    char *argv[] = {"gate",     "--filter", "json/*",   "--filter=a", "--exclude", "b",
                    "-q",       "--quiet",  "--seed",   "7",          "new",       "--all",
                    "--format", "json",     "--output", "x",          "--json=y"};
    char *text = again_command(COUNT(argv), argv, "a/b");
    assert_string_equal(text, "tare gate new --filter a/b");
    free(text);
}

static void a_shell_reads_each_word_as_it_was(void **state) {
    (void)state;
    char *argv[] = {"gate", "--build", "make 'a b' $HOME", "", "--filters"};
    char *text = again_command(COUNT(argv), argv, "a/b");
    assert_string_equal(text,
                        "tare gate --build 'make '\\''a b'\\'' $HOME' '' --filters --filter a/b");
    free(text);
}

static void the_last_option_may_lack_its_value(void **state) {
    (void)state;
    char *argv[] = {"gate", "new", "--filter"};
    char *text = again_command(COUNT(argv), argv, "a/b");
    assert_string_equal(text, "tare gate new --filter a/b");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_decides_stays),
        cmocka_unit_test(what_chose_other_trials_and_other_places_goes),
        cmocka_unit_test(a_shell_reads_each_word_as_it_was),
        cmocka_unit_test(the_last_option_may_lack_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
