// SPDX-License-Identifier: MIT
// Tests of what the runner says of trials, on documents made up here.
#include "made_run.h"

#include <math.h>

// ---- Trials ----------------------------------------------------------------------------------

static void a_steady_trial_has_no_note(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_trial(&doc, "g/c", steady);
    check(&doc);
    assert_int_equal(doc.note_count, 0);
    document_release(&doc);
}

static void work_that_costs_nothing_fails_its_trial(void **state) {
    (void)state;
    struct document doc = quiet_run();
    struct trial *trial = add_trial(&doc, "g/c", empty_loop);
    check(&doc);
    check_note(&doc, "dce", NOTE_ERROR, "g/c", "no more than an empty loop (0.24 ns)");
    assert_int_equal(trial->status, TRIAL_FAILED);
    document_release(&doc);
}

static void work_once_per_batch_is_found(void **state) {
    (void)state;
    double once[] = {0.93, 0.04, NAN};
    const struct run_facts facts = {.once = once};
    struct document doc = quiet_run();
    add_trial(&doc, "g/hoisted", steady);
    add_trial(&doc, "g/plain", steady);
    add_trial(&doc, "g/not_tried", steady);
    checks_results(&doc, &facts);
    check_note(&doc, "hoist", NOTE_WARNING, "g/hoisted", "93.0 % of a batch's time");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

static double near_empty(size_t launch, size_t sample) { return 0.33 * wobble(launch, sample); }

static void work_once_per_batch_is_found_in_little_time(void **state) {
    (void)state;
    double once[] = {0.14, 0.14};
    const struct run_facts facts = {.once = once};
    struct document doc = quiet_run();
    add_trial(&doc, "g/little", near_empty);
    add_trial(&doc, "g/plain", steady);
    checks_results(&doc, &facts);
    check_note(&doc, "hoist", NOTE_WARNING, "g/little", "14.0 % of a batch's time");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

static void two_modes_are_told_with_their_share(void **state) {
    (void)state;
    one_note(two_modes, "bimodal", NOTE_WARNING, "two modes, 81.0 ns (70 % of its samples) and 96");
}

static void huge_pages_of_some_launches_are_told(void **state) {
    (void)state;
    struct document doc = quiet_run();
    struct trial *trial = add_trial(&doc, "g/some", steady);
    for (size_t i = 0; i < 3; i++)
        trial->launches[2 * i].huge_bytes = (double)((i + 1) << 21);
    trial = add_trial(&doc, "g/all", steady);
    for (size_t i = 0; i < LAUNCHES; i++)
        trial->launches[i].huge_bytes = 1 << 21;
    trial = add_trial(&doc, "g/unknown", steady);
    trial->launches[0].huge_bytes = 1 << 21;
    trial->launches[1].huge_bytes = NAN;
    check(&doc);
    check_note(&doc, "thp", NOTE_WARNING, "g/some", "in 3 of 10 launches, for 0 B to 6");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

// ---- What launches have in common ------------------------------------------------------------

enum { MANY = 40 };

static double slow_by_turns(size_t launch, size_t sample) {
    return (launch % 2 ? 104 : 100) * wobble(launch, sample);
}

static struct trial *add_many(struct document *doc, const char *name) {
    struct trial *trial = add_trial(doc, name, slow_by_turns);
    json_release(&trial_shape, trial);
    *trial = made(name, slow_by_turns, MANY);
    return trial;
}

static void add_address(struct trial *trial, const char *name, double even, double odd) {
    trial->addresses = mem_push(trial->addresses, &trial->address_count, sizeof *trial->addresses);
    struct trial_address *address = &trial->addresses[trial->address_count - 1];
    address->name = mem_text(name);
    for (size_t i = 0; i < MANY; i++) {
        address->offsets =
            mem_push(address->offsets, &address->offset_count, sizeof *address->offsets);
        address->offsets[i] = i % 2 ? odd : even;
    }
}

static void an_alignment_that_matters_is_told(void **state) {
    (void)state;
    struct document doc = quiet_run();
    struct trial *trial = add_many(&doc, "g/c");
    add_address(trial, "dst", 16, 16);
    add_address(trial, "src", 192, 16);
    trial->addresses[1].offsets[1] = NAN; // that launch did not say
    check(&doc);
    check_note(&doc, "align", NOTE_WARNING, "g/c",
               "takes -3.8 % when src is 32-byte aligned, as in 20 of 40 launches");
    document_release(&doc);
}

static void what_came_before_matters_or_not(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_trial(&doc, "g/other", steady);
    add_trial(&doc, "g/third", steady);
    add_many(&doc, "g/c");
    const struct trial *before[MANY];
    for (size_t i = 0; i < MANY; i++)
        before[i] = &doc.trials[i % 2];
    before[0] = NULL;
    struct run_neighbours neighbours[] = {{NULL, 0}, {NULL, 0}, {before, MANY}};
    checks_results(&doc, &(struct run_facts){.neighbours = neighbours, .trial_count = 3});
    check_note(&doc, "order", NOTE_WARNING, "g/c",
               "takes +4.0 % after g/third, as in 20 of 40 launches");
    document_release(&doc);

    doc = quiet_run();
    add_trial(&doc, "g/other", steady);
    add_trial(&doc, "g/third", steady);
    add_many(&doc, "g/c");
    for (size_t i = 0; i < MANY; i++)
        before[i] = &doc.trials[i / 2 % 2];
    checks_results(&doc, &(struct run_facts){.neighbours = neighbours, .trial_count = 3});
    assert_null(find_note(&doc, "order"));
    document_release(&doc);
}

static void add_assists(struct trial *trial, double per_call) {
    trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
    trial->counts[0] = (struct count){.name = mem_text("ASSISTS:FP"),
                                      .source = mem_text("papi-native"),
                                      .kind = COUNT_SAMPLED,
                                      .value = per_call};
}

static void assists_are_told(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_assists(add_trial(&doc, "g/normal", steady), 0);
    add_assists(add_trial(&doc, "g/c", steady), 12.5);
    check(&doc);
    check_note(&doc, "denormal", NOTE_INFO, "g/c", "12.5 assists per call (ASSISTS:FP)");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

// Of two slopes.
static void add_growth(struct trial *trial, double one, double other) {
    double middle = (one + other) / 2;
    trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
    trial->counts[trial->count_count - 1] =
        (struct count){.name = mem_text("heap-growth"),
                       .source = mem_text("preload"),
                       .kind = one == other ? COUNT_EXACT : COUNT_VARIES,
                       .value = middle,
                       .spread = one == other ? 0 : fabs(one - other) / middle};
}

static void a_heap_that_grows_whenever_more_is_called_is_a_leak(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_growth(add_trial(&doc, "g/c", steady), 24, 24);
    add_growth(add_trial(&doc, "g/d", steady), 8, 24);
    check(&doc);
    assert_int_equal(doc.note_count, 2);
    check_note(&doc, "leak", NOTE_WARNING, "g/c", "the heap grows by 24 B per call (");
    assert_non_null(strstr(doc.notes[1].text, "grows by 16 B per call on average ("));
    document_release(&doc);
}

static void a_heap_that_grew_once_is_no_leak(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_growth(add_trial(&doc, "g/c", steady), 0, 24);
    add_growth(add_trial(&doc, "g/d", steady), -8, 24);
    add_growth(add_trial(&doc, "g/e", steady), 0, 0);
    check(&doc);
    assert_null(find_note(&doc, "leak"));
    document_release(&doc);
}

static void what_threads_take_from_the_heap_is_told_of_all_together(void **state) {
    (void)state;
    struct document doc = quiet_run();
    struct trial *trial = add_trial(&doc, "g/c", steady);
    trial->threads = 2;
    add_growth(trial, 24, 24);
    check(&doc);
    check_note(&doc, "leak", NOTE_WARNING, "g/c", "24 B per call of all its threads together (");
    document_release(&doc);
}

static double learning(size_t launch, size_t sample) {
    return (100 - (double)sample) * (1 + 0.001 * (double)launch);
}

static double growing(size_t launch, size_t sample) {
    return (100 + (double)sample) * (1 + 0.001 * (double)launch);
}

static void launches_that_speed_up_or_slow_down_are_found(void **state) {
    (void)state;
    one_note(learning, "warmup", NOTE_WARNING,
             "still getting faster: the last sample of a launch "
             "takes -4.0 %");
    one_note(growing, "warmup", NOTE_WARNING,
             "still getting slower: the last sample of a launch "
             "takes +4.0 % than its first: does its state grow?");
}

static double far_tail(size_t launch, size_t sample) {
    return launch % 3 == 0 && sample == 2 ? 100 + 40 * (double)(launch + 1)
                                          : steady(launch, sample);
}

static void outliers_are_counted(void **state) {
    (void)state;
    one_note(far_tail, "outliers", NOTE_INFO, "4 of 50 samples lie far from the rest");
}

static double three_values(size_t launch, size_t sample) {
    return 100 + (double)((launch + sample) % 3);
}

static void few_distinct_values_are_found(void **state) {
    (void)state;
    one_note(three_values, "quant", NOTE_WARNING, "its 50 samples take 3 values, 0.99 % apart");
}

static double layout_bound(size_t launch, size_t sample) {
    return (100 + 2 * (double)launch) * wobble(launch, sample);
}

// Within 1 % of each other, which is nothing, but in order.
static double drifting(size_t launch, size_t sample) {
    return (100 + 0.02 * (double)launch) * (1 + 0.0001 * (double)(sample % 2 ? 1 : -1));
}

static void launches_that_resemble_the_one_before_are_found(void **state) {
    (void)state;
    struct document doc = quiet_run();
    doc.trials = mem_push(doc.trials, &doc.trial_count, sizeof *doc.trials);
    doc.trials[0] = made("g/c", drifting, 40);
    check(&doc);
    check_note(&doc, "autocorr", NOTE_WARNING, "g/c", "its 40 launches are worth about 2");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

static void launches_that_differ_are_found(void **state) {
    (void)state;
    one_note(layout_bound, "layout", NOTE_WARNING, "between launches of the same binary");
}

static void faults_and_moves_are_told(void **state) {
    (void)state;
    struct document doc = quiet_run();
    struct trial *trial = add_trial(&doc, "g/c", steady);
    for (size_t i = 0; i < LAUNCHES; i++)
        trial->launches[i].faults_minor = 8;
    trial->launches[0].faults_major = trial->launches[4].faults_major = 0.01;
    trial->launches[2].migrated = 3;
    check(&doc);
    check_note(&doc, "pf-minor", NOTE_WARNING, "g/c", "8 page faults per call");
    check_note(&doc, "pf-major", NOTE_WARNING, "g/c", "disk in 2 of 10 launches");
    check_note(&doc, "migrate", NOTE_WARNING, "g/c", "3 samples moved");
    document_release(&doc);
}

// The program itself comes from the disk.
static void one_fault_from_the_disk_is_no_pitfall(void **state) {
    (void)state;
    struct document doc = quiet_run();
    add_trial(&doc, "g/c", steady)->launches[0].faults_major = 0.01;
    check(&doc);
    assert_int_equal(doc.note_count, 0);
    document_release(&doc);
}

static void few_launches_are_told(void **state) {
    (void)state;
    struct document doc = quiet_run();
    doc.settings.launches = 1;
    doc.trials = mem_push(doc.trials, &doc.trial_count, sizeof *doc.trials);
    doc.trials[0] = made("g/c", steady, 1);
    check(&doc);
    check_note(&doc, "few-n", NOTE_WARNING, "g/c", "n=1 launches");
    check_note(&doc, "aslr", NOTE_INFO, NULL, "one launch is one memory layout");
    document_release(&doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_trial_has_no_note),
        cmocka_unit_test(work_that_costs_nothing_fails_its_trial),
        cmocka_unit_test(work_once_per_batch_is_found),
        cmocka_unit_test(work_once_per_batch_is_found_in_little_time),
        cmocka_unit_test(two_modes_are_told_with_their_share),
        cmocka_unit_test(huge_pages_of_some_launches_are_told),
        cmocka_unit_test(an_alignment_that_matters_is_told),
        cmocka_unit_test(what_came_before_matters_or_not),
        cmocka_unit_test(assists_are_told),
        cmocka_unit_test(a_heap_that_grows_whenever_more_is_called_is_a_leak),
        cmocka_unit_test(a_heap_that_grew_once_is_no_leak),
        cmocka_unit_test(what_threads_take_from_the_heap_is_told_of_all_together),
        cmocka_unit_test(launches_that_speed_up_or_slow_down_are_found),
        cmocka_unit_test(outliers_are_counted),
        cmocka_unit_test(few_distinct_values_are_found),
        cmocka_unit_test(launches_that_resemble_the_one_before_are_found),
        cmocka_unit_test(launches_that_differ_are_found),
        cmocka_unit_test(faults_and_moves_are_told),
        cmocka_unit_test(one_fault_from_the_disk_is_no_pitfall),
        cmocka_unit_test(few_launches_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
