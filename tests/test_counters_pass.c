// SPDX-License-Identifier: MIT
// Tests of what the counting worker's words become in the document.

#include "counters_pass.h"

#include "counter_words.h"
#include "made.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct document doc;
static struct slope slope;
static struct trial trial; // 1000 calls of 20 ns each

static int make(void **state) {
    (void)state;
    doc = (struct document){0};
    slope = (struct slope){0};
    trial = made_trial("g/c");
    trial.launches = mem_push(trial.launches, &trial.launch_count, sizeof *trial.launches);
    struct launch *launch = &trial.launches[0];
    launch->spans = mem_push(launch->spans, &launch->span_count, sizeof *launch->spans);
    launch->spans[0] = 20000;
    return 0;
}

static int release(void **state) {
    (void)state;
    slope_release(&slope);
    document_release(&doc);
    json_release(&trial_shape, &trial);
    return 0;
}

static void add(const char *name, size_t times, double value) {
    struct wire_count count = {.source = "perf", .value = value};
    snprintf(count.name, sizeof count.name, "%s", name);
    slope_add(&slope, times, &count);
}

static size_t notes(const char *id, enum note_level level, const char *words) {
    size_t count = 0;
    for (size_t i = 0; i < doc.note_count; i++)
        count += strcmp(doc.notes[i].id, id) == 0 && doc.notes[i].level == (int)level &&
                 strstr(doc.notes[i].text, words) != NULL;
    return count;
}

static void what_reading_costs_is_told_once(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        add(COUNTER_COST, 1, 1300);
        counters_judge(&doc, &trial, &slope);
        assert_null(slope_find(&slope, COUNTER_COST));
    }
    assert_int_equal(notes("overhead", NOTE_INFO, "takes 1.30 us"), 1);
    assert_int_equal(notes("overhead", NOTE_WARNING, ""), 0);
}

static void a_stretch_as_short_as_few_readings_is_told(void **state) {
    (void)state;
    add(COUNTER_COST, 1, 4100);
    counters_judge(&doc, &trial, &slope);
    assert_int_equal(notes("overhead", NOTE_WARNING, "what they count 20.00 us"), 1);
}

static void anchors(const double *totals, size_t count, double groups) {
    add(COUNTER_GROUPS, 1, groups);
    for (size_t i = 0; i < count; i++)
        add(COUNTER_ANCHOR, SLOPE_POINTS, totals[i]);
    counters_judge(&doc, &trial, &slope);
}

static void groups_that_saw_the_same_work_are_told_as_turns(void **state) {
    (void)state;
    anchors((double[]){1000, 1009, 1002, 1001, 5000, 1003}, 6, 2);
    assert_int_equal(notes("ctr-mux", NOTE_INFO, "2 groups take turns"), 1);
    assert_int_equal(notes("ctr-mux", NOTE_WARNING, ""), 0);
    assert_null(slope_find(&slope, COUNTER_GROUPS));
    assert_null(slope_find(&slope, COUNTER_ANCHOR));
}

static void groups_whose_anchors_disagree_are_told(void **state) {
    (void)state;
    anchors((double[]){1000, 1020, 1001, 1021, 999, 1019}, 6, 2);
    assert_int_equal(notes("ctr-mux", NOTE_WARNING, "differs by 2.0 %"), 1);
}

// 1000 calls, of which the first two batches miss so often, and later ones; three times as many
// calls.
static void predictor(double first, double last) {
    struct wire_count count = {.name = "branch-misses", .source = "perf", .value = 2000 * first};
    slope_add_first(&slope, 2000, &count);
    for (int i = 0; i < 6; i++)
        add("branch-misses", SLOPE_POINTS, 3000 * (i < 3 ? 2 * last : last));
    counters_judge(&doc, &trial, &slope);
}

static void a_predictor_that_learned_its_input_is_told(void **state) {
    (void)state;
    predictor(46, 1.1);
    assert_int_equal(notes("br-learn", NOTE_WARNING, "fell from 46 to 1.1 per call"), 1);
}

static void a_predictor_that_knew_it_is_not(void **state) {
    (void)state;
    predictor(46, 30);
    assert_int_equal(notes("br-learn", NOTE_WARNING, ""), 0);
}

static void a_predictor_that_hardly_ever_misses_is_not(void **state) {
    (void)state;
    predictor(0.01, 0.001); // a fifth of a percent of the time
    assert_int_equal(notes("br-learn", NOTE_WARNING, ""), 0);
}

static void what_an_emulated_cpu_counts_is_marked(void **state) {
    (void)state;
    document_fact(&doc, "cpu.hypervisor", "emulated");
    add("cycles", 1, 1);
    counters_judge(&doc, &trial, &slope);
    assert_string_equal(slope_find(&slope, "cycles")->what.source, "emulated perf");
}

// ---- What is counted ----------------------------------------------------------------------------

static void limit(const char *metric) {
    trial.limits = mem_push(trial.limits, &trial.limit_count, sizeof *trial.limits);
    trial.limits[trial.limit_count - 1] = (struct trial_limit){mem_text(metric), 1};
}

static bool is_metric(const char *name) {
    return strcmp(name, "branch-misses") == 0 || strcmp(name, "branches") == 0;
}

static void assert_names(const char *expected) {
    static const char *const asked[] = {"cycles", NULL};
    const char **names = counters_names(asked, is_metric, &trial);
    char *list = NULL;
    for (size_t i = 0; names[i] != NULL; i++)
        list = mem_append(list, "%s%s", i ? "," : "", names[i]);
    assert_string_equal(list, expected);
    free(list);
    free((void *)names);
}

static void what_is_limited_is_counted_beside_what_is_asked_for(void **state) {
    (void)state;
    assert_names("cycles");
    limit("cycles");
    limit("branch-misses");
    limit("PAPI_FP_OPS");
    limit("sde:::pool::hits");
    assert_names("cycles,branch-misses,PAPI_FP_OPS,sde:::pool::hits");
}

static void what_others_answer_is_not_counted(void **state) {
    (void)state;
    limit(METRIC_TIME);
    limit("allocs");
    limit("data-reads");
    limit("waste");
    trial.metrics = mem_push(trial.metrics, &trial.metric_count, sizeof *trial.metrics);
    trial.metrics[0] = (struct trial_metric){.name = mem_text("waste")};
    assert_names("cycles");
}

// It may have no valgrind.
static void what_the_counters_know_is_counted_though_callgrind_may_answer(void **state) {
    (void)state;
    limit("branches");
    assert_names("cycles,branches");
}

static void what_cannot_be_in_a_list_is_not_counted(void **state) {
    (void)state;
    limit("a,b");
    limit("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
          "89012345");
    assert_names("cycles");
}

static void nobody_has(const char *name) {
    struct wire_count count = {.source = "fake " COUNTER_NOBODY, .reason = "no PMU", .value = NAN};
    snprintf(count.name, sizeof count.name, "%s", name);
    slope_add(&slope, 1, &count);
}

static void a_name_that_nobody_knows_is_forgotten(void **state) {
    (void)state;
    static const char *const added[] = {"branch-misses", "elephants",        "RETIRED_UOPS",
                                        "PAPI_FP_OPS",   "sde:::pool::hits", NULL};
    for (size_t i = 0; added[i] != NULL; i++)
        if (strcmp(added[i], "RETIRED_UOPS") != 0)
            nobody_has(added[i]);
    add("RETIRED_UOPS", 1, 7);
    counters_forget(&slope, added, is_metric);
    assert_null(slope_find(&slope, "elephants"));
    assert_int_equal(slope.count, 4);
}

// ---- What counts say -------------------------------------------------------------------------

static struct count *give(const char *name, const char *event, const char *reason) {
    doc.trials = mem_push(doc.trials, &doc.trial_count, sizeof *doc.trials);
    struct trial *given = &doc.trials[doc.trial_count - 1];
    *given = made_trial("g/d");
    given->counts = mem_push(given->counts, &given->count_count, sizeof *given->counts);
    given->counts[0] = (struct count){.name = mem_text(name),
                                      .source = mem_text("papi-preset"),
                                      .event = mem_text(event),
                                      .value = reason ? NAN : 1,
                                      .reason = mem_text(reason)};
    return &given->counts[0];
}

static void a_counter_that_reads_0_is_told_once_for_all_trials(void **state) {
    (void)state;
    give("cycles", NULL, COUNTER_READS "0 for 300000 instructions");
    give("cycles", NULL, COUNTER_READS "0 for 300000 instructions");
    counters_note(&doc);
    assert_int_equal(notes("ctr-zero", NOTE_WARNING, "cycles reads 0"), 1);
}

static void a_core_of_another_kind_is_an_error(void **state) {
    (void)state;
    give("cycles", NULL, COUNTER_CLASS);
    counters_note(&doc);
    assert_int_equal(notes("ctr-class", NOTE_ERROR, "another kind"), 1);
}

static void ticks_are_not_called_cycles(void **state) {
    (void)state;
    give("PAPI_REF_CYC", "PAPI_REF_CYC", NULL);
    give("cycles", "PAPI_TOT_CYC", NULL);
    counters_note(&doc);
    assert_int_equal(notes("ctr-tick", NOTE_INFO, "PAPI_REF_CYC are ticks"), 1);
    assert_int_equal(notes("ctr-tick", NOTE_INFO, ""), 1);
}

static void what_counts_well_is_not_told(void **state) {
    (void)state;
    give("cycles", "PAPI_TOT_CYC", NULL);
    counters_note(&doc);
    assert_int_equal(doc.note_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, release)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_predictor_that_learned_its_input_is_told),
        TEST(a_predictor_that_knew_it_is_not),
        TEST(a_predictor_that_hardly_ever_misses_is_not),
        TEST(what_reading_costs_is_told_once),
        TEST(a_stretch_as_short_as_few_readings_is_told),
        TEST(groups_that_saw_the_same_work_are_told_as_turns),
        TEST(groups_whose_anchors_disagree_are_told),
        TEST(what_an_emulated_cpu_counts_is_marked),
        TEST(what_is_limited_is_counted_beside_what_is_asked_for),
        TEST(what_others_answer_is_not_counted),
        TEST(what_the_counters_know_is_counted_though_callgrind_may_answer),
        TEST(what_cannot_be_in_a_list_is_not_counted),
        TEST(a_name_that_nobody_knows_is_forgotten),
        TEST(a_counter_that_reads_0_is_told_once_for_all_trials),
        TEST(a_core_of_another_kind_is_an_error),
        TEST(ticks_are_not_called_cycles),
        TEST(what_counts_well_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
