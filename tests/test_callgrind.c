// SPDX-License-Identifier: MIT
// Tests of counting under callgrind as the driver sees it; valgrind itself is not needed.

#include "callgrind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "room.h"

// ---- Explanations ----------------------------------------------------------------------------

static const char avx512_log[] =
    "==30009== Command: ./av\n"
    "vex amd64->IR: unhandled instruction bytes: 0x62 0xF1 0x7C 0x48 0x10 0x7\n"
    "vex amd64->IR:   REX=0 REX.W=0 REX.R=0 REX.X=0 REX.B=0\n"
    "==30009== valgrind: Unrecognised instruction at address 0x109139.\n"
    "==30009==    at 0x109139: wide (av.c:2)\n"
    "==30009==    by 0x109185: main (av.c:3)\n";

static const char unknown_log[] =
    "==30013== valgrind: Unrecognised instruction at address 0x10912d.\n";

static void explains(const char *log, const char *tail, const char *expected) {
    struct errmsg why = {"killed by SIGILL (Illegal instruction)"};
    callgrind_explain("3.19.0", log, tail, why.text, &why);
    assert_string_equal(why.text, expected);
}

static void avx512_is_named_with_its_place(void **state) {
    (void)state;
    explains(avx512_log, "",
             "valgrind 3.19.0 cannot decode an AVX-512 instruction, in wide (av.c:2); build for a "
             "CPU without, say with -march=x86-64-v3, to have it counted");
}

static void other_instructions_are_told_without_a_place_where_none_is_said(void **state) {
    (void)state;
    explains(unknown_log, "",
             "valgrind 3.19.0 cannot decode an instruction; try a newer valgrind, or build for an "
             "older CPU");
}

static void debug_information_that_is_too_new_is_told(void **state) {
    (void)state;
    explains("### unhandled dwarf2 abbrev form code 0x25\n"
             "==5524== Valgrind: debuginfo reader: ensure_valid failed:\n"
             "==5524== Valgrind:   during call to ML_(img_get)\n",
             "",
             "valgrind 3.19.0 cannot read the debug information of the program or a library; build "
             "with -gdwarf-4, or without -g, to have it counted");
}

static void what_valgrind_ends_with_is_told(void **state) {
    (void)state;
    const char *expected = "valgrind 3.19.0: failed to start tool 'callgrind' for platform "
                           "'amd64-linux': No such file";
    const char *said =
        "valgrind: failed to start tool 'callgrind' for platform 'amd64-linux': No such file\n";
    explains("", said, expected);
    explains(said, "words of the case\n", expected);
    char behind[256];
    snprintf(behind, sizeof behind, "words of the case\n%s", said);
    explains("", behind, expected);
}

static void without_a_word_it_is_how_the_worker_died(void **state) {
    (void)state;
    explains("==1== Command: ./av\n", "words of the case\n",
             "under valgrind 3.19.0: killed by SIGILL (Illegal instruction)");
}

// ---- What cannot be counted ------------------------------------------------------------------

static void cannot_count(const char *features, int64_t threads, const char *expected) {
    struct unit unit = {.features = (char *)features};
    struct document doc = {.program = {.units = &unit, .unit_count = 1}};
    struct trial trial = {.threads = threads};
    struct errmsg why = {""};
    assert_int_equal(callgrind_can_count(&doc, &trial, &why), *expected == '\0');
    assert_string_equal(why.text, expected);
}

static void threads_and_sanitizers_are_refused(void **state) {
    (void)state;
    cannot_count("avx2 optimized pic", 1, "");
    cannot_count("optimized", 2, "2 threads: callgrind counts a single one");
    cannot_count("asan optimized", 1,
                 "built with AddressSanitizer, which does not run under valgrind");
    cannot_count("optimized tsan", 1,
                 "built with ThreadSanitizer, which does not run under valgrind");
}

// ---- The environment -------------------------------------------------------------------------

static const char *find_entry(const struct callgrind_environment *environment, const char *name) {
    const char *found = NULL;
    size_t length = strlen(name);
    for (size_t i = 0; environment->entries[i]; i++)
        if (strncmp(environment->entries[i], name, length) == 0 &&
            environment->entries[i][length] == '=') {
            assert_null(found); // each once
            found = environment->entries[i] + length + 1;
        }
    return found;
}

static void the_callers_environment_does_not_count(void **state) {
    (void)state;
    setenv("TARE_TEST_UNHEARD_OF", "1", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=1", 1);
    struct callgrind_environment environment = callgrind_environment(&(struct flag_texts){0});
    assert_null(find_entry(&environment, "TARE_TEST_UNHEARD_OF"));
    assert_string_equal(find_entry(&environment, "LC_ALL"), "C");
    assert_string_equal(find_entry(&environment, "GLIBC_TUNABLES"), "");
    assert_string_equal(find_entry(&environment, "LD_BIND_NOW"), "1");
    assert_string_equal(find_entry(&environment, "PATH"), getenv("PATH"));
    callgrind_environment_release(&environment);
}

static void what_is_declared_is_kept_even_before_our_settings(void **state) {
    (void)state;
    const char *names[] = {"TARE_TEST_UNHEARD_OF", "LC_ALL", "PATH", "TARE_TEST_NOT_SET"};
    struct flag_texts kept = {names, 4};
    setenv("TARE_TEST_UNHEARD_OF", "1", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    struct callgrind_environment environment = callgrind_environment(&kept);
    assert_string_equal(find_entry(&environment, "TARE_TEST_UNHEARD_OF"), "1");
    assert_string_equal(find_entry(&environment, "LC_ALL"), "de_DE.UTF-8");
    assert_string_equal(find_entry(&environment, "PATH"), getenv("PATH"));
    assert_null(find_entry(&environment, "TARE_TEST_NOT_SET"));
    callgrind_environment_release(&environment);
}

// ---- A valgrind that is made up --------------------------------------------------------------

static int make_place(void **state) {
    *state = strdup(getenv("PATH"));
    return room_enter(NULL);
}

static int remove_place(void **state) {
    setenv("PATH", *state, 1);
    free(*state);
    return room_leave(NULL);
}

enum { VALGRIND_PATH_SIZE = sizeof room_path + sizeof "/valgrind" };

static void put_valgrind(const char *script, char *path) {
    char text[256], search[2 * VALGRIND_PATH_SIZE];
    snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    room_put("valgrind", text);
    assert_int_equal(chmod("valgrind", 0755), 0);
    snprintf(path, VALGRIND_PATH_SIZE, "%s/valgrind", room_path);
    snprintf(search, sizeof search, "relative::/nowhere:%s:/bin:/usr/bin", room_path);
    setenv("PATH", search, 1);
}

static void no_valgrind_is_told(void **state) {
    (void)state;
    struct callgrind callgrind;
    struct errmsg why;
    setenv("PATH", room_path, 1);
    assert_false(callgrind_init(&callgrind, &why));
    assert_string_equal(why.text, "valgrind is not in PATH; install it");
}

static void a_valgrind_that_does_not_run_is_told(void **state) {
    (void)state;
    struct callgrind callgrind;
    struct errmsg why;
    char path[VALGRIND_PATH_SIZE], expected[2 * VALGRIND_PATH_SIZE];
    put_valgrind("exit 3", path);
    assert_false(callgrind_init(&callgrind, &why));
    snprintf(expected, sizeof expected, "%s: exited with status 3; is valgrind installed whole?",
             path);
    assert_string_equal(why.text, expected);
}

static void its_version_is_asked_for_and_its_room_goes_with_it(void **state) {
    (void)state;
    struct callgrind callgrind;
    struct callgrind_seat seat;
    struct errmsg why;
    char path[VALGRIND_PATH_SIZE];
    put_valgrind("echo valgrind-4.2.1", path);
    assert_true(callgrind_init(&callgrind, &why));
    assert_string_equal(callgrind.version, "4.2.1");
    assert_string_equal(callgrind.valgrind, path);
    callgrind_seat_init(&seat, &callgrind, 7);
    assert_string_equal(seat.argv[0], path);
    assert_int_equal(fclose(fopen(seat.log, "w")), 0);
    char *room = strdup(callgrind.room);
    callgrind_seat_release(&seat);
    callgrind_release(&callgrind);
    assert_int_equal(access(room, F_OK), -1);
    free(room);
}

static void touch_part(const struct callgrind_seat *seat, const char *suffix) {
    char path[VALGRIND_PATH_SIZE];
    snprintf(path, sizeof path, "%s%s", seat->parts, suffix);
    room_put(path, "");
}

static void a_second_thread_is_noticed(void **state) {
    (void)state;
    mkdir("seats", 0700);
    struct callgrind callgrind = {
        .valgrind = strdup("/nowhere"), .version = strdup("1"), .room = strdup("seats")};
    struct callgrind_seat seat;
    struct errmsg why;
    callgrind_seat_init(&seat, &callgrind, 0);
    touch_part(&seat, "-01");
    assert_true(callgrind_seat_counted_all(&seat, &why));
    touch_part(&seat, "-02");
    assert_false(callgrind_seat_counted_all(&seat, &why));
    assert_string_equal(why.text, "its body starts threads: callgrind counts a single one");
    callgrind_seat_release(&seat);
    callgrind_release(&callgrind);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avx512_is_named_with_its_place),
        cmocka_unit_test(other_instructions_are_told_without_a_place_where_none_is_said),
        cmocka_unit_test(debug_information_that_is_too_new_is_told),
        cmocka_unit_test(what_valgrind_ends_with_is_told),
        cmocka_unit_test(without_a_word_it_is_how_the_worker_died),
        cmocka_unit_test(threads_and_sanitizers_are_refused),
        cmocka_unit_test(the_callers_environment_does_not_count),
        cmocka_unit_test(what_is_declared_is_kept_even_before_our_settings),
        IN_A_PLACE(no_valgrind_is_told),
        IN_A_PLACE(a_valgrind_that_does_not_run_is_told),
        IN_A_PLACE(its_version_is_asked_for_and_its_room_goes_with_it),
        IN_A_PLACE(a_second_thread_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
