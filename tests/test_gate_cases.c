// SPDX-License-Identifier: MIT
// Trials of one suite held against other trials of it.
#include "gate_cases.h"

#include "mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static char *part(const char *name, int index) {
    for (; index > 0; index--)
        name = strchr(name, '/') + 1;
    return mem_printf("%.*s", (int)strcspn(name, "/"), name);
}

// A suite of these trials, with blanks between them; one that ends in threads=2 has so many.
static struct document suite(const char *names) {
    struct document list = {.schema = DOCUMENT_SCHEMA};
    for (size_t length; *names != '\0'; names += length + (names[length] == ' ')) {
        length = strcspn(names, " ");
        list.trials = mem_push(list.trials, &list.trial_count, sizeof *list.trials);
        struct trial *trial = &list.trials[list.trial_count - 1];
        trial->name = mem_printf("%.*s", (int)length, names);
        trial->group = part(trial->name, 0);
        trial->case_name = part(trial->name, 1);
        trial->threads = strstr(trial->name, "threads=2") != NULL ? 2 : 1;
        trial->former = mem_text("what it was called before");
    }
    return list;
}

// What is left on each side, "NEW<OLD" where a trial of new has a counterpart; or the refusal.
static char *pair(const char *names, const char *new_glob, const char *base_glob) {
    struct document lists[SIDES] = {suite(names), suite(names)};
    const char *const globs[SIDES] = {base_glob, new_glob};
    struct errmsg why;
    char *text = mem_text("");
    if (!gate_cases_pair(lists, globs, &why)) {
        free(text);
        text = mem_text(why.text);
    } else {
        for (int side = SIDES - 1; side >= 0; side--)
            for (size_t i = 0; i < lists[side].trial_count; i++) {
                const struct trial *trial = &lists[side].trials[i];
                const char *former = trial->former;
                char *longer = mem_printf("%s%s%s%s%s", text, *text == '\0' ? "" : " ", trial->name,
                                          former != NULL ? "<" : "", former != NULL ? former : "");
                free(text);
                text = longer;
            }
    }
    for (int side = 0; side < SIDES; side++)
        document_release(&lists[side]);
    return text;
}

#define assert_pairs(names, new_glob, base_glob, expected)                                         \
    do {                                                                                           \
        char *text_ = pair(names, new_glob, base_glob);                                            \
        assert_string_equal(text_, expected);                                                      \
        free(text_);                                                                               \
    } while (0)

static void one_trial_each_is_a_pair_whatever_their_names(void **state) {
    (void)state;
    assert_pairs("sort/quick sort/heap map/get", "sort/heap", "map/get",
                 "sort/heap<map/get map/get");
}

static void what_stands_for_the_star_must_be_equal(void **state) {
    (void)state;
    assert_pairs("hash/new.a hash/new.b hash/old.b hash/old.a", "hash/new.*", "hash/old.*",
                 "hash/new.a<hash/old.a hash/new.b<hash/old.b hash/old.b hash/old.a");
}

static void every_star_counts(void **state) {
    (void)state;
    assert_pairs("a/new/x=1 a/old/x=1 b/new/x=1 b/old/x=1 b/old/x=2", "*/new/*", "*/old/*",
                 "a/new/x=1<a/old/x=1 b/new/x=1<b/old/x=1 a/old/x=1 b/old/x=1 b/old/x=2");
}

static void a_case_means_all_its_trials(void **state) {
    (void)state;
    assert_pairs("h/new/size=1 h/new/size=2 h/old/size=2 h/old/size=1", "h/new", "h/old",
                 "h/new/size=1<h/old/size=1 h/new/size=2<h/old/size=2 h/old/size=2 h/old/size=1");
}

static void a_group_means_all_its_cases(void **state) {
    (void)state;
    assert_pairs("new/a new/b/n=1 old/a old/b/n=1 older/a", "new", "old",
                 "new/a<old/a new/b/n=1<old/b/n=1 old/a old/b/n=1");
}

static void arguments_of_one_case_can_be_compared(void **state) {
    (void)state;
    assert_pairs("h/c/alg=a/n=1 h/c/alg=a/n=2 h/c/alg=b/n=1 h/c/alg=b/n=2", "*/alg=b/*",
                 "*/alg=a/*",
                 "h/c/alg=b/n=1<h/c/alg=a/n=1 h/c/alg=b/n=2<h/c/alg=a/n=2 h/c/alg=a/n=1 "
                 "h/c/alg=a/n=2");
}

static void what_has_no_counterpart_stays_alone(void **state) {
    (void)state;
    assert_pairs("n/a n/b o/b o/c", "n/*", "o/*", "n/a n/b<o/b o/b o/c");
}

static void texts_that_only_join_up_alike_are_no_counterparts(void **state) {
    (void)state;
    assert_pairs("n/a.bc o/ab.c n/x.y o/x.y", "n/*.*", "o/*.*", "n/a.bc n/x.y<o/x.y o/ab.c o/x.y");
}

static void a_glob_that_chooses_nothing_is_refused(void **state) {
    (void)state;
    assert_pairs("a/a a/b", "a/c", "a/b", "--case a/c chooses no trial; --list shows the suite's");
    assert_pairs("a/a a/b", "a/a", "b",
                 "--against-case b chooses no trial; --list shows the suite's");
}

static void nothing_in_common_is_refused(void **state) {
    (void)state;
    assert_pairs("n/a n/b o/c o/d", "n/*", "o/*",
                 "no trial that --case chooses has a counterpart among those that --against-case "
                 "chooses: what stands for each * must be equal");
}

static void a_trial_on_both_sides_is_refused(void **state) {
    (void)state;
    assert_pairs("a/a a/b", "a/*", "a/b", "a/b is chosen by --case and by --against-case");
}

static void other_threads_are_refused(void **state) {
    (void)state;
    assert_pairs("a/a a/a/threads=2 b/b", "a/a/threads=2", "b/b",
                 "a/a/threads=2 and b/b differ in threads: both sides of a comparison take the "
                 "same CPUs");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_trial_each_is_a_pair_whatever_their_names),
        cmocka_unit_test(what_stands_for_the_star_must_be_equal),
        cmocka_unit_test(every_star_counts),
        cmocka_unit_test(a_case_means_all_its_trials),
        cmocka_unit_test(a_group_means_all_its_cases),
        cmocka_unit_test(arguments_of_one_case_can_be_compared),
        cmocka_unit_test(what_has_no_counterpart_stays_alone),
        cmocka_unit_test(texts_that_only_join_up_alike_are_no_counterparts),
        cmocka_unit_test(a_glob_that_chooses_nothing_is_refused),
        cmocka_unit_test(nothing_in_common_is_refused),
        cmocka_unit_test(a_trial_on_both_sides_is_refused),
        cmocka_unit_test(other_threads_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
