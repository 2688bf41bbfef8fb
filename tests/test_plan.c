// SPDX-License-Identifier: MIT
// Tests of plan.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "plan.h"

#include <cmocka.h> // last: it has a fail() of its own

static const char *const names[][3] = {
    {"json/parse/size=4", "json", "parse"},
    {"json/parse/size=64", "json", "parse"},
    {"json/print", "json", "print"},
    {"sort/qsort/threads=2", "sort", "qsort"},
};

struct plan_case {
    struct trial *trials;
    size_t count;
    struct errmsg why;
};

static struct plan_case planned(void) {
    struct plan_case p = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        p.trials = mem_push(p.trials, &p.count, sizeof *p.trials);
        struct trial *trial = &p.trials[i];
        trial->name = mem_text(names[i][0]);
        trial->group = mem_text(names[i][1]);
        trial->case_name = mem_text(names[i][2]);
    }
    struct trial *last = &p.trials[p.count - 1];
    last->tags = mem_push(NULL, &last->tag_count, sizeof *last->tags);
    last->tags[0] = mem_text("slow");
    return p;
}

static void discard(struct plan_case *p) {
    for (size_t i = 0; i < p->count; i++)
        json_release(&trial_shape, &p->trials[i]);
    free(p->trials);
}

static void assert_chosen(const struct settings *choice, const char *expected) {
    struct plan_case p = planned();
    char got[256] = "";
    assert_true(plan_select(choice, &p.trials, &p.count, &p.why));
    for (size_t i = 0; i < p.count; i++) {
        strcat(got, i ? " " : "");
        strcat(got, p.trials[i].name);
    }
    assert_string_equal(got, expected);
    discard(&p);
}

static void assert_refused(const struct settings *choice, const char *word) {
    struct plan_case p = planned();
    assert_false(plan_select(choice, &p.trials, &p.count, &p.why));
    assert_non_null(strstr(p.why.text, word));
    discard(&p);
}

#define TEXTS(field, ...)                                                                          \
    .field##s = (char *[]){__VA_ARGS__},                                                           \
    .field##_count = sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)

static void without_a_choice_all_trials_are_kept(void **state) {
    (void)state;
    assert_chosen(&(struct settings){0},
                  "json/parse/size=4 json/parse/size=64 json/print sort/qsort/threads=2");
}

static void a_glob_is_held_against_name_case_and_group(void **state) {
    (void)state;
    assert_chosen(&(struct settings){TEXTS(filter, "json/parse/size=4")}, "json/parse/size=4");
    assert_chosen(&(struct settings){TEXTS(filter, "json/parse")},
                  "json/parse/size=4 json/parse/size=64");
    assert_chosen(&(struct settings){TEXTS(filter, "sort")}, "sort/qsort/threads=2");
    assert_chosen(&(struct settings){TEXTS(filter, "*size=6?", "sort")},
                  "json/parse/size=64 sort/qsort/threads=2");
}

static void exclusions_and_tags_narrow_it(void **state) {
    (void)state;
    assert_chosen(&(struct settings){TEXTS(exclude, "json/parse")},
                  "json/print sort/qsort/threads=2");
    assert_chosen(&(struct settings){TEXTS(tag, "slow")}, "sort/qsort/threads=2");
}

static void shards_part_what_was_chosen(void **state) {
    (void)state;
    assert_chosen(&(struct settings){TEXTS(filter, "json"), .shard = 1, .shards = 2},
                  "json/parse/size=4 json/print");
    assert_chosen(&(struct settings){TEXTS(filter, "json"), .shard = 2, .shards = 2},
                  "json/parse/size=64");
}

static void a_shard_beyond_the_trials_is_empty(void **state) {
    (void)state;
    assert_chosen(&(struct settings){.shard = 5, .shards = 9}, "");
}

static void a_filter_that_matches_nothing_is_named(void **state) {
    (void)state;
    assert_refused(&(struct settings){TEXTS(filter, "json", "foo*")}, "filter 'foo*' matched no");
    assert_refused(&(struct settings){TEXTS(tag, "fast")}, "tag 'fast'");
}

static void nothing_left_is_refused(void **state) {
    (void)state;
    assert_refused(&(struct settings){TEXTS(exclude, "*")}, "no benchmark is left");
    assert_refused(&(struct settings){TEXTS(exclude, "*"), .shard = 1, .shards = 9},
                   "no benchmark is left");
}

static void an_empty_suite_names_the_first_suspects(void **state) {
    (void)state;
    struct plan_case p = {0};
    assert_false(plan_select(&(struct settings){0}, &p.trials, &p.count, &p.why));
    assert_non_null(strstr(p.why.text, "TARE_ENABLE"));
}

static void shards_are_read_strictly(void **state) {
    (void)state;
    uint64_t shard = 0, shards = 0;
    assert_true(plan_parse_shard("2/5", &shard, &shards, NULL));
    assert_int_equal(shard, 2);
    assert_int_equal(shards, 5);
    static const char *const wrong[] = {"", "2", "2/", "0/5", "6/5", "2/5x", "a/b", "-1/5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(plan_parse_shard(wrong[i], &shard, &shards, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_choice_all_trials_are_kept),
        cmocka_unit_test(a_glob_is_held_against_name_case_and_group),
        cmocka_unit_test(exclusions_and_tags_narrow_it),
        cmocka_unit_test(shards_part_what_was_chosen),
        cmocka_unit_test(a_shard_beyond_the_trials_is_empty),
        cmocka_unit_test(a_filter_that_matches_nothing_is_named),
        cmocka_unit_test(nothing_left_is_refused),
        cmocka_unit_test(an_empty_suite_names_the_first_suspects),
        cmocka_unit_test(shards_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
