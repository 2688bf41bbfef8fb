// SPDX-License-Identifier: MIT
// Tests of memory that is there or ends the program.
#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void mem_zero_is_zeroed(void **state) {
    (void)state;
    int *items = mem_zero(3, sizeof *items);
    assert_int_equal(items[0] | items[1] | items[2], 0);
    free(items);
}

static void mem_zero_of_nothing_is_null(void **state) {
    (void)state;
    assert_null(mem_zero(0, 8));
    assert_null(mem_zero(8, 0));
}

static void mem_push_keeps_what_is_there_and_zeroes_what_is_new(void **state) {
    (void)state;
    int *items = NULL;
    size_t count = 0;
    for (int i = 0; i < 1000; i++) {
        items = mem_push(items, &count, sizeof *items);
        assert_int_equal(items[count - 1], 0);
        items[count - 1] = i;
    }
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    free(items);
}

static void mem_text_copies(void **state) {
    (void)state;
    const char *text = "abc";
    char *copy = mem_text(text);
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    free(copy);
    assert_null(mem_text(NULL));
}

static void mem_printf_formats(void **state) {
    (void)state;
    char *text = mem_printf("%s=%d", "size", 64);
    assert_string_equal(text, "size=64");
    free(text);
}

static void mem_append_puts_more_behind(void **state) {
    (void)state;
    char *text = mem_append(NULL, "%d", 1);
    text = mem_append(text, ", %d", 2);
    assert_string_equal(text, "1, 2");
    free(text);
}

static void ask_for_too_much(void) {
    // Volatile: the compiler would warn of what is meant to fail.
    volatile size_t count = SIZE_MAX / 2;
    free(mem_zero(count, 4));
}

static void memory_used_up_ends_the_program_with_status_2(void **state) {
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        ask_for_too_much();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mem_zero_is_zeroed),
        cmocka_unit_test(mem_zero_of_nothing_is_null),
        cmocka_unit_test(mem_push_keeps_what_is_there_and_zeroes_what_is_new),
        cmocka_unit_test(mem_text_copies),
        cmocka_unit_test(mem_printf_formats),
        cmocka_unit_test(mem_append_puts_more_behind),
        cmocka_unit_test(memory_used_up_ends_the_program_with_status_2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
