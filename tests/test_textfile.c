// SPDX-License-Identifier: MIT
// Tests of reading and safely replacing whole files, in a directory of their own.
#include "textfile.h"

#include "room.h"
#include "told.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// No test leaves a temporary file behind.
static int leave(void **state) {
    int leftovers = 0;
    DIR *dir = opendir(".");
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        leftovers += strstr(entry->d_name, ".tmp") != NULL;
    closedir(dir);
    return room_leave(state) != 0 || leftovers != 0;
}

static void put(const char *path, const char *text) {
    take(textfile_write(path, text, strlen(text), &why));
}

static void assert_holds(const char *path, const char *expected) {
    char *text;
    size_t length;
    take(textfile_read(path, 1000, &text, &length, &why));
    assert_int_equal(length, strlen(expected));
    assert_string_equal(text, expected);
    free(text);
}

static void assert_unreadable(const char *path, size_t length_max, const char *reason) {
    char *text;
    size_t length;
    refuse(textfile_read(path, length_max, &text, &length, &why), path);
    assert_told(reason);
}

static void assert_unwritable(const char *path, const char *reason) {
    refuse(textfile_can_write(path, &why), path);
    assert_told(reason);
    refuse(textfile_write(path, "new", 3, &why), path);
    assert_told(reason);
}

static mode_t mode_of(const char *path) {
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 07777;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    put("a", "first\n");
    assert_holds("a", "first\n");
    put("a", "");
    assert_holds("a", "");
}

static void large_files_are_read_whole(void **state) {
    (void)state;
    size_t size = 300 * 1000, length;
    char *text = malloc(size), *read;
    memset(text, 'x', size);
    assert_true(textfile_write("a", text, size, &why));
    assert_true(textfile_read("a", size, &read, &length, &why));
    assert_int_equal(length, size);
    assert_memory_equal(read, text, size);
    assert_int_equal(read[size], '\0');
    free(read);
    assert_unreadable("a", size - 1, "is larger than 299999 bytes");
    free(text);
}

static void pipes_are_read(void **state) {
    (void)state;
    int ends[2];
    char path[40];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_holds(path, "piped");
    close(ends[0]);
}

static void what_cannot_be_read_is_named(void **state) {
    (void)state;
    assert_unreadable("missing", 1000, "No such file");
    assert_unreadable(".", 1000, "is a directory");
    put("file", "x");
    assert_unreadable("file/below", 1000, "Not a directory");
}

static void the_old_mode_is_kept(void **state) {
    (void)state;
    put("a", "old");
    assert_int_equal(chmod("a", 0640), 0);
    put("a", "new");
    assert_holds("a", "new");
    assert_int_equal(mode_of("a"), 0640);
}

static void a_new_file_heeds_the_umask(void **state) {
    (void)state;
    mode_t before = umask(027);
    put("a", "new");
    umask(before);
    assert_int_equal(mode_of("a"), 0640);
}

static void a_link_stays_a_link(void **state) {
    (void)state;
    put("target", "old");
    assert_int_equal(symlink("target", "link"), 0);
    put("link", "new");
    assert_holds("target", "new");
    struct stat about;
    assert_int_equal(lstat("link", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

static void readers_of_the_old_file_keep_it(void **state) {
    (void)state;
    put("a", "old");
    int fd = open("a", O_RDONLY);
    put("a", "new");
    char text[4] = "";
    assert_int_equal(read(fd, text, 3), 3);
    assert_string_equal(text, "old");
    close(fd);
}

static void what_cannot_be_written_is_named(void **state) {
    (void)state;
    put("file", "x");
    assert_unwritable("missing/a", "No such file");
    assert_unwritable("file/a", "Not a directory");
    assert_unwritable(".", "Is a directory");
    assert_holds("file", "x");
}

static void a_full_disk_is_an_error_and_the_device_survives(void **state) {
    (void)state;
    assert_int_equal(symlink("/dev/full", "full"), 0);
    assert_true(textfile_can_write("full", &why));
    assert_false(textfile_write("full", "new", 3, &why));
    assert_non_null(strstr(why.text, "full: cannot be written: No space left"));
    struct stat about;
    assert_int_equal(stat("/dev/full", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
}

static void can_write_leaves_nothing_behind(void **state) {
    (void)state;
    assert_true(textfile_can_write("a", &why));
    assert_int_not_equal(access("a", F_OK), 0);
    assert_true(textfile_can_write("-", &why));
}

static void peek_cuts_the_newline_and_what_is_too_long(void **state) {
    (void)state;
    char text[8];
    put("a", "tsc\n");
    assert_true(textfile_peek("a", text, sizeof text));
    assert_string_equal(text, "tsc");
    put("a", "0123456789");
    assert_true(textfile_peek("a", text, sizeof text));
    assert_string_equal(text, "0123456");
    put("a", "");
    assert_true(textfile_peek("a", text, sizeof text));
    assert_string_equal(text, "");
}

static void peek_is_false_without_a_file(void **state) {
    (void)state;
    char text[8];
    assert_false(textfile_peek("missing", text, sizeof text));
    assert_false(textfile_peek(".", text, sizeof text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read),
        TEST(large_files_are_read_whole),
        TEST(pipes_are_read),
        TEST(what_cannot_be_read_is_named),
        TEST(the_old_mode_is_kept),
        TEST(a_new_file_heeds_the_umask),
        TEST(a_link_stays_a_link),
        TEST(readers_of_the_old_file_keep_it),
        TEST(what_cannot_be_written_is_named),
        TEST(a_full_disk_is_an_error_and_the_device_survives),
        TEST(can_write_leaves_nothing_behind),
        TEST(peek_cuts_the_newline_and_what_is_too_long),
        TEST(peek_is_false_without_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
