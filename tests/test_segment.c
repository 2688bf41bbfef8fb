// SPDX-License-Identifier: MIT
// A segment's record: what is written reads the same, and a stranger's leads nowhere.
#include "segment.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define HASH "00112233445566778899aabbccddeeff"

static void refuses_bytes(const char *text, size_t length, const char *message) {
    struct segment segment;
    struct errmsg why = {"it was taken"};
    assert_false(segment_parse(&segment, "s", text, length, &why));
    if (strstr(why.text, message) == NULL)
        assert_string_equal(why.text, message); // shows both
    assert_memory_equal(why.text, "s: ", 3);
    assert_null(segment.begun);
    assert_null(segment.objects.items);
}

static void refuses(const char *text, const char *message) {
    refuses_bytes(text, strlen(text), message);
}

static void what_is_written_reads_the_same(void **state) {
    (void)state;
    struct object items[] = {{"bench", HASH, 0},
                             {"libx.so.1", "ffeeddccbbaa99887766554433221100", 0}};
    struct segment segment = {
        .schema = SEGMENT_SCHEMA,
        .begun = "2026-11-21T10:00:00Z",
        .reason = "checks UTF-8 now: \"\xc3\xa9\"\n",
        .commit = "0123456789abcdef0123456789abcdef01234567",
        .branch = "main",
        .dirty = true,
        .program_hash = HASH,
        .objects = {items, 2},
    };
    struct segment again;
    struct errmsg why;
    size_t length;
    char *text = segment_text(&segment, &length);
    assert_true(segment_parse(&again, "s", text, length, &why));
    assert_int_equal(again.schema, SEGMENT_SCHEMA);
    assert_string_equal(again.begun, segment.begun);
    assert_string_equal(again.reason, segment.reason);
    assert_string_equal(again.commit, segment.commit);
    assert_string_equal(again.branch, segment.branch);
    assert_true(again.dirty);
    assert_string_equal(again.program_hash, segment.program_hash);
    assert_int_equal(again.objects.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(again.objects.items[i].name, items[i].name);
        assert_string_equal(again.objects.items[i].hash, items[i].hash);
    }
    segment_release(&again);
    free(text);
}

static void what_it_does_not_say_is_not_known(void **state) {
    (void)state;
    static const char *const texts[] = {"{\"tare_segment\":1}",
                                        "{\"tare_segment\":1,\"commit\":null,\"program\":null}",
                                        "{\"tare_segment\":1,\"a_key_of_tomorrow\":[1,2]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct segment segment;
        struct errmsg why = {""};
        assert_true(segment_parse(&segment, "s", texts[i], strlen(texts[i]), &why));
        assert_null(segment.begun);
        assert_null(segment.commit);
        assert_false(segment.dirty);
        assert_int_equal(segment.objects.count, 0);
        segment_release(&segment);
    }
}

static void another_version_is_refused_whatever_else_it_says(void **state) {
    (void)state;
    refuses("{\"tare_segment\":2}", "a record of version 2; this tare knows 1: use a newer one");
    refuses("{\"tare_segment\":2,\"program\":{\"files\":3}}", "a record of version 2;");
    refuses("{\"tare_segment\":0}", "a record of version 0;");
    refuses("{\"tare_segment\":-1}", "a record of version -1;");
}

static void a_record_without_version_is_none(void **state) {
    (void)state;
    refuses("{}", "tare_segment: is missing");
    refuses("{\"tare_segment\":null}", "tare_segment: is missing");
    refuses("{\"tare_segment\":\"1\"}", "tare_segment: ");
}

static void refuses_object(const char *object, const char *message) {
    char text[300];
    snprintf(text, sizeof text, "{\"tare_segment\":1,\"program\":[%s]}", object);
    refuses(text, message);
}

static void a_hash_that_would_lead_out_of_the_store_is_none(void **state) {
    (void)state;
    static const char *const hashes[] = {"../../x",
                                         "",
                                         ".",
                                         "/etc",
                                         "00112233445566778899AABBCCDDEEFF",
                                         "00112233445566778899aabbccddeef",
                                         HASH "0",
                                         "../../../../../../../../tmp/abcd",
                                         HASH "/../../x"};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        char object[200], message[200];
        snprintf(object, sizeof object, "{\"name\":\"x\",\"hash\":\"%s\"}", hashes[i]);
        snprintf(message, sizeof message, "'%s' is not a hash", hashes[i]);
        refuses_object(object, message);
    }
}

static void a_name_that_would_lead_out_of_the_store_is_none(void **state) {
    (void)state;
    static const char *const names[] = {"../../x", "",    ".",   "..",  ".hidden",
                                        "/bin/sh", "a/b", "a b", "a:b", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char object[200], message[200];
        snprintf(object, sizeof object, "{\"name\":\"%s\",\"hash\":\"" HASH "\"}", names[i]);
        snprintf(message, sizeof message, "'%s' is not a file's name", names[i]);
        refuses_object(object, message);
    }
}

static void an_object_needs_name_and_hash(void **state) {
    (void)state;
    refuses_object("{\"name\":\"x\"}", "program[0].hash: is missing");
    refuses_object("{\"name\":null,\"hash\":\"" HASH "\"}", "program[0].name: is missing");
    refuses_object("7", "program[0]: ");
    refuses_object("{\"name\":\"x\",\"hash\":\"" HASH "\"},{}", "program[1].name: is missing");
}

static void garbage_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "x",
                                        "[]",
                                        "null",
                                        "{\"tare_segment\":1",
                                        "{}}",
                                        "\xff",
                                        "{\"tare_segment\":1,\"tare_segment\":1}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuses(texts[i], "s: ");
    refuses_bytes("{\"tare_segment\":1}\0", 19, "s: ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_the_same),
        cmocka_unit_test(what_it_does_not_say_is_not_known),
        cmocka_unit_test(another_version_is_refused_whatever_else_it_says),
        cmocka_unit_test(a_record_without_version_is_none),
        cmocka_unit_test(a_hash_that_would_lead_out_of_the_store_is_none),
        cmocka_unit_test(a_name_that_would_lead_out_of_the_store_is_none),
        cmocka_unit_test(an_object_needs_name_and_hash),
        cmocka_unit_test(garbage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
