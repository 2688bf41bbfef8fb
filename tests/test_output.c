// SPDX-License-Identifier: MIT
// What another program prints is read whole, and no program keeps us waiting for ever.
#include "output.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t soon_ns = 100000000, late_ns = 60000000000;

static char *shell(const char *script, uint64_t limit_ns, struct errmsg *why) {
    char *argv[] = {"sh", "-c", (char *)script, NULL};
    return output_of(argv, limit_ns, why);
}

static void refuses(const char *script, uint64_t limit_ns, const char *message) {
    struct errmsg why = {"it was taken"};
    assert_null(shell(script, limit_ns, &why));
    assert_string_equal(why.text, message);
}

static void prints(const char *script, const char *expected) {
    struct errmsg why;
    char *text = shell(script, late_ns, &why);
    assert_string_equal(text, expected);
    free(text);
}

static void gives_what_was_printed(void **state) {
    (void)state;
    prints("echo one; sh -c 'echo two'; echo three >&2", "one\ntwo\n");
}

static void nothing_is_a_text_too(void **state) {
    (void)state;
    prints(":", "");
}

static void a_long_text_comes_whole(void **state) {
    (void)state;
    struct errmsg why;
    char *text = shell("yes 1234567 | head -n 100000", late_ns, &why);
    assert_int_equal(strlen(text), 800000);
    free(text);
}

static void what_does_not_end_well_has_printed_nothing(void **state) {
    (void)state;
    refuses("echo one; exit 3", late_ns, "exited with status 3");
    refuses("echo one; kill -9 $$", late_ns, "killed by signal 9");
}

static void what_is_not_there_is_told(void **state) {
    (void)state;
    struct errmsg why;
    char *argv[] = {"/nowhere/nothing", NULL};
    assert_null(output_of(argv, late_ns, &why));
    assert_string_equal(why.text, "cannot be executed: No such file or directory");
}

static void whoever_asks_no_reason_gets_none(void **state) {
    (void)state;
    assert_null(shell("exit 1", late_ns, NULL));
}

static void standard_input_is_empty(void **state) {
    (void)state;
    prints("cat", "");
}

static void a_pipe_that_nobody_reads_ends_who_writes(void **state) {
    (void)state;
    struct errmsg why = {""};
    signal(SIGPIPE, SIG_IGN);
    char *text = shell("while :; do echo y; done | head -n 1", late_ns, &why);
    signal(SIGPIPE, SIG_DFL);
    assert_string_equal(text, "y\n");
    free(text);
}

static void what_never_ends_is_killed(void **state) {
    (void)state;
    refuses("sleep 1000", soon_ns, "did not end within 100 ms: killed");
    refuses("echo one; exec >&-; sleep 1000", soon_ns, "did not end within 100 ms: killed");
}

static void so_is_what_it_left_behind_with_our_pipe(void **state) {
    (void)state;
    refuses("sleep 1000 & exit 0", soon_ns, "did not end within 100 ms: killed");
}

static void what_prints_without_end_is_killed(void **state) {
    (void)state;
    refuses("yes", late_ns, "prints more than 64 MiB: killed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_was_printed),
        cmocka_unit_test(nothing_is_a_text_too),
        cmocka_unit_test(a_long_text_comes_whole),
        cmocka_unit_test(what_does_not_end_well_has_printed_nothing),
        cmocka_unit_test(what_is_not_there_is_told),
        cmocka_unit_test(whoever_asks_no_reason_gets_none),
        cmocka_unit_test(standard_input_is_empty),
        cmocka_unit_test(a_pipe_that_nobody_reads_ends_who_writes),
        cmocka_unit_test(what_never_ends_is_killed),
        cmocka_unit_test(so_is_what_it_left_behind_with_our_pipe),
        cmocka_unit_test(what_prints_without_end_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
