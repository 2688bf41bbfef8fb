// SPDX-License-Identifier: MIT
// Whose code two workers run, from made-up lists of what they map.
#include "gate_code.h"

#include "mem.h"
#include "room.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

#define OLD  "/nowhere/old/build/suite"
#define NEW  "/nowhere/new/build/suite"
#define KEPT "/nowhere/.tare/programs/"

static struct mapped list(const char *paths) {
    struct mapped mapped = {0};
    for (size_t length; *paths != '\0'; paths += length + (paths[length] == ' ')) {
        length = strcspn(paths, " ");
        mapped.paths = mem_push(mapped.paths, &mapped.count, sizeof *mapped.paths);
        mapped.paths[mapped.count - 1] = mem_printf("%.*s", (int)length, paths);
    }
    return mapped;
}

// What is said of workers that map these files besides their executables, with blanks between them;
// or which of them are shared.
static char *judge(const struct gate_origin origins[SIDES], const char *base, const char *new) {
    struct gate_code code;
    struct mapped mapped[SIDES] = {list(base), list(new)};
    struct errmsg why;
    gate_code_init(&code, origins);
    char *text = mem_text("");
    if (!gate_code_judge(&code, mapped, &why)) {
        free(text);
        text = mem_text(why.text);
    }
    for (size_t i = 0; i < code.shared_count; i++) {
        char *longer = mem_printf("%sshared %s", text, code.shared[i]);
        free(text);
        text = longer;
    }
    for (int side = 0; side < SIDES; side++)
        mapped_release(&mapped[side]);
    gate_code_release(&code);
    return text;
}

#define assert_judged(origins, base, new, expected)                                                \
    do {                                                                                           \
        char *text_ = judge(origins, base, new);                                                   \
        assert_string_equal(text_, expected);                                                      \
        free(text_);                                                                               \
    } while (0)

static const struct gate_origin files[SIDES] = {{.path = OLD}, {.path = NEW}};
static const struct gate_origin stored[SIDES] = {
    {.path = KEPT "aa/suite", .library_path = KEPT "bb:" KEPT "cc", .is_stored = true},
    {.path = NEW}};

static void each_side_may_run_its_own(void **state) {
    (void)state;
    assert_judged(files, OLD " /nowhere/old/build/libx.so", NEW " /nowhere/new/build/libx.so", "");
}

static void a_library_that_one_side_runs_is_run_where_it_is(void **state) {
    (void)state;
    struct gate_code code;
    struct errmsg why;
    struct mapped mapped[SIDES] = {list(OLD " /nowhere/old/build/libx.so /opt/libz.so"),
                                   list(NEW " /nowhere/new/build/libx.so /opt/libz.so")};
    gate_code_init(&code, files);
    for (int i = 0; i < 2; i++)
        assert_true(gate_code_judge(&code, mapped, &why));
    assert_int_equal(code.own_count, 2);
    assert_string_equal(code.own[0], "/nowhere/old/build/libx.so");
    assert_string_equal(code.own[1], "/nowhere/new/build/libx.so");
    for (int side = 0; side < SIDES; side++)
        mapped_release(&mapped[side]);
    gate_code_release(&code);
}

static void a_library_beside_either_is_not_for_both(void **state) {
    (void)state;
    assert_judged(files, OLD " /nowhere/new/build/libx.so", NEW " /nowhere/new/build/libx.so",
                  "both sides run /nowhere/new/build/libx.so, which is thus held against itself; "
                  "let each find its own, say by an rpath of $ORIGIN");
    assert_judged(files, OLD " /nowhere/old/build/lib/libx.so",
                  NEW " /nowhere/old/build/lib/libx.so",
                  "both sides run /nowhere/old/build/lib/libx.so, which is thus held against "
                  "itself; let each find its own, say by an rpath of $ORIGIN");
}

static void a_library_from_elsewhere_is_shared(void **state) {
    (void)state;
    assert_judged(files, OLD " /opt/libz.so", NEW " /opt/libz.so", "shared /opt/libz.so");
    assert_judged(files, OLD " /nowhere/new/builder/libz.so", NEW " /nowhere/new/builder/libz.so",
                  "shared /nowhere/new/builder/libz.so");
}

static void what_lies_in_the_root_has_no_home(void **state) {
    (void)state;
    const struct gate_origin rooted[SIDES] = {{.path = "/old"}, {.path = "/new"}};
    assert_judged(rooted, "/old /opt/libz.so", "/new /opt/libz.so", "shared /opt/libz.so");
}

static void one_program_may_be_held_against_itself(void **state) {
    (void)state;
    const struct gate_origin same[SIDES] = {{.path = NEW}, {.path = NEW}};
    assert_judged(same, NEW " /nowhere/new/build/libx.so", NEW " /nowhere/new/build/libx.so", "");
}

static void a_stored_program_runs_what_was_stored(void **state) {
    (void)state;
    assert_judged(stored, KEPT "aa/suite " KEPT "cc/libx.so " KEPT "bb/liby.so",
                  NEW " /nowhere/new/build/libx.so", "");
}

static void a_stored_program_runs_nothing_else(void **state) {
    (void)state;
    assert_judged(stored, KEPT "aa/suite /opt/libx.so", NEW,
                  "base maps /opt/libx.so, which is no copy that was stored: it may be new code");
    assert_judged(stored, KEPT "aa/suite " KEPT "dd/libx.so", NEW,
                  "base maps " KEPT "dd/libx.so, which is no copy that was stored: it may be new "
                  "code");
    assert_judged(stored, KEPT "aa/suite " KEPT "bb/deeper/libx.so", NEW,
                  "base maps " KEPT "bb/deeper/libx.so, which is no copy that was stored: it may "
                  "be new code");
    assert_judged(stored, "/nowhere/build/suite", NEW,
                  "base maps /nowhere/build/suite, which is no copy that was stored: it may be new "
                  "code");
}

static void a_repository_is_one_home(void **state) {
    (void)state;
    char *path = mem_printf("%s/build/suite", room_path);
    char *library = mem_printf("%s/lib/libx.so", room_path);
    char *shared = mem_printf("shared %s", library);
    char *refused = mem_printf("both sides run %s, which is thus held against itself; let each "
                               "find its own, say by an rpath of $ORIGIN",
                               library);
    const struct gate_origin origins[SIDES] = {{.path = OLD}, {.path = path}};
    assert_judged(origins, library, library, shared);
    room_put(".git", "gitdir: elsewhere\n"); // as a worktree has it
    assert_judged(origins, library, library, refused);
    free(refused);
    free(shared);
    free(library);
    free(path);
}

static void a_file_that_changes_is_found(void **state) {
    (void)state;
    struct gate_code code;
    struct errmsg why;
    char self[4096] = "";
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    const struct gate_origin origins[SIDES] = {{.path = self}, {.path = self}};
    const pid_t pids[SIDES] = {getpid(), getpid()};
    gate_code_init(&code, origins);
    assert_true(gate_code_admit(&code, pids, &why));
    assert_true(gate_code_check(&code, &why));
    assert_string_equal(code.files[0].path, self);
    code.files[0].info.st_mtim.tv_nsec ^= 1;
    assert_false(gate_code_check(&code, &why));
    assert_non_null(strstr(why.text, "changed while it was measured"));
    free(code.files[0].path);
    code.files[0].path = mem_text("/nowhere/suite");
    assert_false(gate_code_check(&code, &why));
    assert_non_null(strstr(why.text, "/nowhere/suite went away while it was measured"));
    gate_code_release(&code);
}

// Its copies are run, but what it counts is its own.
static void an_executable_that_changes_is_found(void **state) {
    (void)state;
    struct gate_code code;
    struct errmsg why;
    room_put("old", "code");
    room_put("new", "code");
    char *paths[SIDES] = {mem_printf("%s/old", room_path), mem_printf("%s/new", room_path)};
    const struct gate_origin origins[SIDES] = {{.path = paths[SIDE_BASE], .copy = "/nowhere/old"},
                                               {.path = paths[SIDE_NEW], .copy = "/nowhere/new"}};
    gate_code_init(&code, origins);
    assert_true(gate_code_check(&code, &why));
    room_put("new", "other code");
    assert_false(gate_code_check(&code, &why));
    assert_non_null(strstr(why.text, "/new changed while it was measured"));
    gate_code_release(&code);
    free(paths[SIDE_BASE]);
    free(paths[SIDE_NEW]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_may_run_its_own),
        cmocka_unit_test(a_library_that_one_side_runs_is_run_where_it_is),
        cmocka_unit_test(a_library_beside_either_is_not_for_both),
        cmocka_unit_test(a_library_from_elsewhere_is_shared),
        cmocka_unit_test(what_lies_in_the_root_has_no_home),
        cmocka_unit_test(one_program_may_be_held_against_itself),
        cmocka_unit_test(a_stored_program_runs_what_was_stored),
        cmocka_unit_test(a_stored_program_runs_nothing_else),
        cmocka_unit_test_setup_teardown(a_repository_is_one_home, room_enter, room_leave),
        cmocka_unit_test(a_file_that_changes_is_found),
        cmocka_unit_test_setup_teardown(an_executable_that_changes_is_found, room_enter,
                                        room_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
