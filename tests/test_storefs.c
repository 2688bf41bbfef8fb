// SPDX-License-Identifier: MIT
// Files and directories of the store: names made fit, strangers refused, what is half made unseen.
#include "storefs.h"

#include "mem.h"
#include "room.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct errmsg why;

// ---- Names -----------------------------------------------------------------------------------

static void assert_named(const char *text, const char *expected) {
    char *name = storefs_name(text);
    assert_string_equal(name, expected);
    free(name);
}

static void an_ordinary_name_stays_as_it_is(void **state) {
    (void)state;
    assert_named("bench", "bench");
    assert_named("libstdc++.so.6.0-2_x", "libstdc++.so.6.0-2_x");
}

static void no_name_leads_out_of_the_store(void **state) {
    (void)state;
    assert_named("..", "%2E.");
    assert_named(".", "%2E");
    assert_named("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd");
    assert_named("/bin/sh", "%2Fbin%2Fsh");
}

static void no_name_is_hidden(void **state) {
    (void)state;
    assert_named(".bench", "%2Ebench");
    assert_named(".tare-new-123456", "%2Etare-new-123456");
    assert_named("a.b", "a.b");
}

static void nothing_has_a_name_too(void **state) {
    (void)state;
    assert_named("", "%");
}

static void what_a_terminal_obeys_is_spelt_out(void **state) {
    (void)state;
    assert_named("\033[31m\n\t\x7f", "%1B%5B31m%0A%09%7F");
    assert_named("a b", "a%20b");
    assert_named("\xe2\x80\xae\xc3\xa9", "%E2%80%AE%C3%A9");
    assert_named("\xff", "%FF");
}

static void long_names_are_cut_and_still_differ(void **state) {
    (void)state;
    char text[201];
    memset(text, 'a', 200);
    text[200] = '\0';
    char *one = storefs_name(text);
    text[199] = 'b';
    char *two = storefs_name(text);
    assert_int_equal(strlen(one), STOREFS_NAME_MAX);
    assert_int_equal(strlen(two), STOREFS_NAME_MAX);
    assert_memory_equal(one, text, 100);
    assert_string_not_equal(one, two);
    free(one);
    free(two);
}

static void the_longest_name_that_fits_is_not_cut(void **state) {
    (void)state;
    char text[STOREFS_NAME_MAX + 1] = "";
    memset(text, 'a', STOREFS_NAME_MAX);
    assert_named(text, text);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void different_texts_have_different_names(void **state) {
    (void)state;
    static const char *const texts[] = {"",     "_",   "%",     "%25", "%2E", ".",  "..",
                                        "%2E.", "a b", "a%20b", "a_b", "a/b", "A",  "a",
                                        "\xc3", "%C3", "a\n",   "a\r", "a",   "a+b"};
    enum { COUNT = sizeof texts / sizeof *texts, TWINS = 1 }; // "a" is there twice
    char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        names[i] = storefs_name(texts[i]);
    qsort(names, COUNT, sizeof *names, by_text);
    int same = 0;
    for (size_t i = 1; i < COUNT; i++)
        same += strcmp(names[i - 1], names[i]) == 0;
    assert_int_equal(same, TWINS);
    for (size_t i = 0; i < COUNT; i++)
        free(names[i]);
}

// ---- Looking ---------------------------------------------------------------------------------

static void assert_lists(const char *directory, const char *expected) {
    struct storefs_names names;
    char text[200] = "";
    assert_true(storefs_list(directory, &names, &why));
    for (size_t i = 0; i < names.count; i++) {
        strcat(text, i == 0 ? "" : " ");
        strcat(text, names.items[i]);
    }
    assert_string_equal(text, expected);
    storefs_names_release(&names);
}

static void a_list_is_sorted(void **state) {
    (void)state;
    room_put("b", "");
    room_put("a", "");
    room_put("%2E.", "");
    assert_lists(".", "%2E. a b");
}

static void a_list_leaves_out_what_is_half_made_and_what_cannot_be_ours(void **state) {
    (void)state;
    room_put("a", "");
    room_put(STOREFS_TEMPORARY "1-0.tmp", "");
    room_put(".hidden", "");
    room_put("with blank", "");
    room_put("\033[31m", "");
    assert_lists(".", "a");
}

static void no_directory_is_an_empty_list(void **state) {
    (void)state;
    assert_lists("absent", "");
}

static void a_file_has_no_list(void **state) {
    (void)state;
    struct storefs_names names;
    room_put("file", "");
    assert_false(storefs_list("file", &names, &why));
    assert_non_null(strstr(why.text, "file: cannot be listed: Not a directory"));
}

static void a_directory_is_empty_with_nothing_but_what_is_half_made(void **state) {
    (void)state;
    assert_true(storefs_is_empty("."));
    room_put(STOREFS_TEMPORARY "x", "");
    assert_true(storefs_is_empty("."));
    room_put(".hidden", "");
    assert_false(storefs_is_empty("."));
    assert_false(storefs_is_empty(".hidden"));
    assert_true(storefs_is_empty("absent"));
}

static void refuses_directory(const char *path, const char *cause) {
    assert_false(storefs_check_directory(path, &why));
    assert_non_null(strstr(why.text, path));
    assert_non_null(strstr(why.text, cause));
}

static void refuses_file(const char *path, const char *cause) {
    assert_false(storefs_check_file(path, &why));
    assert_non_null(strstr(why.text, path));
    assert_non_null(strstr(why.text, cause));
}

static void links_are_neither_files_nor_directories(void **state) {
    (void)state;
    room_put("file", "");
    assert_return_code(mkdir("directory", 0777), 0);
    assert_return_code(symlink("file", "to_file"), 0);
    assert_return_code(symlink("directory", "to_directory"), 0);
    assert_true(storefs_check_file("file", &why));
    assert_true(storefs_check_directory("directory", &why));
    refuses_file("to_file", "a symbolic link, not a file");
    refuses_directory("to_directory", "a symbolic link, not a directory");
}

static void the_wrong_kind_is_refused(void **state) {
    (void)state;
    room_put("file", "");
    assert_return_code(mkfifo("pipe", 0666), 0);
    refuses_directory("file", "something else, not a directory");
    refuses_file(".", "something else, not a file");
    refuses_file("pipe", "something else, not a file");
    refuses_file("absent", "No such file");
    refuses_directory("absent", "No such file");
}

// ---- Changing --------------------------------------------------------------------------------

static void a_directory_is_made_once(void **state) {
    (void)state;
    assert_true(storefs_make("d", &why));
    assert_true(storefs_make("d", &why));
    assert_true(storefs_check_directory("d", &why));
}

static void no_directory_is_made_behind_a_link(void **state) {
    (void)state;
    assert_return_code(symlink("elsewhere", "link"), 0);
    assert_false(storefs_make("link", &why));
    assert_return_code(mkdir("elsewhere", 0777), 0);
    assert_false(storefs_make("link", &why));
}

static void what_is_begun_is_unseen_until_it_appears(void **state) {
    (void)state;
    char *temporary = storefs_begin(".", &why);
    assert_non_null(temporary);
    char *inside = storefs_path(temporary, "file");
    room_put(inside, "");
    assert_lists(".", "");
    assert_true(storefs_appear(temporary, "it", &why));
    assert_lists(".", "it");
    assert_lists("it", "file");
    free(inside);
    free(temporary);
}

static void what_appears_never_takes_the_place_of_something(void **state) {
    (void)state;
    char *temporary = storefs_begin(".", &why);
    assert_true(storefs_make("it", &why));
    room_put("it/file", "kept");
    assert_false(storefs_appear(temporary, "it", &why));
    assert_lists("it", "file");
    assert_true(storefs_remove(temporary, &why));
    free(temporary);
}

static void nothing_can_begin_in_no_directory(void **state) {
    (void)state;
    assert_null(storefs_begin("absent", &why));
    assert_non_null(strstr(why.text, "absent: cannot be written: No such file"));
}

static void a_directory_is_removed_with_all_that_is_in_it(void **state) {
    (void)state;
    assert_true(storefs_make("d", &why) && storefs_make("d/e", &why));
    room_put("d/e/file", "");
    room_put("d/.hidden", "");
    assert_true(storefs_remove("d", &why));
    assert_false(room_has("d"));
    assert_true(storefs_is_empty("."));
}

static void removing_what_is_not_there_is_fine(void **state) {
    (void)state;
    assert_true(storefs_remove("absent", &why));
    assert_lists(".", "");
}

static void removing_follows_no_link(void **state) {
    (void)state;
    assert_true(storefs_make("kept", &why) && storefs_make("d", &why));
    room_put("kept/file", "");
    assert_return_code(symlink("../kept", "d/link"), 0);
    assert_return_code(symlink("kept", "link"), 0);
    assert_true(storefs_remove("link", &why));
    assert_true(storefs_remove("d", &why));
    assert_false(room_has("link") || room_has("d"));
    assert_lists("kept", "file");
}

static void a_sweep_takes_what_killed_writers_left(void **state) {
    (void)state;
    assert_true(storefs_make(STOREFS_TEMPORARY "new-abcdef", &why));
    room_put(STOREFS_TEMPORARY "new-abcdef/file", "");
    room_put(STOREFS_TEMPORARY "1-0.tmp", "");
    room_put("kept", "");
    room_put(".kept", "");
    assert_true(storefs_sweep(".", &why));
    assert_false(room_has(STOREFS_TEMPORARY "new-abcdef") || room_has(STOREFS_TEMPORARY "1-0.tmp"));
    assert_true(room_has("kept") && room_has(".kept"));
}

static void a_sweep_follows_no_link(void **state) {
    (void)state;
    assert_true(storefs_make("kept", &why) && storefs_make("swept", &why));
    room_put("kept/file", "");
    room_put("kept/" STOREFS_TEMPORARY "x", "");
    assert_return_code(symlink("../kept", "swept/" STOREFS_TEMPORARY "link"), 0);
    assert_return_code(symlink("../kept", "swept/link"), 0);
    assert_true(storefs_sweep_below("swept", &why));
    assert_false(room_has("swept/" STOREFS_TEMPORARY "link"));
    assert_true(room_has("kept/file") && room_has("kept/" STOREFS_TEMPORARY "x"));
}

static void a_sweep_below_takes_directories_that_are_empty(void **state) {
    (void)state;
    assert_true(storefs_make("m", &why) && storefs_make("m/p", &why) && storefs_make("n", &why));
    room_put("m/p/" STOREFS_TEMPORARY "x", "");
    room_put("n/file", "");
    assert_true(storefs_sweep_below(".", &why));
    assert_lists(".", "n");
}

static void a_copy_has_the_same_content_and_may_be_executed_not_written(void **state) {
    (void)state;
    static char bytes[200000]; // more than one block
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i >> 7);
    room_put_bytes("from", bytes, sizeof bytes);
    assert_true(storefs_copy("from", "to", &why));
    static char again[sizeof bytes + 1];
    FILE *file = fopen("to", "re");
    assert_int_equal(fread(again, 1, sizeof again, file), sizeof bytes);
    fclose(file);
    assert_memory_equal(bytes, again, sizeof bytes);
    struct stat info;
    assert_return_code(stat("to", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0555);
}

static void a_copy_replaces_nothing_and_follows_no_link(void **state) {
    (void)state;
    room_put("from", "new");
    room_put("to", "old");
    assert_false(storefs_copy("from", "to", &why));
    assert_return_code(symlink("elsewhere", "link"), 0);
    assert_false(storefs_copy("from", "link", &why));
    assert_false(room_has("elsewhere"));
    assert_false(storefs_copy("absent", "it", &why));
    assert_false(room_has("it"));
}

static void bytes_are_those_of_files(void **state) {
    (void)state;
    assert_int_equal(storefs_bytes("absent"), 0);
    assert_true(storefs_make("d", &why));
    assert_int_equal(storefs_bytes("d"), 0);
    room_put("d/a", "12345");
    room_put("d/.b", "123");
    room_put("big", "1234567890");
    assert_return_code(symlink("../big", "d/link"), 0);
    assert_int_equal(storefs_bytes("d"), 8);
}

int main(void) {
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_enter, room_leave)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_name_stays_as_it_is),
        cmocka_unit_test(no_name_leads_out_of_the_store),
        cmocka_unit_test(no_name_is_hidden),
        cmocka_unit_test(nothing_has_a_name_too),
        cmocka_unit_test(what_a_terminal_obeys_is_spelt_out),
        cmocka_unit_test(long_names_are_cut_and_still_differ),
        cmocka_unit_test(the_longest_name_that_fits_is_not_cut),
        cmocka_unit_test(different_texts_have_different_names),
        IN_A_ROOM(a_list_is_sorted),
        IN_A_ROOM(a_list_leaves_out_what_is_half_made_and_what_cannot_be_ours),
        IN_A_ROOM(no_directory_is_an_empty_list),
        IN_A_ROOM(a_file_has_no_list),
        IN_A_ROOM(a_directory_is_empty_with_nothing_but_what_is_half_made),
        IN_A_ROOM(links_are_neither_files_nor_directories),
        IN_A_ROOM(the_wrong_kind_is_refused),
        IN_A_ROOM(a_directory_is_made_once),
        IN_A_ROOM(no_directory_is_made_behind_a_link),
        IN_A_ROOM(what_is_begun_is_unseen_until_it_appears),
        IN_A_ROOM(what_appears_never_takes_the_place_of_something),
        IN_A_ROOM(nothing_can_begin_in_no_directory),
        IN_A_ROOM(a_directory_is_removed_with_all_that_is_in_it),
        IN_A_ROOM(removing_what_is_not_there_is_fine),
        IN_A_ROOM(removing_follows_no_link),
        IN_A_ROOM(a_sweep_takes_what_killed_writers_left),
        IN_A_ROOM(a_sweep_follows_no_link),
        IN_A_ROOM(a_sweep_below_takes_directories_that_are_empty),
        IN_A_ROOM(a_copy_has_the_same_content_and_may_be_executed_not_written),
        IN_A_ROOM(a_copy_replaces_nothing_and_follows_no_link),
        IN_A_ROOM(bytes_are_those_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
