// SPDX-License-Identifier: MIT
// The policy: how its text is read and refused, and which line holds for a trial.
#include "policy.h"

#include "effective.h"
#include "mem.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define assert_near(actual, expected) assert_true(fabs((actual) - (expected)) < 1e-12)

static struct policy parse(const char *text) {
    struct policy policy;
    struct errmsg why = {""};
    policy_parse(&policy, "p", text, strlen(text), &why);
    assert_string_equal(why.text, "");
    return policy;
}

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
    assert_int_equal(line->limit_count, 2);
    assert_string_equal(line->limits[0].metric, "time");
    assert_near(line->limits[0].value, 120e3);
    assert_string_equal(line->limits[1].metric, "rss");
    assert_near(line->limits[1].value, 4000);
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
    assert_string_equal(p.lines[0].limits[0].metric, "cache misses");
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

// ---- Refusing --------------------------------------------------------------------------------

static void an_unknown_key_is_refused_with_the_nearest(void **state) {
    (void)state;
    refuses("# x\n\n json/*\tdetct=5%", "p:3:9: unknown key 'detct'; did you mean 'detect'?");
    refuses("* limt.time=5us", "p:1:3: unknown key 'limt.time'; did you mean 'limit.time'?");
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

// ---- What holds ------------------------------------------------------------------------------

struct fixture {
    struct policy policy;
    struct trial trial;
    struct trial former;
    double command[POLICY_KEYS];
    struct effective effective;
};

static void begin(struct fixture *f, const char *text) {
    *f = (struct fixture){
        .policy = parse(text),
        .trial = {.name = "json/parse/size=64", .group = "json", .case_name = "parse"},
        .former = {.name = "json/read/size=64", .group = "json", .case_name = "read"},
    };
    f->trial.policy.detect = NAN;
    for (int i = 0; i < POLICY_KEYS; i++)
        f->command[i] = NAN;
}

static void resolve(struct fixture *f) {
    effective_release(&f->effective);
    effective_resolve(&f->effective, &f->policy, &(struct subject){.now = &f->trial}, f->command,
                      MODE_STORED);
}

static void end(struct fixture *f) {
    effective_release(&f->effective);
    policy_release(&f->policy);
}

#define assert_holds(f, key, expected, origin)                                                     \
    do {                                                                                           \
        const struct effective_value *value_ = &(f)->effective.values[key];                        \
        assert_near(value_->value, expected);                                                      \
        char *origin_ = effective_origin(&(f)->policy, value_);                                    \
        assert_string_equal(origin_, origin);                                                      \
        free(origin_);                                                                             \
    } while (0)

static void defaults_hold_where_nothing_is_said(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.10, "default");
    assert_holds(&f, POLICY_IGNORE, 0.03, "default");
    assert_holds(&f, POLICY_REQUIRED, 1, "default");
    assert_holds(&f, POLICY_WEIGHT, 1, "default");
    assert_true(isnan(f.effective.values[POLICY_BUDGET].value));
    end(&f);
}

static void command_line_goes_before_policy_before_case(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "other advisory");
    f.trial.policy = (struct trial_policy){.detect = 0.2, .advisory = true};
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.20, "case");
    assert_holds(&f, POLICY_IGNORE, 0.06, "default");
    assert_holds(&f, POLICY_REQUIRED, 0, "case");
    policy_release(&f.policy);
    f.policy = parse("\njson detect=5% required");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.05, "p:2");
    assert_holds(&f, POLICY_REQUIRED, 1, "p:2");
    f.command[POLICY_DETECT] = 0.07;
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.07, "command line");
    assert_holds(&f, POLICY_REQUIRED, 1, "p:2");
    end(&f);
}

static void the_glob_with_the_most_letters_wins_for_each_key(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/parse/size=64 detect=5%\n"
              "json/* detect=6% ignore=2%\n"
              "* detect=7% ignore=3% weight=2");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.05, "p:1");
    assert_holds(&f, POLICY_IGNORE, 0.02, "p:2");
    assert_holds(&f, POLICY_WEIGHT, 2, "p:3");
    end(&f);
}

static void among_equals_the_later_line_wins(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/* detect=5%\n"
              "json/*/* detect=6%\n"
              "json?parse* detect=7%\n"
              "*json/parse detect=8%\n");
    resolve(&f);
    assert_holds(&f, POLICY_DETECT, 0.08, "p:4");
    end(&f);
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

static void a_limit_is_not_loosened_by_a_line_that_speaks_of_more(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/parse limit.time=5us limit.rss=10\n"
              "json/* limit.time=9us\n"
              "* limit.time=20us limit.ops=7");
    resolve(&f);
    assert_int_equal(f.effective.limit_count, 3);
    assert_near(f.effective.limits[0].limit->value, 5000);
    assert_int_equal(f.effective.limits[0].glob->line, 1);
    assert_string_equal(f.effective.limits[1].limit->metric, "rss");
    assert_string_equal(f.effective.limits[2].limit->metric, "ops");
    end(&f);
}

static void a_renamed_case_keeps_the_lines_of_its_former_name(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "json/read limit.time=5us\njson/write limit.rss=1");
    effective_resolve(&f.effective, &f.policy, &(struct subject){&f.trial, &f.former}, f.command,
                      MODE_STORED);
    assert_int_equal(f.effective.limit_count, 1);
    end(&f);
}

static void to_ignore_as_much_as_must_be_detected_is_refused(void **state) {
    (void)state;
    struct fixture f;
    struct errmsg why;
    begin(&f, "json/* ignore=5%\njson/parse detect=5%");
    resolve(&f);
    assert_false(effective_check(&f.effective, &f.policy, "json/parse", &why));
    assert_string_equal(why.text, "json/parse: ignore 5.00 % (p:1) is not less than detect 5.00 % "
                                  "(p:2); change one of them");
    f.command[POLICY_DETECT] = 0.06;
    resolve(&f);
    assert_true(effective_check(&f.effective, &f.policy, "json/parse", &why));
    end(&f);
}

static void the_closest_waiver_of_a_kind_is_found(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, "waive json limit=10% until=2026-01-01 reason=r\n"
              "waive json/* limit=9% until=2026-01-01 reason=r\n"
              "waive * limit=8% until=2026-01-01 reason=r\n"
              "waive json/parse metric=rss limit=8 until=2026-01-01 reason=r\n"
              "waive net/* limit=8% until=2026-01-01 reason=r\n");
    resolve(&f);
    const struct waiver *const *waivers = f.effective.waivers;
    size_t count = f.effective.waiver_count;
    assert_int_equal(count, 4);
    assert_ptr_equal(waiver_find(waivers, count, "time", true), &f.policy.waivers[1]);
    assert_ptr_equal(waiver_find(waivers, count, "rss", false), &f.policy.waivers[3]);
    assert_null(waiver_find(waivers, count, "time", false));
    end(&f);
}

// ---- Many lines ------------------------------------------------------------------------------

// `count` lines, in each of which %zu is the number of the line; free it.
static char *lines_of(size_t count, const char *format) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (size_t i = 1; i <= count; i++) {
        const char *number = strstr(format, "%zu");
        fprintf(out, "%.*s%zu%s\n", (int)(number - format), format, i, number + strlen("%zu"));
    }
    fclose(out);
    return text;
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

static void names_may_be_any_number(void **state) {
    (void)state;
    char *text = lines_of(20 * POLICY_PATTERNS_MAX, "json/parse/size=%zu weight=2");
    struct fixture f;
    begin(&f, text);
    resolve(&f);
    assert_holds(&f, POLICY_WEIGHT, 2, "p:64");
    end(&f);
    free(text);
}

static void a_name_is_that_of_the_trial_its_case_or_its_group(void **state) {
    (void)state;
    static const struct {
        const char *glob;
        bool covers;
    } rows[] = {
        {"json/parse/size=64", true},
        {"json/parse", true},
        {"json", true},
        {"json/parse/size=6", false},
        {"json/", false},
        {"parse", false},
        {"jso[n]", true},
        {"json\\/parse", true},
        {"jso", false},
        {"*=64", true},
        {"json/p?rse", true},
        {"net*", false},
        {"json/parse/size=64*", true},
        {"json/parse/size=64?", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = mem_printf("aaa weight=3\n%s weight=2\nzzz weight=3\n", rows[i].glob);
        struct fixture f;
        begin(&f, text);
        resolve(&f);
        bool covers[3] = {false};
        glob_index_mark(&f.policy.line_index, &f.trial, covers);
        if (covers[1] != rows[i].covers || covers[0] || covers[2])
            fail_msg("%s", rows[i].glob);
        assert_near(f.effective.values[POLICY_WEIGHT].value, rows[i].covers ? 2 : 1);
        end(&f);
        free(text);
    }
}

static void more_limits_than_a_trial_can_have_are_refused(void **state) {
    (void)state;
    struct fixture f;
    struct errmsg why;
    char *text = lines_of(POLICY_LIMITS_MAX + 1, "json limit.m%zu=1");
    begin(&f, text);
    resolve(&f);
    assert_false(effective_check(&f.effective, &f.policy, "json/parse", &why));
    assert_string_equal(why.text, "json/parse: p has more than 100 limits for it; leave some out");
    end(&f);
    for (char *c = strchr(text, '\n'); c[1] != '\0'; c = strchr(c, '\n'))
        memcpy(c, "     ", strlen("\njson")); // one line of all
    refuses(text, "p:1:1698: more than 100 limits; leave some out");
    free(text);
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
        TEST(defaults_hold_where_nothing_is_said),
        TEST(command_line_goes_before_policy_before_case),
        TEST(the_glob_with_the_most_letters_wins_for_each_key),
        TEST(among_equals_the_later_line_wins),
        TEST(wildcards_are_no_letters),
        TEST(a_limit_is_not_loosened_by_a_line_that_speaks_of_more),
        TEST(a_renamed_case_keeps_the_lines_of_its_former_name),
        TEST(to_ignore_as_much_as_must_be_detected_is_refused),
        TEST(the_closest_waiver_of_a_kind_is_found),
        TEST(more_wildcards_than_time_allows_are_refused),
        TEST(names_may_be_any_number),
        TEST(a_name_is_that_of_the_trial_its_case_or_its_group),
        TEST(more_limits_than_a_trial_can_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
