// SPDX-License-Identifier: MIT
// Joining two sides by name.
#include "match.h"

#include "mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

// A trial as a test writes it down; an empty name ends a list.
struct line {
    const char *name; // group/case or group/case/arguments
    enum trial_status status;
    const char *former;
    const char *reason;
};

static char *part(const char *name, int index) {
    for (; index > 0; index--)
        name = strchr(name, '/') + 1;
    return mem_printf("%.*s", (int)strcspn(name, "/"), name);
}

static void add_run(struct side *side, const struct line *lines) {
    struct document doc = {.schema = DOCUMENT_SCHEMA};
    for (size_t i = 0; lines[i].name != NULL; i++) {
        doc.trials = mem_push(doc.trials, &doc.trial_count, sizeof *doc.trials);
        doc.trials[i] = (struct trial){
            .name = mem_text(lines[i].name),
            .group = part(lines[i].name, 0),
            .case_name = part(lines[i].name, 1),
            .status = (int)lines[i].status,
            .former = mem_text(lines[i].former),
            .reason = mem_text(lines[i].reason),
        };
    }
    side->runs = mem_push(side->runs, &side->count, sizeof *side->runs);
    side->runs[side->count - 1] = (struct run){
        .doc = doc,
        .summaries = mem_zero(doc.trial_count, sizeof(struct trial_summary)),
    };
}

struct fixture {
    struct side sides[SIDES];
    struct matches matches;
    struct settings choice;
};

static void match(struct fixture *f) { match_sides(&f->matches, f->sides, &f->choice); }

static void release(struct fixture *f) {
    match_release(&f->matches);
    for (int side = 0; side < SIDES; side++)
        side_release(&f->sides[side]);
}

// "name base/new" of every match, with the former name, one a line.
static char *picture(const struct matches *matches) {
    char *text = mem_text("");
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *m = &matches->items[i];
        char *longer =
            mem_printf("%s%s%s%s %zu/%zu\n", text, m->name, m->former ? " was " : "",
                       m->former ? m->former : "", m->counts[SIDE_BASE], m->counts[SIDE_NEW]);
        free(text);
        text = longer;
    }
    return text;
}

#define assert_picture(f, expected)                                                                \
    do {                                                                                           \
        char *picture_ = picture(&(f)->matches);                                                   \
        assert_string_equal(picture_, expected);                                                   \
        free(picture_);                                                                            \
    } while (0)

#define RUN(f, side, ...) add_run(&(f)->sides[side], (const struct line[]){__VA_ARGS__, {0}})
#define MEASURED          TRIAL_MEASURED, NULL, NULL

static void trials_meet_by_name_whatever_their_order(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/b", MEASURED}, {"g/a", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a", MEASURED}, {"g/c", MEASURED}, {"g/b", MEASURED});
    match(&f);
    assert_picture(&f, "g/a 1/1\ng/b 1/1\ng/c 0/1\n");
    release(&f);
}

static void every_run_of_a_side_is_joined(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/a", MEASURED});
    RUN(&f, SIDE_BASE, {"g/a", MEASURED}, {"g/b", MEASURED});
    RUN(&f, SIDE_NEW, {"g/b", MEASURED}, {"g/a", MEASURED});
    match(&f);
    assert_picture(&f, "g/a 2/1\ng/b 1/1\n");
    assert_ptr_equal(f.matches.items[0].readings[SIDE_BASE][1].run, &f.sides[SIDE_BASE].runs[1]);
    release(&f);
}

static void a_former_name_joins_what_was_renamed(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/old", MEASURED});
    RUN(&f, SIDE_NEW, {"g/now", TRIAL_MEASURED, "g/old", NULL});
    match(&f);
    assert_picture(&f, "g/now was g/old 1/1\n");
    release(&f);
}

static void a_former_name_still_in_use_joins_nothing(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/old", MEASURED});
    RUN(&f, SIDE_NEW, {"g/now", TRIAL_MEASURED, "g/old", NULL}, {"g/old", MEASURED});
    match(&f);
    assert_picture(&f, "g/now 0/1\ng/old 1/1\n");
    release(&f);
}

static void a_former_name_claimed_twice_goes_to_one(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/old", MEASURED});
    RUN(&f, SIDE_NEW, {"g/y", TRIAL_MEASURED, "g/old", NULL},
        {"g/x", TRIAL_MEASURED, "g/old", NULL});
    match(&f);
    assert_picture(&f, "g/x was g/old 1/1\ng/y 0/1\n");
    release(&f);
}

static void a_filter_keeps_what_it_matches(void **state) {
    (void)state;
    struct fixture f = {0};
    char *globs[] = {"g/*"}, *others[] = {"*/b"};
    f.choice = (struct settings){
        .filters = globs, .filter_count = 1, .excludes = others, .exclude_count = 1};
    RUN(&f, SIDE_BASE, {"g/a", MEASURED}, {"g/b", MEASURED}, {"h/a", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a", MEASURED}, {"g/b", MEASURED}, {"h/a", MEASURED});
    match(&f);
    assert_picture(&f, "g/a 1/1\n");
    assert_int_equal(f.matches.outside, 0);
    release(&f);
}

static void what_the_new_run_filtered_out_is_not_missing(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/a", MEASURED}, {"g/b", MEASURED}, {"h/a", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a", MEASURED});
    struct settings *settings = &f.sides[SIDE_NEW].runs[0].doc.settings;
    settings->filters = mem_push(NULL, &settings->filter_count, sizeof(char *));
    settings->filters[0] = mem_text("g/*");
    match(&f);
    assert_picture(&f, "g/a 1/1\ng/b 1/0\n");
    assert_int_equal(f.matches.outside, 1);
    release(&f);
}

static void what_another_shard_has_is_not_missing(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/a", MEASURED}, {"g/b", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a", MEASURED});
    f.sides[SIDE_NEW].runs[0].doc.settings.shard = 1;
    f.sides[SIDE_NEW].runs[0].doc.settings.shards = 2;
    match(&f);
    assert_picture(&f, "g/a 1/1\n");
    release(&f);
}

static void within_one_shard_a_trial_can_be_missing(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/a", MEASURED}, {"g/b", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a", MEASURED});
    for (int side = 0; side < SIDES; side++) {
        f.sides[side].runs[0].doc.settings.shard = 1;
        f.sides[side].runs[0].doc.settings.shards = 2;
    }
    match(&f);
    assert_picture(&f, "g/a 1/1\ng/b 1/0\n");
    release(&f);
}

static void the_trials_of_a_case_are_a_family(void **state) {
    (void)state;
    struct fixture f = {0};
    RUN(&f, SIDE_BASE, {"g/a/n=1", MEASURED}, {"g/a/n=2", MEASURED}, {"g/ab", MEASURED});
    RUN(&f, SIDE_NEW, {"g/a/n=2", MEASURED}, {"g/a/n=1", MEASURED}, {"g/ab", MEASURED});
    match(&f);
    assert_int_equal(f.matches.items[0].family, f.matches.items[1].family);
    assert_int_not_equal(f.matches.items[1].family, f.matches.items[2].family);
    release(&f);
}

static void nothing_meets_nothing(void **state) {
    (void)state;
    struct fixture f = {0};
    match(&f);
    assert_int_equal(f.matches.count, 0);
    release(&f);
}

// ---- States ----------------------------------------------------------------------------------

enum { ABSENT = -1 };

static const struct {
    int base, new; // enum trial_status or ABSENT
    enum match_state state;
    const char *reason;
} states[] = {
    {TRIAL_MEASURED, TRIAL_MEASURED, MATCH_BOTH, NULL},
    {TRIAL_MEASURED, TRIAL_FAILED, MATCH_FAILED, "in new: why"},
    {TRIAL_FAILED, TRIAL_MEASURED, MATCH_FAILED, "in base: why"},
    {ABSENT, TRIAL_FAILED, MATCH_FAILED, "in new: why"},
    {TRIAL_FAILED, ABSENT, MATCH_FAILED, "in base: why"},
    {TRIAL_MEASURED, TRIAL_SKIPPED, MATCH_FAILED, "skipped in new, though base has numbers: why"},
    {TRIAL_SKIPPED, TRIAL_SKIPPED, MATCH_SKIPPED, "no numbers on either side: why"},
    {TRIAL_SKIPPED, TRIAL_MEASURED, MATCH_NEW, "no numbers in base: why"},
    {TRIAL_PLANNED, TRIAL_MEASURED, MATCH_NEW, "no numbers in base: why"},
    {TRIAL_PLANNED, TRIAL_SKIPPED, MATCH_SKIPPED, "no numbers on either side: why"},
    {ABSENT, TRIAL_MEASURED, MATCH_NEW, "only in new"},
    {ABSENT, TRIAL_SKIPPED, MATCH_NEW, "only in new, and skipped: why"},
    {ABSENT, TRIAL_PLANNED, MATCH_MISSING, "not run in new: why"},
    {TRIAL_MEASURED, TRIAL_PLANNED, MATCH_MISSING, "not run in new: why"},
    {TRIAL_SKIPPED, TRIAL_PLANNED, MATCH_MISSING, "not run in new: why"},
    {TRIAL_MEASURED, ABSENT, MATCH_MISSING, "not in new"},
    {TRIAL_SKIPPED, ABSENT, MATCH_MISSING, "not in new"},
};

static void add_status(struct side *side, int status) {
    struct line lines[2] = {{0}};
    if (status != ABSENT)
        lines[0] = (struct line){"g/a", (enum trial_status)status, NULL, "why"};
    add_run(side, lines);
}

static void every_pair_of_states_has_its_word(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct fixture f = {0};
        add_status(&f.sides[SIDE_BASE], states[i].base);
        add_status(&f.sides[SIDE_NEW], states[i].new);
        match(&f);
        assert_int_equal(f.matches.count, 1);
        char *reason = NULL;
        assert_int_equal(match_state(&f.matches.items[0], &reason), states[i].state);
        if (states[i].reason == NULL)
            assert_null(reason);
        else
            assert_string_equal(reason, states[i].reason);
        free(reason);
        release(&f);
    }
}

static void a_failure_in_any_run_counts(void **state) {
    (void)state;
    struct fixture f = {0};
    add_status(&f.sides[SIDE_BASE], TRIAL_MEASURED);
    add_status(&f.sides[SIDE_NEW], TRIAL_MEASURED);
    add_status(&f.sides[SIDE_NEW], TRIAL_FAILED);
    match(&f);
    char *reason = NULL;
    assert_int_equal(match_state(&f.matches.items[0], &reason), MATCH_FAILED);
    free(reason);
    release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_meet_by_name_whatever_their_order),
        cmocka_unit_test(every_run_of_a_side_is_joined),
        cmocka_unit_test(a_former_name_joins_what_was_renamed),
        cmocka_unit_test(a_former_name_still_in_use_joins_nothing),
        cmocka_unit_test(a_former_name_claimed_twice_goes_to_one),
        cmocka_unit_test(a_filter_keeps_what_it_matches),
        cmocka_unit_test(what_the_new_run_filtered_out_is_not_missing),
        cmocka_unit_test(what_another_shard_has_is_not_missing),
        cmocka_unit_test(within_one_shard_a_trial_can_be_missing),
        cmocka_unit_test(the_trials_of_a_case_are_a_family),
        cmocka_unit_test(nothing_meets_nothing),
        cmocka_unit_test(every_pair_of_states_has_its_word),
        cmocka_unit_test(a_failure_in_any_run_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
