// SPDX-License-Identifier: MIT
// Tests of what the runner says of its results, on documents made up here.

#include "checks.h"

#include "mem.h"
#include "yardstick_names.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LAUNCHES = 10, SAMPLES = 5, CALLS = 10000 };

// ---- Documents -------------------------------------------------------------------------------

typedef double sample_fn(size_t launch, size_t sample); // ns per call

// Within 0.3 %, up and down.
static double wobble(size_t launch, size_t sample) {
    static const double steps[] = {0, 0.002, -0.001, 0.001, -0.002, 0.003, 0.0005};
    return 1 + steps[(3 * launch + 2 * sample) % 7];
}

static double steady(size_t launch, size_t sample) { return 100 * wobble(launch, sample); }

static void add_launches(struct trial *trial, sample_fn *ns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        trial->launches = mem_push(trial->launches, &trial->launch_count, sizeof *trial->launches);
        struct launch *launch = &trial->launches[i];
        for (size_t k = 0; k < SAMPLES; k++) {
            launch->spans = mem_push(launch->spans, &launch->span_count, sizeof *launch->spans);
            launch->spans[k] = (uint64_t)(CALLS * ns(i, k));
        }
    }
}

static struct trial made(const char *name, sample_fn *ns, size_t launch_count) {
    struct trial trial = {.name = mem_text(name),
                          .group = mem_text("g"),
                          .case_name = mem_text("c"),
                          .threads = 1,
                          .calls = CALLS,
                          .batches = 1,
                          .status = TRIAL_MEASURED};
    add_launches(&trial, ns, launch_count);
    return trial;
}

static struct trial *add_trial(struct document *doc, const char *name, sample_fn *ns) {
    doc->trials = mem_push(doc->trials, &doc->trial_count, sizeof *doc->trials);
    struct trial *trial = &doc->trials[doc->trial_count - 1];
    *trial = made(name, ns, LAUNCHES);
    return trial;
}

static void add_yardstick(struct document *doc, const char *name, sample_fn *ns) {
    doc->yardsticks = mem_push(doc->yardsticks, &doc->yardstick_count, sizeof *doc->yardsticks);
    doc->yardsticks[doc->yardstick_count - 1] = made(name, ns, LAUNCHES);
}

static double empty_loop(size_t launch, size_t sample) { return 0.24 * wobble(launch, sample); }
static double four_ghz(size_t launch, size_t sample) { return 16 * wobble(launch, sample); }

// A run on a machine that nothing disturbs.
static struct document quiet_run(void) {
    struct document doc = {.settings = {.launches = LAUNCHES}};
    add_yardstick(&doc, YARDSTICK_EMPTY, empty_loop);
    add_yardstick(&doc, YARDSTICK_ALU, four_ghz);
    add_yardstick(&doc, YARDSTICK_WIDTH, four_ghz);
    return doc;
}

static const struct note *find_note(const struct document *doc, const char *id) {
    for (size_t i = 0; i < doc->note_count; i++)
        if (strcmp(doc->notes[i].id, id) == 0)
            return &doc->notes[i];
    return NULL;
}

static void check(struct document *doc) {
    const struct run_facts facts = {0};
    checks_results(doc, &facts);
}

static void check_note(const struct document *doc, const char *id, enum note_level level,
                       const char *trial, const char *part) {
    const struct note *note = find_note(doc, id);
    assert_non_null(note);
    assert_int_equal(note->level, level);
    if (trial)
        assert_string_equal(note->trial, trial);
    else
        assert_null(note->trial);
    if (!strstr(note->text, part))
        assert_string_equal(note->text, part); // shows both
}

// The only note of a run with one trial of such samples.
static void one_note(sample_fn *ns, const char *id, enum note_level level, const char *part) {
    struct document doc = quiet_run();
    add_trial(&doc, "g/c", ns);
    check(&doc);
    check_note(&doc, id, level, "g/c", part);
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

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

static double two_modes(size_t launch, size_t sample) {
    return (launch % 10 < 7 ? 81 : 96) * wobble(launch, sample);
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

// ---- Runs ------------------------------------------------------------------------------------

static double turbo(size_t launch, size_t sample) {
    return (launch < 5 ? 16 : 20) * wobble(launch, sample);
}

static double slight_turbo(size_t launch, size_t sample) {
    return (launch < 5 ? 16 : 16.6) * wobble(launch, sample);
}

static void drift_of(sample_fn *alu, enum note_level level, const char *part) {
    struct document doc = {.settings = {.launches = LAUNCHES}};
    add_yardstick(&doc, YARDSTICK_ALU, alu);
    check(&doc);
    check_note(&doc, "freq-drift", level, NULL, part);
    document_release(&doc);
}

static void a_clock_that_moves_is_measured(void **state) {
    (void)state;
    drift_of(turbo, NOTE_WARNING, "between 3.20 and 4.01 GHz during the run: fix it");
    drift_of(slight_turbo, NOTE_INFO, "between 3.86 and 4.01 GHz during the run");
}

static double shared_core(size_t launch, size_t sample) {
    return (launch % 10 < 6 ? 16 : 29) * wobble(launch, sample);
}

// Then two modes are no trait of the trials.
static void a_core_that_was_shared_explains_modes(void **state) {
    (void)state;
    struct document doc = quiet_run();
    document_release(&doc);
    doc.settings.launches = LAUNCHES;
    add_yardstick(&doc, YARDSTICK_EMPTY, empty_loop);
    add_yardstick(&doc, YARDSTICK_ALU, four_ghz);
    add_yardstick(&doc, YARDSTICK_WIDTH, shared_core);
    add_trial(&doc, "g/c", two_modes);
    check(&doc);
    check_note(&doc, "smt-busy", NOTE_WARNING, NULL, "shared in 40 % of the run");
    assert_null(find_note(&doc, "bimodal"));
    document_release(&doc);
}

static void coarse_clocks_and_preemptions_are_told(void **state) {
    (void)state;
    const struct run_facts facts = {.clock_tick_ns = 42, .coarse_trials = 7};
    struct document doc = quiet_run();
    add_trial(&doc, "g/c", steady)->launches[3].preempted = 12;
    checks_results(&doc, &facts);
    check_note(&doc, "timer-res", NOTE_WARNING, NULL, "ticks every 42 ns: batches of 7 trials");
    check_note(&doc, "cpu-shared", NOTE_WARNING, NULL, "12 preemptions in 50 samples");
    document_release(&doc);
}

// ---- Folding ---------------------------------------------------------------------------------

static void add_size(struct document *doc, const char *name, int64_t size, double instructions,
                     sample_fn *ns) {
    struct trial *trial = add_trial(doc, name, ns);
    trial->args = mem_push(trial->args, &trial->arg_count, sizeof *trial->args);
    trial->args[0] = (struct trial_arg){.name = mem_text("size"), .value = size};
    trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
    trial->counts[0] = (struct count){.name = mem_text("instructions"),
                                      .source = mem_text("callgrind"),
                                      .kind = COUNT_EXACT,
                                      .value = instructions};
}

static double slower(size_t launch, size_t sample) { return 3 * steady(launch, sample); }

static void sizes_that_change_nothing_are_found(void **state) {
    (void)state;
    struct document folded = quiet_run(), grows = quiet_run(), chase = quiet_run();
    add_size(&folded, "g/c/size=16", 16, 9, steady);
    add_size(&folded, "g/c/size=4096", 4096, 9, steady);
    check(&folded);
    check_note(&folded, "const-fold", NOTE_WARNING, "g/c/size=4096",
               "the same 9 instructions as g/c/size=16, in the same time");
    add_size(&grows, "g/c/size=16", 16, 9, steady);
    add_size(&grows, "g/c/size=4096", 4096, 90, steady);
    check(&grows);
    assert_null(find_note(&grows, "const-fold"));
    add_size(&chase, "g/c/size=16", 16, 5, steady);
    add_size(&chase, "g/c/size=4096", 4096, 5, slower);
    check(&chase);
    assert_null(find_note(&chase, "const-fold"));
    document_release(&folded);
    document_release(&grows);
    document_release(&chase);
}

static void inputs_that_fit_a_cache_are_counted(void **state) {
    (void)state;
    struct document doc = quiet_run();
    document_number(&doc, "cpu.l1d_bytes", 49152);
    add_trial(&doc, "g/small", steady)->bytes = 4096;
    add_trial(&doc, "g/large", steady)->bytes = 1 << 20;
    add_trial(&doc, "g/unsaid", steady)->bytes = NAN;
    check(&doc);
    check_note(&doc, "cache-fit", NOTE_INFO, NULL, "1 of 2 trials that say their bytes");
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

// ---- Silence ---------------------------------------------------------------------------------

static void each_id_that_a_check_has_can_be_silenced(void **state) {
    (void)state;
    static const char *const used[] = {
        "dce",      "hoist",     "bimodal",    "thp",      "warmup",     "outliers",  "quant",
        "layout",   "pf-minor",  "pf-major",   "migrate",  "few-n",      "aslr",      "freq-drift",
        "smt-busy", "timer-res", "cpu-shared", "autocorr", "const-fold", "cache-fit", "throttle",
        "governor", "align",     "order",      "br-learn", "denormal"};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        char *id = (char *)used[i];
        const struct settings settings = {.silenced = &id, .silenced_count = 1};
        assert_true(checks_known(&settings, NULL));
    }
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
        cmocka_unit_test(a_clock_that_moves_is_measured),
        cmocka_unit_test(a_core_that_was_shared_explains_modes),
        cmocka_unit_test(coarse_clocks_and_preemptions_are_told),
        cmocka_unit_test(sizes_that_change_nothing_are_found),
        cmocka_unit_test(inputs_that_fit_a_cache_are_counted),
        cmocka_unit_test(each_id_that_a_check_has_can_be_silenced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
