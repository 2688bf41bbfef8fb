// SPDX-License-Identifier: MIT
// The policy: how its text is read and refused.
#include "policy.h"

#include "mem.h"
#include "policies.h"

#include <stdlib.h>

static void refuses_bytes(const char *text, size_t length, const char *message) {
    struct policy policy;
    struct errmsg why = {"it was taken"};
    policy_parse(&policy, "p", text, length, &why);
    if (strncmp(why.text, message, strlen(message)) != 0)
        assert_string_equal(why.text, message); // shows both
    assert_int_equal(policy.line_count, 0);
}

// The message begins with this.
static void refuses(const char *text, const char *message) {
    refuses_bytes(text, strlen(text), message);
}

// ---- Reading ---------------------------------------------------------------------------------

static void a_line_says_each_key_once(void **state) {
    (void)state;
    struct policy p = parse("json/* detect=5% ignore=1% advisory weight=2 budget=3s "
                            "limit.time=120us limit.rss=4k");
    assert_int_equal(p.line_count, 1);
    const struct policy_line *line = &p.lines[0];
    assert_string_equal(line->glob.text, "json/*");
    assert_near(line->values[POLICY_DETECT], 0.05);
    assert_near(line->values[POLICY_IGNORE], 0.01);
    assert_near(line->values[POLICY_REQUIRED], 0);
    assert_near(line->values[POLICY_WEIGHT], 2);
    assert_near(line->values[POLICY_BUDGET], 3e9);
    assert_int_equal(line->limits.count, 2);
    assert_string_equal(line->limits.items[0].metric, "time");
    assert_near(line->limits.items[0].value, 120e3);
    assert_string_equal(line->limits.items[1].metric, "rss");
    assert_near(line->limits.items[1].value, 4000);
    policy_release(&p);
}

static void what_a_line_does_not_say_is_not_known(void **state) {
    (void)state;
    struct policy p = parse("* required");
    assert_true(isnan(p.lines[0].values[POLICY_DETECT]));
    assert_near(p.lines[0].values[POLICY_REQUIRED], 1);
    policy_release(&p);
}

static void nothing_and_comments_say_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# detect=5%", " \t# x\r\n\r\n", "#"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct policy p = parse(texts[i]);
        assert_int_equal(p.line_count + p.waiver_count, 0);
        policy_release(&p);
    }
}

static void a_comment_begins_after_white_space_only(void **state) {
    (void)state;
    struct policy p = parse("a#b detect=5%\t# detect=6%\n"
                            "waive a limit=1% until=2026-01-01 issue=#1 reason=x#y # z");
    assert_string_equal(p.lines[0].glob.text, "a#b");
    assert_near(p.lines[0].values[POLICY_DETECT], 0.05);
    assert_string_equal(p.waivers[0].issue, "#1");
    assert_string_equal(p.waivers[0].reason, "x#y");
    policy_release(&p);
}

static void line_ends_and_byte_order_marks_of_other_systems_are_read(void **state) {
    (void)state;
    struct policy p = parse("\xEF\xBB\xBF"
                            "a detect=5%\r\n\r\nb advisory\r\n");
    assert_int_equal(p.line_count, 2);
    assert_string_equal(p.lines[0].glob.text, "a");
    assert_string_equal(p.lines[1].glob.text, "b");
    assert_int_equal(p.lines[1].glob.line, 3);
    policy_release(&p);
}

static void quotes_hold_blanks_quotes_and_backslashes(void **state) {
    (void)state;
    struct policy p = parse("\"a b\\\"\\\\*\" \"limit.cache misses\"=\"5\"\n"
                            "waive \"x y\" limit=1% until=2026-01-01 reason=\" # \"\n");
    assert_string_equal(p.lines[0].glob.text, "a b\"\\*");
    assert_string_equal(p.lines[0].limits.items[0].metric, "cache misses");
    assert_string_equal(p.waivers[0].glob.text, "x y");
    assert_string_equal(p.waivers[0].reason, " # ");
    policy_release(&p);
}

static void a_glob_may_hold_equals_signs(void **state) {
    (void)state;
    struct policy p = parse("g/c/size=64 detect=5%");
    assert_string_equal(p.lines[0].glob.text, "g/c/size=64");
    policy_release(&p);
}

static void waive_in_quotes_is_a_glob(void **state) {
    (void)state;
    struct policy p = parse("\"waive\" detect=5%\nwaive* detect=6%");
    assert_int_equal(p.line_count, 2);
    assert_int_equal(p.waiver_count, 0);
    policy_release(&p);
}

static void a_waiver_is_of_the_time_unless_it_says_otherwise(void **state) {
    (void)state;
    struct policy p = parse("waive a limit=12% until=2028-02-29 reason=r\n"
                            "waive b metric=time limit=2us until=2026-12-31 reason=r\n"
                            "waive c metric=rss limit=5 until=2026-12-31 reason=r");
    assert_string_equal(p.waivers[0].metric, "time");
    assert_true(p.waivers[0].is_change);
    assert_near(p.waivers[0].limit, 0.12);
    assert_null(p.waivers[0].issue);
    assert_false(p.waivers[1].is_change);
    assert_near(p.waivers[1].limit, 2000);
    assert_false(p.waivers[2].is_change);
    assert_near(p.waivers[2].limit, 5);
    policy_release(&p);
}

static void wildcards_are_no_letters(void **state) {
    (void)state;
    static const struct {
        const char *glob;
        size_t literals;
    } globs[] = {{"*", 0},         {"a*b?c", 3}, {"[abc]x", 1}, {"[]a]x", 1},
                 {"[!]a]", 0},     {"[ab", 3},   {"a\\*", 2},   {"a\\", 2},
                 {"\xC3\xA4x", 2}, {"[^]]y", 1}, {"[", 1}};
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        char *text = mem_printf("%s required", globs[i].glob);
        struct policy p = parse(text);
        assert_int_equal(p.lines[0].glob.literals, globs[i].literals);
        policy_release(&p);
        free(text);
    }
}

// ---- Refusing --------------------------------------------------------------------------------

static void an_unknown_key_is_refused_with_the_nearest(void **state) {
    (void)state;
    refuses("# x\n\n json/*\tdetct=5%", "p:3:9: unknown key 'detct'; did you mean 'detect'?");
    refuses("* limt.time=5us", "p:1:3: unknown key 'limt.time'; did you mean 'limit.time'?");
    refuses("* detect.time=5%", "p:1:3: 'detect.time' is called 'detect'");
    refuses("* detect.=5%", "p:1:3: 'detect.' needs the name of a metric, say detect.instr");
    refuses("* detect.allocs=5us", "p:1:");
    refuses("* detect.a=1 detect.a=2", "p:1:14: 'detect.a' is given twice");
    refuses("* colour=red", "p:1:3: unknown key 'colour'; use detect, ignore");
    refuses("waive a untill=2026-01-01", "p:1:9: unknown key 'untill' of a waiver; did you mean");
    refuses("waive a xyzzy=1", "p:1:9: unknown key 'xyzzy' of a waiver; use metric");
}

static void columns_count_characters(void **state) {
    (void)state;
    refuses("\xC3\xA4\xE2\x82\xAC x=1", "p:1:4: unknown key");
}

static void a_value_is_refused_where_it_stands(void **state) {
    (void)state;
    refuses("* detect=fast", "p:1:10: detect: 'fast' is not a number");
    refuses("* detect=0%", "p:1:10: detect: 0% is out of range; use 0.10 % to");
    refuses("* detect=5%5", "p:1:10: detect: '5%5': unit '%5' is not known");
    refuses("* detect=", "p:1:10: detect: '' is not a number");
    refuses("* detect", "p:1:3: 'detect' needs a value");
    refuses("* weight=0", "p:1:10: weight: 0 is out of range");
    refuses("* weight=-1", "p:1:10: weight: '-1' is not a number");
    refuses("* budget=3", "p:1:10: budget: '3' needs its unit");
    refuses("* limit.time=3", "p:1:14: limit.time: '3' needs its unit");
    refuses("* limit.rss=3kB", "p:1:13: limit.rss: '3kB': unit 'kB' is not known");
    refuses("* limit.=3", "p:1:3: 'limit.' needs the name of a metric");
    refuses("* required=yes", "p:1:3: 'required' takes no value");
}

static void numbers_beyond_all_bounds_are_refused(void **state) {
    (void)state;
    char text[1000] = "* limit.x=";
    memset(text + strlen(text), '9', 400);
    refuses(text, "p:1:11: limit.x: '999");
    refuses("* limit.x=1000000000000001", "p:1:11: limit.x: 1000000000000001 is out of range");
}

static void what_is_said_twice_is_refused(void **state) {
    (void)state;
    refuses("* detect=5% detect=5%", "p:1:13: 'detect' is given twice");
    refuses("* required required", "p:1:12: 'required' is given twice");
    refuses("* limit.a=1 limit.b=1 limit.a=2", "p:1:23: 'limit.a' is given twice");
    refuses("waive a limit=1% limit=2%", "p:1:18: 'limit' is given twice");
}

static void required_and_advisory_contradict_each_other(void **state) {
    (void)state;
    refuses("* required advisory", "p:1:12: 'advisory' contradicts");
    refuses("* advisory required", "p:1:12: 'required' contradicts");
}

static void a_line_must_say_something_of_something(void **state) {
    (void)state;
    refuses("detect=5%", "p:1:1: nothing is said of 'detect=5%'");
    refuses("\"\" detect=5%", "p:1:1: the glob is empty");
    refuses("waive", "p:1:1: 'waive' what?");
    refuses("waive # x", "p:1:1: 'waive' what?");
    refuses("* =5", "p:1:3: a key is needed here");
}

static void quotes_out_of_place_are_refused(void **state) {
    (void)state;
    refuses("\"a detect=5%", "p:1:1: the quote is not closed");
    refuses("\"a\"b detect=5%", "p:1:4: white space is needed behind the closing quote");
    refuses("a\"b detect=5%", "p:1:2: a quote inside a word");
    refuses("\"a\\n\" detect=5%", "p:1:3: unknown escape");
    refuses("\"a\\", "p:1:3: unknown escape");
    refuses("* detect=\"5%\"x", "p:1:14: white space is needed");
}

static void bytes_that_are_no_text_are_refused(void **state) {
    (void)state;
    refuses("# caf\xE9", "p:1:6: this is not valid UTF-8");
    refuses("a \x1b[31m", "p:1:3: a control character (0x1b)");
    refuses("a\rb advisory", "p:1:2: a control character (0x0d)");
    refuses_bytes("a\0b", 3, "p:1:2: a control character (0x00)");
}

static void a_waiver_needs_limit_day_and_reason(void **state) {
    (void)state;
    refuses("waive a until=2026-01-01 reason=r", "p:1:1: a waiver without 'limit'");
    refuses("waive a limit=1% reason=r", "p:1:1: a waiver without 'until'");
    refuses("waive a limit=1% until=2026-01-01", "p:1:1: a waiver without 'reason'");
    refuses("waive a reason=\"\"", "p:1:9: 'reason' needs a value");
    refuses("waive a reason", "p:1:9: 'reason' needs a value");
    refuses("waive a limit=1q until=2026-01-01 reason=r", "p:1:15: limit: '1q': unit 'q'");
    refuses("waive a metric=x limit=1% until=2026-01-01 reason=r", "p:1:24: limit: '1%': unit");
}

static void days_that_the_calendar_has_not_are_refused(void **state) {
    (void)state;
    static const char *const days[] = {"2026-02-29",  "2100-02-29", "2026-13-01", "2026-00-10",
                                       "2026-04-31",  "2026-01-00", "2026-1-1",   "26-01-01",
                                       "2026-01-01T", "tomorrow",   "+026-01-01", "2026-01-0"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        char *text = mem_printf("waive a limit=1%% reason=r until=%s", days[i]);
        char *message = mem_printf("p:1:33: until: '%s' is not a day", days[i]);
        refuses(text, message);
        free(text);
        free(message);
    }
    assert_true(waiver_is_day("2028-02-29"));
    assert_true(waiver_is_day("2000-02-29T10:00:00Z"));
}

static void more_wildcards_than_time_allows_are_refused(void **state) {
    (void)state;
    char *lines = lines_of(POLICY_PATTERNS_MAX, "waive a%zu* limit=5% until=2026-01-01 reason=r");
    char *text = mem_printf("%sname weight=2\n* weight=2\n", lines);
    refuses(text, "p:1002:1: more than 1000 lines with wildcards");
    text[strlen(text) - strlen("* weight=2\n")] = '\0';
    struct policy p = parse(text);
    assert_int_equal(p.waiver_count, POLICY_PATTERNS_MAX);
    policy_release(&p);
    free(text);
    free(lines);
}

static void more_limits_than_a_line_can_have_are_refused(void **state) {
    (void)state;
    char *limits = lines_of(POLICY_LIMITS_MAX + 1, "limit.m%zu=1");
    for (size_t i = 0; limits[i] != '\0'; i++)
        limits[i] = limits[i] == '\n' ? ' ' : limits[i];
    char *text = mem_printf("json %s", limits);
    refuses(text, "p:1:1198: more than 100 limits; leave some out");
    free(text);
    free(limits);
}

#define TEST(name) cmocka_unit_test(name)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(a_line_says_each_key_once),
        TEST(what_a_line_does_not_say_is_not_known),
        TEST(nothing_and_comments_say_nothing),
        TEST(a_comment_begins_after_white_space_only),
        TEST(line_ends_and_byte_order_marks_of_other_systems_are_read),
        TEST(quotes_hold_blanks_quotes_and_backslashes),
        TEST(a_glob_may_hold_equals_signs),
        TEST(waive_in_quotes_is_a_glob),
        TEST(a_waiver_is_of_the_time_unless_it_says_otherwise),
        TEST(an_unknown_key_is_refused_with_the_nearest),
        TEST(columns_count_characters),
        TEST(a_value_is_refused_where_it_stands),
        TEST(numbers_beyond_all_bounds_are_refused),
        TEST(what_is_said_twice_is_refused),
        TEST(required_and_advisory_contradict_each_other),
        TEST(a_line_must_say_something_of_something),
        TEST(quotes_out_of_place_are_refused),
        TEST(bytes_that_are_no_text_are_refused),
        TEST(a_waiver_needs_limit_day_and_reason),
        TEST(days_that_the_calendar_has_not_are_refused),
        TEST(wildcards_are_no_letters),
        TEST(more_wildcards_than_time_allows_are_refused),
        TEST(more_limits_than_a_line_can_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
