// SPDX-License-Identifier: MIT
// Tests of what the runner says of a run as a whole, on documents made up here.
#include "made_run.h"

#include <math.h>

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
        cmocka_unit_test(a_clock_that_moves_is_measured),
        cmocka_unit_test(a_core_that_was_shared_explains_modes),
        cmocka_unit_test(coarse_clocks_and_preemptions_are_told),
        cmocka_unit_test(sizes_that_change_nothing_are_found),
        cmocka_unit_test(inputs_that_fit_a_cache_are_counted),
        cmocka_unit_test(each_id_that_a_check_has_can_be_silenced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
