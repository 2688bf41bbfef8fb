// SPDX-License-Identifier: MIT
// What GitHub's runner reads: an annotation for each row that is not fine, and no name that is
// more.
#include "github.h"

#include "mem.h"
#include "room.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

static struct errmsg why;

static struct report_row row(enum verdict verdict) {
    return (struct report_row){
        .name = (char *)"json/parse",
        .file = (char *)"bench/json.c",
        .line = 12,
        .verdict = (int)verdict,
        .reason = (char *)"slower",
        .gated = true,
        .base_ns = 100,
        .new_ns = 130,
        .ratio = 1.3,
        .ratio_low = 1.25,
        .ratio_high = 1.35,
        .detectable = NAN,
    };
}

static struct report report_of(struct report_row *rows, size_t count) {
    return (struct report){.rows = rows, .row_count = count, .detectable_median = NAN};
}

static void assert_annotated(struct report_row *rows, size_t count, const char *expected) {
    struct report report = report_of(rows, count);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    github_annotate(&report, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void a_regression_is_an_error_at_its_case(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    assert_annotated(rows, 1,
                     "::error file=bench/json.c,line=12,title=tare%3A regressed::"
                     "json/parse: +30.0 %25 (slower)\n");
}

static void what_is_not_decided_is_a_warning(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_UNDECIDED), row(VERDICT_INCOMPARABLE)};
    assert_annotated(rows, 2,
                     "::warning file=bench/json.c,line=12,title=tare%3A undecided::"
                     "json/parse: +30.0 %25 (slower)\n"
                     "::warning file=bench/json.c,line=12,title=tare%3A incomparable::"
                     "json/parse: +30.0 %25 (slower)\n");
}

static void a_case_without_a_place_is_named_alone(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_MISSING), row(VERDICT_FAILED)};
    rows[0].file = NULL;
    rows[1].line = 0;
    rows[1].reason = NULL;
    rows[0].ratio = rows[1].ratio = NAN;
    assert_annotated(rows, 2,
                     "::error title=tare%3A missing::json/parse: - (slower)\n"
                     "::error file=bench/json.c,title=tare%3A failed::json/parse: - ()\n");
}

static void what_is_fine_is_not_annotated(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_PASS), row(VERDICT_IMPROVED), row(VERDICT_NEW)};
    assert_annotated(rows, 3, "");
}

static void what_is_not_gated_is_not_annotated(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED), row(VERDICT_MISSING)};
    rows[0].gated = rows[1].gated = false;
    assert_annotated(rows, 2, "");
}

static void a_hostile_file_stays_one_property(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    rows[0].file = (char *)"a,line=1::b%0A\r\n::error::c";
    assert_annotated(rows, 1,
                     "::error file=a%2Cline=1%3A%3Ab%250A\\x0d\\x0a%3A%3Aerror%3A%3Ac,line=12,"
                     "title=tare%3A regressed::json/parse: +30.0 %25 (slower)\n");
}

static void a_hostile_name_stays_in_its_line(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    rows[0].name = (char *)"::error::\n::set-env name=x::y%0A\033[31m\r##[error]";
    rows[0].reason = (char *)"\n::stop-commands::t\xe2\x80\xae";
    assert_annotated(rows, 1,
                     "::error file=bench/json.c,line=12,title=tare%3A regressed::"
                     "\\x3a:error::\\x0a::set-env name=x::y%250A\\x1b[31m\\x0d\\x23#[error]: "
                     "+30.0 %25 (\\x0a::stop-commands::t\\u{202e})\n");
}

// ---- The summary -----------------------------------------------------------------------------

static int leave_alone(void **state) {
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
    return room_leave(state);
}

static void what_github_does_not_show_is_counted(void **state) {
    (void)state;
    struct report_row rows[25];
    for (size_t i = 0; i < 25; i++)
        rows[i] = row(i < 12 ? VERDICT_REGRESSED : VERDICT_UNDECIDED);
    struct report report = report_of(rows, 25);
    char *text = NULL;
    size_t length, errors = 0, warnings = 0;
    FILE *out = open_memstream(&text, &length);
    github_annotate(&report, out);
    fclose(out);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        errors += strncmp(line, "::error ", strlen("::error ")) == 0;
        warnings += strncmp(line, "::warning ", strlen("::warning ")) == 0;
    }
    assert_int_equal(errors, 10);
    assert_int_equal(warnings, 10);
    assert_non_null(
        strstr(text, "::notice title=tare::2 more errors and 3 more warnings are in the report\n"));
    free(text);
}

static int enter_alone(void **state) {
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
    return room_enter(state);
}

static size_t length_of(const char *path) {
    struct stat info;
    assert_return_code(stat(path, &info), 0);
    return (size_t)info.st_size;
}

static void elsewhere_nothing_is_told(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    struct report report = report_of(rows, 1);
    assert_true(github_tell(&report, &why));
    setenv("GITHUB_STEP_SUMMARY", "", 1);
    assert_true(github_tell(&report, &why));
}

static void a_summary_is_added_to_what_is_there(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    struct report report = report_of(rows, 1);
    char text[12] = "";
    room_put("summary", "# Build\n");
    setenv("GITHUB_STEP_SUMMARY", "summary", 1);
    assert_true(github_tell(&report, &why));
    size_t once = length_of("summary");
    assert_true(once > 50);
    assert_true(github_tell(&report, &why));
    assert_int_equal(length_of("summary"), 2 * once - strlen("# Build\n"));
    FILE *file = fopen("summary", "re");
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "# Build\n");
}

static size_t summary_of_rows(size_t count, const char *name) {
    struct report_row *rows = mem_zero(count, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        rows[i] = row(VERDICT_REGRESSED);
        rows[i].name = (char *)name;
    }
    struct report report = report_of(rows, count);
    unlink("summary");
    setenv("GITHUB_STEP_SUMMARY", "summary", 1);
    assert_true(github_tell(&report, &why));
    free(rows);
    return length_of("summary");
}

static void a_summary_has_room_on_the_page(void **state) {
    (void)state;
    size_t thousand = summary_of_rows(1000, "json/parse"),
           more = summary_of_rows(1001, "json/parse");
    assert_int_equal(more - thousand, strlen("\nand 1 more, none of them graver\n"));
    char name[501];
    memset(name, '|', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    size_t hostile = summary_of_rows(10000, name);
    assert_in_range(hostile, 500000, 1000000);
}

static void a_summary_that_cannot_be_written_is_refused(void **state) {
    (void)state;
    struct report_row rows[] = {row(VERDICT_REGRESSED)};
    struct report report = report_of(rows, 1);
    setenv("GITHUB_STEP_SUMMARY", "absent/summary", 1);
    assert_false(github_tell(&report, &why));
    assert_non_null(
        strstr(why.text, "absent/summary (GITHUB_STEP_SUMMARY): cannot be written: No such file"));
    setenv("GITHUB_STEP_SUMMARY", "/dev/full", 1);
    assert_false(github_tell(&report, &why));
    assert_non_null(
        strstr(why.text, "/dev/full (GITHUB_STEP_SUMMARY): cannot be written: No space"));
}

int main(void) {
#define ALONE(test) cmocka_unit_test_setup_teardown(test, enter_alone, leave_alone)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regression_is_an_error_at_its_case),
        cmocka_unit_test(what_is_not_decided_is_a_warning),
        cmocka_unit_test(a_case_without_a_place_is_named_alone),
        cmocka_unit_test(what_is_fine_is_not_annotated),
        cmocka_unit_test(what_is_not_gated_is_not_annotated),
        cmocka_unit_test(a_hostile_file_stays_one_property),
        cmocka_unit_test(a_hostile_name_stays_in_its_line),
        cmocka_unit_test(what_github_does_not_show_is_counted),
        ALONE(elsewhere_nothing_is_told),
        ALONE(a_summary_is_added_to_what_is_there),
        ALONE(a_summary_has_room_on_the_page),
        ALONE(a_summary_that_cannot_be_written_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
