// SPDX-License-Identifier: MIT
// The files of a process, from made-up texts of /proc/PID/maps.
#include "mapped.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

#define CODE  "7f0000001000-7f0000002000 r-xp 00001000 08:01 12345      "
#define DATA  "7f0000003000-7f0000004000 rw-p 00003000 08:01 12345      "
#define MIXED "7f0000005000-7f0000006000 rwxs 00000000 00:01 99         "

static bool parse(struct mapped *mapped, const char *text, struct errmsg *why) {
    FILE *maps = fmemopen((void *)text, strlen(text), "r");
    bool good = mapped_parse(mapped, "/home/me/bench", maps, why);
    fclose(maps);
    return good;
}

// The files, with blanks between them.
static void assert_mapped(const char *text, const char *expected) {
    struct mapped mapped;
    struct errmsg why = {""};
    char found[400] = "";
    if (!parse(&mapped, text, &why))
        fail_msg("%s", why.text);
    for (size_t i = 0; i < mapped.count; i++) {
        strcat(found, i == 0 ? "" : "|");
        strcat(found, mapped.paths[i]);
    }
    assert_string_equal(found, expected);
    mapped_release(&mapped);
}

static void the_executable_comes_first_and_once(void **state) {
    (void)state;
    assert_mapped(CODE "/opt/x/libx.so\n" CODE "/home/me/bench\n", "/home/me/bench|/opt/x/libx.so");
}

static void what_belongs_to_the_system_is_left_out(void **state) {
    (void)state;
    assert_mapped(CODE "/lib/x86_64-linux-gnu/libc.so.6\n" CODE "/usr/lib/libm.so.6\n" CODE
                       "/lib64/ld-linux-x86-64.so.2\n" CODE "/usr/lib64/libz.so\n" CODE
                       "/usr/local/lib/liby.so\n" CODE "/home/me/lib/libx.so\n" CODE
                       "/library/libz.so\n",
                  "/home/me/bench|/usr/local/lib/liby.so|/home/me/lib/libx.so|/library/libz.so");
}

static void a_file_that_is_mapped_twice_is_one(void **state) {
    (void)state;
    assert_mapped(CODE "/opt/libx.so\n" CODE "/opt/liby.so\n" CODE "/opt/libx.so\n",
                  "/home/me/bench|/opt/libx.so|/opt/liby.so");
}

static void only_code_makes_a_program(void **state) {
    (void)state;
    assert_mapped(DATA "/var/cache/data\n" DATA "/opt/libx.so\n", "/home/me/bench");
    assert_mapped(MIXED "/opt/libx.so\n", "/home/me/bench|/opt/libx.so");
}

static void memory_without_a_file_is_none(void **state) {
    (void)state;
    assert_mapped("7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0      [vdso]\n"
                  "7ffe00000000-7ffe00001000 rwxp 00000000 00:00 0 \n"
                  "7ffe00002000-7ffe00003000 rwxp 00000000 00:00 0      [anon:jit/code]\n",
                  "/home/me/bench");
}

static void memory_that_looks_like_a_file_is_none(void **state) {
    (void)state;
    assert_mapped(MIXED "/memfd:jit (deleted)\n" MIXED "/dev/zero (deleted)\n" MIXED
                        "/SYSV00000000 (deleted)\n",
                  "/home/me/bench");
}

static void paths_may_have_blanks(void **state) {
    (void)state;
    assert_mapped(CODE "/home/me/my libs/lib x.so\n" CODE "/home/me/two  blanks.so\n",
                  "/home/me/bench|/home/me/my libs/lib x.so|/home/me/two  blanks.so");
}

static void a_file_that_was_replaced_is_refused(void **state) {
    (void)state;
    struct mapped mapped;
    struct errmsg why;
    assert_false(parse(&mapped, CODE "/opt/liby.so\n" CODE "/opt/libx.so (deleted)\n", &why));
    assert_string_equal(
        why.text, "/opt/libx.so (deleted): the file was removed or replaced while it was in use");
    assert_null(mapped.paths);
}

static void what_the_system_replaced_meanwhile_is_none_of_ours(void **state) {
    (void)state;
    assert_mapped(CODE "/usr/lib/libz.so.1 (deleted)\n", "/home/me/bench");
}

static void lines_that_are_none_are_skipped(void **state) {
    (void)state;
    assert_mapped("\n \n/\nx /\n r-x\n r-xp /x\n" CODE "\n" CODE "/opt/libx.so", // no line end
                  "/home/me/bench|/opt/libx.so");
}

static void this_process_is_made_of_this_program(void **state) {
    (void)state;
    struct mapped mapped;
    struct errmsg why;
    char self[4096] = "";
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    if (!mapped_read(&mapped, getpid(), &why))
        fail_msg("%s", why.text);
    assert_string_equal(mapped.paths[0], self);
    mapped_release(&mapped);
}

static void no_process_has_no_files(void **state) {
    (void)state;
    struct mapped mapped;
    struct errmsg why;
    assert_false(mapped_read(&mapped, -1, &why));
    assert_non_null(strstr(why.text, "cannot be read"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_executable_comes_first_and_once),
        cmocka_unit_test(what_belongs_to_the_system_is_left_out),
        cmocka_unit_test(a_file_that_is_mapped_twice_is_one),
        cmocka_unit_test(only_code_makes_a_program),
        cmocka_unit_test(memory_without_a_file_is_none),
        cmocka_unit_test(memory_that_looks_like_a_file_is_none),
        cmocka_unit_test(paths_may_have_blanks),
        cmocka_unit_test(a_file_that_was_replaced_is_refused),
        cmocka_unit_test(what_the_system_replaced_meanwhile_is_none_of_ours),
        cmocka_unit_test(lines_that_are_none_are_skipped),
        cmocka_unit_test(this_process_is_made_of_this_program),
        cmocka_unit_test(no_process_has_no_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
