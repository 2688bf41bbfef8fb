// SPDX-License-Identifier: MIT
// Tests of reading and writing structs by their shapes.
#include "json.h"
#include "json_table.h"

#include "mem.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const colours[] = {"red", "green", NULL};

struct part {
    char *name;
    double size;
};

#define T struct part
static const struct json_field part_fields[] = {
    {FIELD("name", JSON_TEXT, name), REQUIRED},
    {FIELD("size", JSON_REAL, size), LEAN},
};
static const struct json_shape part_shape = SHAPE(part_fields, T, 0);
#undef T

struct thing {
    bool flag;
    int64_t whole;
    uint64_t count, hex;
    double real;
    char *text;
    int colour;
    struct part part;
    struct part *parts;
    size_t part_count;
    uint64_t *counts;
    size_t count_count;
    double *reals;
    size_t real_count;
    char **texts;
    size_t text_count;
    struct json_pair *pairs;
    size_t pair_count;
};

#define T struct thing
static const struct json_field thing_fields[] = {
    {FIELD("flag", JSON_BOOL, flag)},
    {FIELD("whole", JSON_INT, whole)},
    {FIELD("count", JSON_COUNT, count), LEAN},
    {FIELD("hex", JSON_HEX, hex)},
    {FIELD("real", JSON_REAL, real)},
    {FIELD("text", JSON_TEXT, text)},
    {FIELD("colour", JSON_ENUM, colour), .names = colours},
    {FIELD("part", JSON_OBJECT, part), LEAN, .shape = &part_shape},
    {ARRAY("parts", JSON_OBJECTS, parts, part_count), .shape = &part_shape},
    {ARRAY("counts", JSON_COUNTS, counts, count_count), LEAN},
    {ARRAY("reals", JSON_REALS, reals, real_count), LEAN},
    {ARRAY("texts", JSON_TEXTS, texts, text_count), LEAN},
    {ARRAY("pairs", JSON_MAP, pairs, pair_count), LEAN},
};
static const struct json_shape compact = SHAPE(thing_fields, T, 0);
static const struct json_shape lines = SHAPE(thing_fields, T, 1);
#undef T

static struct thing thing;
static struct errmsg why;

static int end(void **state) {
    (void)state;
    json_release(&compact, &thing);
    return 0;
}

static void read_thing(const char *text) {
    if (!json_read(&compact, text, strlen(text), &thing, &why))
        fail_msg("'%s': %s", text, why.text);
}

static void assert_refuses(const char *text, const char *reason) {
    if (json_read(&compact, text, strlen(text), &thing, &why))
        fail_msg("'%s' is accepted", text);
    if (strstr(why.text, reason) == NULL)
        fail_msg("'%s': '%s' does not say '%s'", text, why.text, reason);
    static const struct thing nothing;
    assert_memory_equal(&thing, &nothing, sizeof thing);
}

static void assert_writes(const struct json_shape *shape, const char *expected) {
    size_t length;
    char *text = json_write(shape, &thing, &length);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    free(text);
}

// Reads a document of one field and gives back how that field is written.
static char *rewrite(const char *field) {
    char text[500];
    snprintf(text, sizeof text, "{%s}", field);
    read_thing(text);
    size_t length;
    char *written = json_write(&compact, &thing, &length);
    json_release(&compact, &thing);
    return written;
}

static void assert_rewrites(const char *field, const char *expected) {
    char *written = rewrite(field);
    if (strstr(written, expected) == NULL)
        fail_msg("'%s' becomes %s", field, written);
    free(written);
}

#define EVERYTHING                                                                                 \
    "{\"flag\":true,\"whole\":-7,\"count\":9007199254740992,\"hex\":\"0xffffffffffffffff\","       \
    "\"real\":0.1,\"text\":\"a\\\"\\n\\u007f\xC2\xB5\",\"colour\":\"green\","                      \
    "\"part\":{\"name\":\"p\",\"size\":2.5},\"parts\":[{\"name\":\"q\"},{\"name\":\"r\"}],"        \
    "\"counts\":[1,2,3],\"reals\":[null,-1.5e+300],\"texts\":[\"x\",\"\"],"                        \
    "\"pairs\":{\"k\":\"v\",\"n\":3,\"none\":null}}\n"

static void everything_comes_back_as_it_was_written(void **state) {
    (void)state;
    read_thing(EVERYTHING);
    assert_true(thing.flag);
    assert_int_equal(thing.whole, -7);
    assert_true(thing.count == (uint64_t)1 << 53);
    assert_true(thing.hex == UINT64_MAX);
    assert_string_equal(thing.text, "a\"\n\x7F\xC2\xB5");
    assert_int_equal(thing.colour, 1);
    assert_string_equal(thing.parts[1].name, "r");
    assert_true(isnan(thing.parts[1].size));
    assert_int_equal(thing.counts[2], 3);
    assert_true(isnan(thing.reals[0]));
    assert_string_equal(thing.pairs[0].text, "v");
    assert_true(thing.pairs[1].number == 3);
    assert_true(thing.pairs[2].text == NULL && isnan(thing.pairs[2].number));
    assert_writes(&compact, EVERYTHING);
}

static void absence_means_nothing_and_is_written_unless_lean(void **state) {
    (void)state;
    read_thing("{\"part\":null}");
    assert_true(isnan(thing.real));
    assert_true(isnan(thing.part.size));
    assert_null(thing.text);
    assert_writes(&compact, "{\"flag\":false,\"whole\":0,\"hex\":\"0x0\",\"real\":null,"
                            "\"text\":null,\"colour\":\"red\",\"parts\":[]}\n");
}

static void zero_is_not_absence_for_reals(void **state) {
    (void)state;
    assert_rewrites("\"part\":{\"name\":\"p\",\"size\":0}", "\"size\":0}");
}

static void items_get_a_line_each(void **state) {
    (void)state;
    read_thing("{\"whole\":1,\"parts\":[{\"name\":\"q\"},{\"name\":\"r\"}]}");
    assert_writes(&lines, "{\n\"flag\":false,\n\"whole\":1,\n\"hex\":\"0x0\",\n\"real\":null,\n"
                          "\"text\":null,\n\"colour\":\"red\",\n"
                          "\"parts\":[\n{\"name\":\"q\"},\n{\"name\":\"r\"}\n]\n}\n");
}

static void unknown_keys_are_ignored(void **state) {
    (void)state;
    read_thing("{\"future\":{\"a\":[1,{\"b\":null}]},\"whole\":3}");
    assert_int_equal(thing.whole, 3);
}

static void arrays_that_were_read_may_grow(void **state) {
    (void)state;
    read_thing("{\"counts\":[1,2,3,4]}");
    thing.counts = mem_push(thing.counts, &thing.count_count, sizeof *thing.counts);
    thing.counts[4] = 5;
    assert_int_equal(thing.counts[3], 4);
}

static void reals_are_written_with_the_fewest_digits_that_come_back(void **state) {
    (void)state;
    assert_rewrites("\"real\":0.1", "\"real\":0.1,");
    assert_rewrites("\"real\":123.45", "\"real\":123.45,");
    assert_rewrites("\"real\":0.30000000000000004", "\"real\":0.30000000000000004,");
    assert_rewrites("\"real\":1e21", "\"real\":1e+21,");
    assert_rewrites("\"real\":5e-324", "\"real\":4.94065645841247e-324,");
    assert_rewrites("\"real\":1.7976931348623157e308", "\"real\":1.7976931348623157e+308,");
}

static void doubles_survive_a_round_trip(void **state) {
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 2000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        thing = (struct thing){.real = value, .part.size = NAN};
        size_t length;
        char *text = json_write(&compact, &thing, &length);
        read_thing(text);
        free(text);
        assert_memory_equal(&thing.real, &value, sizeof value);
        json_release(&compact, &thing);
    }
}

static void infinity_is_written_as_null(void **state) {
    (void)state;
    thing = (struct thing){.real = INFINITY, .part.size = NAN};
    size_t length;
    char *text = json_write(&compact, &thing, &length);
    assert_non_null(strstr(text, "\"real\":null"));
    free(text);
}

static void invalid_text_becomes_the_replacement_character(void **state) {
    (void)state;
    char text[] = "a\xFF\xC2z\xED\xA0\x80";
    thing = (struct thing){.text = text, .part.size = NAN};
    size_t length;
    char *written = json_write(&compact, &thing, &length);
    thing.text = NULL;
    assert_non_null(strstr(written, "\"text\":\"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD"
                                    "\xEF\xBF\xBD\""));
    free(written);
}

static void control_characters_are_escaped(void **state) {
    (void)state;
    assert_rewrites("\"text\":\"\\u0001\\u001f\\b\\f\\n\\r\\t\\\\\\u007F\"",
                    "\"\\u0001\\u001f\\b\\f\\n\\r\\t\\\\\\u007f\"");
}

static void numbers_have_points_in_every_locale(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    bool is_set = false;
    for (size_t i = 0; i < COUNT(names) && !is_set; i++)
        is_set = setlocale(LC_ALL, names[i]) != NULL;
    if (!is_set) {
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
    char *written = rewrite("\"real\":1.5");
    setlocale(LC_ALL, "C");
    assert_non_null(strstr(written, "\"real\":1.5,"));
    free(written);
}

static void wrong_types_are_refused_with_their_place(void **state) {
    (void)state;
    assert_refuses("[]", "an object is needed here");
    assert_refuses("{\"flag\":1}", "flag: true or false is needed");
    assert_refuses("{\"whole\":1.5}", "whole: a whole number");
    assert_refuses("{\"whole\":\"1\"}", "whole: a whole number");
    assert_refuses("{\"count\":-1}", "count: a whole number of 0 to 2^53");
    assert_refuses("{\"count\":9007199254740994}", "count: a whole number");
    assert_refuses("{\"real\":\"x\"}", "real: a finite number or null");
    assert_refuses("{\"real\":1e999}", "real: a finite number or null");
    assert_refuses("{\"text\":1}", "text: a text is needed");
    assert_refuses("{\"part\":[]}", "part: an object");
    assert_refuses("{\"parts\":{}}", "parts: an array of objects");
    assert_refuses("{\"parts\":[{\"name\":\"q\"},7]}", "parts[1]: an object is needed");
    assert_refuses("{\"counts\":[1,2,-3]}", "counts[2]: a whole number");
    assert_refuses("{\"counts\":[null]}", "counts[0]: a whole number");
    assert_refuses("{\"reals\":[[]]}", "reals[0]: a finite number");
    assert_refuses("{\"texts\":[\"a\",1]}", "texts[1]: a text is needed");
    assert_refuses("{\"pairs\":{\"k\":[]}}", "pairs.k: a text, a number or null");
    assert_refuses("{\"pairs\":[]}", "pairs: an object of texts and numbers");
}

static void required_fields_are_missed_with_their_place(void **state) {
    (void)state;
    assert_refuses("{\"parts\":[{\"name\":\"q\"},{\"size\":1}]}", "parts[1].name: is missing");
    assert_refuses("{\"part\":{\"name\":null}}", "part.name: is missing");
}

static void unknown_words_are_refused(void **state) {
    (void)state;
    assert_refuses("{\"colour\":\"blue\"}", "colour: this word is not known");
    assert_refuses("{\"colour\":1}", "colour: a word is needed");
}

static void hex_is_a_text_of_up_to_16_digits(void **state) {
    (void)state;
    assert_refuses("{\"hex\":1}", "hex: a text like");
    assert_refuses("{\"hex\":\"ff\"}", "hex: a text like");
    assert_refuses("{\"hex\":\"0x\"}", "hex: a text like");
    assert_refuses("{\"hex\":\"0x-1\"}", "hex: a text like");
    assert_refuses("{\"hex\":\"0x10000000000000000\"}", "hex: a text like");
}

static void duplicate_keys_are_refused_everywhere(void **state) {
    (void)state;
    assert_refuses("{\"whole\":1,\"flag\":true,\"whole\":1}", "whole: this key is there twice");
    assert_refuses("{\"future\":[0,{\"a\":1,\"b\":2,\"\\u0061\":1}]}",
                   "future[1].a: this key is there twice");
    assert_refuses("{\"a\\nb\":1,\"a\\nb\":1}", "a?b: this key is there twice");
}

static void what_is_not_json_is_refused_with_line_and_column(void **state) {
    (void)state;
    assert_refuses("{\n\"whole\":01}", "line 2, column 10: a number may not start with 0");
    assert_refuses("{} x", "something follows");
}

static void the_text_need_not_end_in_nul(void **state) {
    (void)state;
    const char text[] = {'{', '"', 'w', 'h', 'o', 'l', 'e', '"', ':', '4', '}', '9'};
    assert_true(json_read(&compact, text, sizeof text - 1, &thing, &why));
    assert_int_equal(thing.whole, 4);
}

static void objects_of_many_keys_are_read_in_time(void **state) {
    (void)state;
    enum { KEYS = 100000 };
    char *text = malloc(KEYS * 16 + 16), *at = text;
    *at++ = '{';
    for (int i = 0; i < KEYS; i++)
        at += sprintf(at, "\"k%d\":%d,", i, i);
    strcpy(at, "\"whole\":5}");
    read_thing(text);
    assert_int_equal(thing.whole, 5);
    free(text);
}

static void the_library_has_a_version(void **state) {
    (void)state;
    assert_true(strchr(json_library_version(), '.') != NULL);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(everything_comes_back_as_it_was_written),
        TEST(absence_means_nothing_and_is_written_unless_lean),
        TEST(zero_is_not_absence_for_reals),
        TEST(items_get_a_line_each),
        TEST(unknown_keys_are_ignored),
        TEST(arrays_that_were_read_may_grow),
        TEST(reals_are_written_with_the_fewest_digits_that_come_back),
        TEST(doubles_survive_a_round_trip),
        TEST(infinity_is_written_as_null),
        TEST(invalid_text_becomes_the_replacement_character),
        TEST(control_characters_are_escaped),
        TEST(numbers_have_points_in_every_locale),
        TEST(wrong_types_are_refused_with_their_place),
        TEST(required_fields_are_missed_with_their_place),
        TEST(unknown_words_are_refused),
        TEST(hex_is_a_text_of_up_to_16_digits),
        TEST(duplicate_keys_are_refused_everywhere),
        TEST(what_is_not_json_is_refused_with_line_and_column),
        TEST(the_text_need_not_end_in_nul),
        TEST(objects_of_many_keys_are_read_in_time),
        TEST(the_library_has_a_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
