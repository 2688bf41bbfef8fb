// SPDX-License-Identifier: MIT
// What git says, from what its status command printed.
#include "gitfacts.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

static void assert_text(const char *text, const char *expected) {
    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
}

static void assert_facts(const char *text, const char *commit, const char *branch, bool is_dirty) {
    struct gitfacts facts;
    gitfacts_parse(&facts, text);
    assert_text(facts.commit, commit);
    assert_text(facts.branch, branch);
    assert_int_equal(facts.is_dirty, is_dirty);
    gitfacts_release(&facts);
    assert_null(facts.commit);
}

static void a_branch_has_a_name_and_a_commit(void **state) {
    (void)state;
    assert_facts("# branch.oid " COMMIT "\n# branch.head main\n# branch.upstream origin/main\n"
                 "# branch.ab +0 -0\n",
                 COMMIT, "main", false);
}

static void a_detached_head_is_on_no_branch(void **state) {
    (void)state;
    assert_facts("# branch.oid " COMMIT "\n# branch.head (detached)\n", COMMIT, NULL, false);
}

static void a_new_repository_has_no_commit(void **state) {
    (void)state;
    assert_facts("# branch.oid (initial)\n# branch.head main\n", NULL, "main", false);
}

static void a_changed_file_makes_it_dirty(void **state) {
    (void)state;
    assert_facts("# branch.oid " COMMIT "\n# branch.head main\n"
                 "1 .M N... 100644 100644 100644 " COMMIT " " COMMIT " file.c\n",
                 COMMIT, "main", true);
    assert_facts("1 A. N... 0 0 0 0 0 # branch.oid fake\n# branch.oid " COMMIT "\n", COMMIT, NULL,
                 true);
}

static void nothing_says_nothing(void **state) {
    (void)state;
    assert_facts("", NULL, NULL, false);
}

static void a_last_line_needs_no_end(void **state) {
    (void)state;
    assert_facts("# branch.oid " COMMIT "\n# branch.head a/b", COMMIT, "a/b", false);
}

static void garbage_says_only_that_it_is_not_clean(void **state) {
    (void)state;
    assert_facts("fatal: not a git repository\n", NULL, NULL, true);
    assert_facts("#\n# branch.oid\n# branch.head\n", NULL, NULL, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_has_a_name_and_a_commit),
        cmocka_unit_test(a_detached_head_is_on_no_branch),
        cmocka_unit_test(a_new_repository_has_no_commit),
        cmocka_unit_test(a_changed_file_makes_it_dirty),
        cmocka_unit_test(nothing_says_nothing),
        cmocka_unit_test(a_last_line_needs_no_end),
        cmocka_unit_test(garbage_says_only_that_it_is_not_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
