// SPDX-License-Identifier: MIT
// What may differ between two documents, and what may not.
#include "comparable.h"

#include "mem.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct flag_texts none;

struct fixture {
    struct document docs[2];
    struct differences found;
};

// Two documents of one machine and one build.
static void init(struct fixture *f) {
    *f = (struct fixture){0};
    for (int i = 0; i < 2; i++) {
        struct document *doc = &f->docs[i];
        doc->program.libc = mem_text("glibc 2.36");
        doc->program.hash = mem_text("1234");
        doc->program.loop_version = 1;
        doc->program.units = mem_push(NULL, &doc->program.unit_count, sizeof(struct unit));
        doc->program.units[0] = (struct unit){.file = mem_text("a.c"),
                                              .compiler = mem_text("gcc 12.2.0"),
                                              .options = mem_text("-O2"),
                                              .features = mem_text("optimized avx2")};
        document_fact(doc, "cpu.brand", "Example CPU 3000");
    }
}

static void compare_as(struct fixture *f, enum comparison_mode mode,
                       const struct flag_texts *allowed) {
    struct trial trial = {.unit = 0};
    comparable_documents(&f->docs[0], &f->docs[1], mode, allowed, &f->found);
    comparable_units(&f->docs[0], &trial, &f->docs[1], &trial, mode, allowed, &f->found);
}

static void compare(struct fixture *f) { compare_as(f, MODE_STORED, &none); }

static void release(struct fixture *f) {
    comparable_release(&f->found);
    for (int i = 0; i < 2; i++)
        document_release(&f->docs[i]);
}

static void set(char **text, const char *to) {
    free(*text);
    *text = mem_text(to);
}

#define assert_only(f, key_, tier_)                                                                \
    do {                                                                                           \
        assert_int_equal((f)->found.count, 1);                                                     \
        assert_string_equal((f)->found.items[0].fact->key, key_);                                  \
        assert_int_equal((f)->found.items[0].tier, tier_);                                         \
    } while (0)

static void equal_documents_differ_in_nothing(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    compare(&f);
    assert_int_equal(f.found.count, 0);
    release(&f);
}

static void another_cpu_is_an_obstacle_for_the_machine(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    set(&f.docs[1].machine[0].text, "Example CPU 4000");
    compare(&f);
    assert_only(&f, "cpu.brand", TIER_MUST);
    assert_ptr_equal(comparable_obstacle(&f.found, 0, FACT_MACHINE), &f.found.items[0]);
    assert_null(comparable_obstacle(&f.found, 0, FACT_UNIT));
    assert_null(comparable_obstacle(&f.found, 1, FACT_MACHINE));
    assert_string_equal(f.found.items[0].base, "Example CPU 3000");
    assert_string_equal(f.found.items[0].new, "Example CPU 4000");
    release(&f);
}

static void an_allowed_difference_is_listed_and_no_obstacle(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    const char *keys[] = {"cpu.brand"};
    set(&f.docs[1].machine[0].text, "Example CPU 4000");
    compare_as(&f, MODE_STORED, &(struct flag_texts){keys, 1});
    assert_only(&f, "cpu.brand", TIER_MUST);
    assert_true(f.found.items[0].is_allowed);
    assert_null(comparable_obstacle(&f.found, 0, FACT_MACHINE));
    release(&f);
}

static void a_fact_known_on_one_side_only_differs(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    document_fact(&f.docs[0], "cpu.vendor", "GenuineExample");
    compare(&f);
    assert_only(&f, "cpu.vendor", TIER_MUST);
    assert_null(f.found.items[0].new);
    assert_non_null(comparable_obstacle(&f.found, 0, FACT_MACHINE));
    release(&f);
}

static void what_must_match_and_is_unknown_on_both_sides_is_named(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    for (int i = 0; i < 2; i++)
        set(&f.docs[i].program.units[0].options, NULL);
    compare(&f);
    assert_int_equal(f.found.count, 0);
    char *labels = comparable_unknown(&f.found);
    assert_non_null(strstr(labels, "compiler options"));
    assert_null(strstr(labels, "governor"));
    free(labels);
    release(&f);
}

static void numbers_are_compared_as_numbers(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    document_number(&f.docs[0], "cpu.model", 17);
    document_number(&f.docs[1], "cpu.model", 18);
    compare(&f);
    assert_only(&f, "cpu.model", TIER_MUST);
    assert_string_equal(f.found.items[0].new, "18");
    release(&f);
}

static void a_number_and_a_text_differ(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    document_number(&f.docs[0], "cgroup.quota", 1.5);
    document_fact(&f.docs[1], "cgroup.quota", "none");
    compare(&f);
    assert_only(&f, "cgroup.quota", TIER_WARN);
    release(&f);
}

static void measured_speed_may_vary_by_five_percent(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    document_number(&f.docs[0], "cpu.measured_ghz", 3.0);
    document_number(&f.docs[1], "cpu.measured_ghz", 3.1);
    compare(&f);
    assert_int_equal(f.found.count, 0);
    f.docs[1].machine[1].number = 3.3;
    compare(&f);
    assert_only(&f, "cpu.measured_ghz", TIER_WARN);
    release(&f);
}

static void another_compiler_is_an_obstacle_for_the_trial(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    set(&f.docs[1].program.units[0].compiler, "gcc 14.1.0");
    compare(&f);
    assert_only(&f, "unit.compiler", TIER_MUST);
    assert_null(comparable_obstacle(&f.found, 0, FACT_MACHINE));
    assert_non_null(comparable_obstacle(&f.found, 0, FACT_UNIT));
    release(&f);
}

static void in_paired_mode_only_the_loop_version_is_an_obstacle(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    set(&f.docs[1].program.units[0].compiler, "gcc 14.1.0");
    set(&f.docs[1].program.libc, "musl 1.2.3");
    set(&f.docs[1].machine[0].text, "Example CPU 4000");
    compare_as(&f, MODE_PAIRED, &none);
    assert_int_equal(f.found.count, 3);
    for (int scope = FACT_MACHINE; scope <= FACT_UNIT; scope++)
        assert_null(comparable_obstacle(&f.found, 0, (enum fact_scope)scope));
    f.docs[1].program.loop_version = 2;
    compare_as(&f, MODE_PAIRED, &none);
    assert_non_null(comparable_obstacle(&f.found, 0, FACT_PROGRAM));
    release(&f);
}

static void repeats_are_dropped_and_the_gravest_comes_first(void **state) {
    (void)state;
    struct fixture f;
    init(&f);
    set(&f.docs[1].program.hash, "5678");
    set(&f.docs[1].program.units[0].compiler, "gcc 14.1.0");
    for (int i = 0; i < 3; i++)
        compare(&f);
    comparable_tidy(&f.found);
    assert_int_equal(f.found.count, 2);
    assert_string_equal(f.found.items[0].fact->key, "unit.compiler");
    assert_string_equal(f.found.items[1].fact->key, "program.hash");
    release(&f);
}

static void only_facts_that_must_match_can_be_allowed(void **state) {
    (void)state;
    const char *good[] = {"cpu.brand", "unit.compiler"}, *bad[] = {"host"};
    struct errmsg why;
    assert_true(comparable_check_allowed(&(struct flag_texts){good, 2}, &why));
    assert_false(comparable_check_allowed(&(struct flag_texts){bad, 1}, &why));
    assert_non_null(strstr(why.text, "cpu.brand"));
}

static const struct {
    const char *features;
    const char *id; // NULL: no fault
} builds[] = {
    {"optimized", NULL},
    {"optimized ndebug pic", NULL},
    {"ndebug optimized", NULL},
    {NULL, NULL}, // not known, and said so elsewhere
    {"", "build-opt"},
    {"ndebug", "build-opt"},
    {"unoptimized optimizedly", "build-opt"},
    {"optimized asan", "build-san"},
    {"optimized tsan", "build-san"},
    {"optimized msan avx", "build-san"},
    {"optimized asanity", NULL},
};

static void builds_that_no_number_can_be_believed_of_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
        char *features = mem_text(builds[i].features);
        const struct build_fault *fault =
            comparable_build_fault(&(struct unit){.features = features}, &none);
        if (builds[i].id == NULL)
            assert_null(fault);
        else
            assert_string_equal(fault->id, builds[i].id);
        free(features);
    }
}

static void a_silenced_fault_is_none(void **state) {
    (void)state;
    const char *ids[] = {"build-san"};
    char features[] = "optimized asan";
    assert_null(
        comparable_build_fault(&(struct unit){.features = features}, &(struct flag_texts){ids, 1}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_documents_differ_in_nothing),
        cmocka_unit_test(another_cpu_is_an_obstacle_for_the_machine),
        cmocka_unit_test(an_allowed_difference_is_listed_and_no_obstacle),
        cmocka_unit_test(a_fact_known_on_one_side_only_differs),
        cmocka_unit_test(what_must_match_and_is_unknown_on_both_sides_is_named),
        cmocka_unit_test(numbers_are_compared_as_numbers),
        cmocka_unit_test(a_number_and_a_text_differ),
        cmocka_unit_test(measured_speed_may_vary_by_five_percent),
        cmocka_unit_test(another_compiler_is_an_obstacle_for_the_trial),
        cmocka_unit_test(in_paired_mode_only_the_loop_version_is_an_obstacle),
        cmocka_unit_test(repeats_are_dropped_and_the_gravest_comes_first),
        cmocka_unit_test(only_facts_that_must_match_can_be_allowed),
        cmocka_unit_test(builds_that_no_number_can_be_believed_of_are_refused),
        cmocka_unit_test(a_silenced_fault_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
