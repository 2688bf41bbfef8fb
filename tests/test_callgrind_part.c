// SPDX-License-Identifier: MIT
// Tests of reading what callgrind writes.

#include "callgrind_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ASKED "desc: Trigger: Client Request: tare\n"

static bool read_text(struct callgrind_part *part, const char *text, struct errmsg *why) {
    callgrind_part_init(part);
    callgrind_part_feed(part, text, strlen(text));
    return callgrind_part_end(part, "tare", why);
}

static void totals(const struct callgrind_part *part, const char *event, uint64_t expected) {
    uint64_t total = ~expected;
    assert_true(callgrind_part_total(part, event, &total));
    assert_int_equal(total, expected);
}

static void refuses(const char *text, const char *words) {
    struct callgrind_part part;
    struct errmsg why = {"it was taken"};
    assert_false(read_text(&part, text, &why));
    assert_non_null(strstr(why.text, words));
}

// Feeds a file in pieces of `piece` bytes.
static void feed_file(struct callgrind_part *part, const char *path, size_t piece) {
    char bytes[64];
    size_t got;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    callgrind_part_init(part);
    while ((got = fread(bytes, 1, piece, file)) > 0)
        callgrind_part_feed(part, bytes, got);
    fclose(file);
}

static void a_part_is_read_whatever_the_pieces(void **state) {
    (void)state;
    for (size_t piece = 1; piece <= 64; piece = piece * 3 + 1) {
        struct callgrind_part part;
        struct errmsg why;
        feed_file(&part, "tests/fuzz/corpus/callgrind/part", piece);
        assert_true(callgrind_part_end(&part, "tare", &why));
        totals(&part, "Ir", 6010);
        totals(&part, "Dr", 1002);
        totals(&part, "Dw", 1003);
        totals(&part, "Bc", 1002);
    }
}

static void zeroes_at_the_end_are_left_out(void **state) {
    (void)state;
    struct callgrind_part part;
    struct errmsg why;
    assert_true(read_text(&part, ASKED "events: Ir Bc Bi\ntotals: 5 3\n", &why));
    totals(&part, "Bc", 3);
    totals(&part, "Bi", 0);
}

static void nothing_counted_is_zero(void **state) {
    (void)state;
    struct callgrind_part part;
    struct errmsg why;
    assert_true(read_text(&part, ASKED "events: Ir\ntotals: 0\n", &why));
    totals(&part, "Ir", 0);
}

static void what_was_not_counted_is_not_zero(void **state) {
    (void)state;
    struct callgrind_part part;
    struct errmsg why;
    uint64_t total;
    assert_true(read_text(&part, ASKED "events: Ir\ntotals: 7\n", &why));
    assert_false(callgrind_part_total(&part, "Dr", &total));
    assert_false(callgrind_part_total(&part, "I", &total));
}

static void a_part_that_ends_too_early_is_refused(void **state) {
    (void)state;
    refuses("", "ends too early");
    refuses(ASKED "events: Ir\n", "ends too early");
    refuses(ASKED "events: Ir\ntotals: 12", "ends too early");
}

static void strange_numbers_are_refused(void **state) {
    (void)state;
    refuses(ASKED "events: Ir\ntotals: 1 2\n", "no numbers, or more");
    refuses(ASKED "events: Ir\ntotals: -1\n", "no numbers, or more");
    refuses(ASKED "events: Ir\ntotals: 0x10\n", "no numbers, or more");
    refuses(ASKED "events: Ir\ntotals: 9007199254740993\n", "no numbers, or more");
    refuses(ASKED "events: Ir\ntotals: 99999999999999999999999999\n", "no numbers, or more");
    refuses(ASKED "totals: 1\nevents: Ir\n", "no numbers, or more");
}

static void strange_events_are_refused(void **state) {
    (void)state;
    refuses(ASKED "events: Instructions\ntotals: 1\n", "too long a name");
    refuses(ASKED "events: a b c d e f g h i j k l m n o p q r s t u v w x y\ntotals: 1\n",
            "too many events");
}

static void two_parts_in_one_are_refused(void **state) {
    (void)state;
    refuses(ASKED "events: Ir\ntotals: 1\ntotals: 2\n", "totals twice");
    refuses(ASKED "events: Ir\ntotals: 1\nevents: Ir\ntotals: 2\n", "events twice");
}

static void the_dump_of_another_is_refused(void **state) {
    (void)state;
    refuses("events: Ir\ntotals: 1\n", "not asked for by tare");
    refuses("desc: Trigger: Client Request\nevents: Ir\ntotals: 1\n", "not asked for by tare");
    refuses("desc: Trigger: Program termination\nevents: Ir\ntotals: 1\n", "not asked for by tare");
    refuses("desc: Trigger: Client Request: tared\nevents: Ir\ntotals: 1\n",
            "not asked for by tare");
}

static void a_long_line_is_no_harm(void **state) {
    (void)state;
    struct callgrind_part part;
    struct errmsg why;
    char text[4 * CALLGRIND_LINE_MAX];
    snprintf(text, sizeof text, "cmd: %0*d\n" ASKED "events: Ir\ntotals: 7\n",
             3 * CALLGRIND_LINE_MAX, 0);
    assert_true(read_text(&part, text, &why));
    totals(&part, "Ir", 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_read_whatever_the_pieces),
        cmocka_unit_test(zeroes_at_the_end_are_left_out),
        cmocka_unit_test(nothing_counted_is_zero),
        cmocka_unit_test(what_was_not_counted_is_not_zero),
        cmocka_unit_test(a_part_that_ends_too_early_is_refused),
        cmocka_unit_test(strange_numbers_are_refused),
        cmocka_unit_test(strange_events_are_refused),
        cmocka_unit_test(two_parts_in_one_are_refused),
        cmocka_unit_test(the_dump_of_another_is_refused),
        cmocka_unit_test(a_long_line_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
