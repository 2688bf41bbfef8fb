// SPDX-License-Identifier: MIT
// Whether a slowdown stays where the code lies elsewhere, from made-up epochs at each phase.
#include "gate_confirm.h"

#include "mem.h"
#include "room.h"

#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <setjmp.h>
#include <cmocka.h>

// ---- The rule --------------------------------------------------------------------------------

static bool stays(double first, double second, double third, double fourth) {
    const double changes[] = {first / 100, second / 100, third / 100, fourth / 100};
    return gate_confirm_stays(changes, 0.003);
}

static void a_slowdown_at_every_phase_stays(void **state) {
    (void)state;
    assert_true(stays(1, 1, 1, 1));
    assert_true(stays(5, 2, 0.4, 1));
}

static void a_slowdown_at_one_phase_alone_goes(void **state) {
    (void)state;
    assert_false(stays(5, 0, 0, 0));
    assert_false(stays(63, 0.1, -0.1, 0.2));
}

static void what_phases_take_from_each_other_adds_up_to_nothing(void **state) {
    (void)state;
    assert_false(stays(5, 4, 3, -12));
    assert_false(stays(3, -3, 3, -3));
}

static void a_slowdown_that_layout_hides_at_one_phase_stays(void **state) {
    (void)state;
    assert_true(stays(2, 2, -1, 2));
}

static void what_is_ignored_is_no_slowdown(void **state) {
    (void)state;
    assert_false(stays(0.29, 0.29, 0.29, 0.29));
    assert_false(stays(8, 0.2, 0.2, 0.2));
}

// ---- Trials ----------------------------------------------------------------------------------

enum { EPOCHS = 30 };

// Epochs around `percent`.
static struct recording record(double percent) {
    struct recording recording = {0};
    for (int i = 0; i < EPOCHS; i++) {
        struct epoch epoch = {.contrast = percent / 100 + 1e-4 * (i % 2 ? i : -i) / EPOCHS,
                              .ns = {1, 1},
                              .shift = {NAN, NAN}};
        recording_add(&recording, &epoch);
    }
    return recording;
}

static void ignore_progress(void *context, const struct gate_progress *progress) {
    (void)context;
    (void)progress;
}

static void run(struct gate_trial *trials, size_t count) {
    uint64_t random = 1;
    gate_run(trials, count, &random, ignore_progress, NULL);
}

// A trial that was measured at its first phase.
static struct gate_trial first_phase(const struct recording *recording) {
    struct gate_trial trial = {
        .name = "group/case",
        .rule = {.detect = 0.01, .ignore = 0.003, .alpha = 0.01, .miss = 0.05, .epochs_max = 20},
        .given = recording,
    };
    run(&trial, 1);
    return trial;
}

// What is said of a trial with these changes in percent at the phases; "" if nothing. `sabotage`
// may spoil what was recorded.
static char *confirm(const double percents[PHASES + 1], void (*sabotage)(struct recording *phase)) {
    struct recording recordings[PHASES + 1];
    struct gate_confirm confirm;
    for (size_t i = 0; i < PHASES + 1; i++)
        recordings[i] = record(percents[i]);
    if (sabotage != NULL)
        sabotage(&recordings[PHASES]);
    struct gate_trial trial = first_phase(&recordings[0]);
    assert_int_equal(trial.paired.verdict, VERDICT_REGRESSED);
    gate_confirm_plan(&confirm, &trial, 1, NULL);
    assert_int_equal(confirm.count, PHASES);
    for (size_t i = 0; i < PHASES; i++)
        confirm.trials[i].given = &recordings[i + 1];
    run(confirm.trials, confirm.count);
    gate_confirm_judge(&confirm);
    char *text = mem_text(trial.obstacle != NULL ? trial.obstacle : "");
    gate_confirm_release(&confirm);
    gate_trial_release(&trial);
    for (size_t i = 0; i < PHASES + 1; i++)
        recording_release(&recordings[i]);
    return text;
}

#define assert_said(expected, sabotage, ...)                                                       \
    do {                                                                                           \
        char *text_ = confirm((const double[]){__VA_ARGS__}, sabotage);                            \
        assert_string_equal(text_, expected);                                                      \
        free(text_);                                                                               \
    } while (0)

static void a_confirmed_trial_stays_as_it_was(void **state) {
    (void)state;
    assert_said("", NULL, 2, 1, 2, 3);
}

static void one_that_is_not_says_how_far_it_depends(void **state) {
    (void)state;
    assert_said("depends on where its code lies: -3.0 % to +5.1 %, as functions lie 0 to 48 bytes "
                "further on",
                NULL, 5, 0, -3, 0);
}

static void fail_at_once(struct recording *phase) {
    recording_release(phase);
    *phase = (struct recording){0};
    recording_end(phase, EPOCH_FAILED, SIDE_NEW, "crashed");
}

static void stop_early(struct recording *phase) { phase->count = 3; }

static void take_no_time(struct recording *phase) { phase->epochs[2].contrast = NAN; }

static void what_cannot_be_measured_takes_nothing_away(void **state) {
    (void)state;
    assert_said("", fail_at_once, 5, 0, 0, 0);
    assert_said("", stop_early, 5, 0, 0, 0);
    assert_said("", take_no_time, 5, 0, 0, 0);
}

static void each_phase_is_a_trial_by_its_own_name(void **state) {
    (void)state;
    static const char *const names[] = {"group/case phase=16", "group/case phase=32",
                                        "group/case phase=48"};
    struct recording recording = record(2);
    struct gate_trial trial = first_phase(&recording);
    struct gate_confirm confirm;
    gate_confirm_plan(&confirm, &trial, 1, NULL);
    for (size_t i = 0; i < PHASES; i++)
        assert_string_equal(confirm.trials[i].name, names[i]);
    gate_confirm_release(&confirm);
    gate_trial_release(&trial);
    recording_release(&recording);
}

static void a_phase_ends_once_it_is_sure(void **state) {
    (void)state;
    struct recording recordings[] = {record(2), record(0), record(0.3)};
    struct gate_trial trial = first_phase(&recordings[0]);
    struct gate_confirm confirm;
    gate_confirm_plan(&confirm, &trial, 1, NULL);
    for (size_t i = 0; i < PHASES; i++)
        confirm.trials[i].given = &recordings[i];
    run(confirm.trials, confirm.count);
    assert_in_range(confirm.trials[0].paired.count, 1, EPOCHS / 3);
    assert_in_range(confirm.trials[1].paired.count, 1, EPOCHS / 3);
    assert_int_equal(confirm.trials[2].paired.count, EPOCHS);
    gate_confirm_release(&confirm);
    gate_trial_release(&trial);
    for (size_t i = 0; i < PHASES; i++)
        recording_release(&recordings[i]);
}

static void what_is_not_slower_is_not_confirmed(void **state) {
    (void)state;
    struct recording recordings[] = {record(0), record(2)};
    struct gate_trial trials[] = {first_phase(&recordings[0]), first_phase(&recordings[1])};
    struct gate_confirm confirm;
    trials[1].is_sentinel = true;
    gate_confirm_plan(&confirm, trials, 2, NULL);
    assert_int_equal(confirm.count, 0);
    gate_confirm_release(&confirm);
    for (size_t i = 0; i < 2; i++) {
        gate_trial_release(&trials[i]);
        recording_release(&recordings[i]);
    }
}

// ---- Programs --------------------------------------------------------------------------------

static void put_program(const char *path) {
    room_put_bytes(path, "", 0);
    assert_int_equal(chmod(path, 0700), 0);
}

static void put_all(void) {
    static const char *const paths[] = {"old",     "new",     "old.p16", "old.p32",
                                        "old.p48", "new.p16", "new.p32", "new.p48"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        put_program(paths[i]);
}

static const struct gate_program given[SIDES] = {{.path = "old", .name = "old"},
                                                 {.path = "new", .name = "new"}};

static void phases_are_found_beside_the_programs(void **state) {
    (void)state;
    struct gate_phases phases;
    struct errmsg why;
    put_all();
    assert_true(gate_phases_init(&phases, given, &why));
    assert_int_equal(phases.count, PHASES);
    assert_non_null(strstr(phases.programs[1].files[SIDE_NEW], "/new.p32"));
    gate_phases_release(&phases);
}

static void where_a_side_lacks_one_there_are_none(void **state) {
    (void)state;
    struct gate_phases phases;
    struct errmsg why;
    put_all();
    assert_int_equal(unlink("old.p48"), 0);
    assert_true(gate_phases_init(&phases, given, &why));
    assert_int_equal(phases.count, 0);
    gate_phases_release(&phases);
}

static void phases_of_other_code_are_refused(void **state) {
    (void)state;
    struct gate_phases phases;
    struct errmsg why;
    put_all();
    const struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, "new.p32", times, 0), 0);
    assert_false(gate_phases_init(&phases, given, &why));
    assert_non_null(strstr(why.text, "new.p32: older than new, so it may be of other code"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slowdown_at_every_phase_stays),
        cmocka_unit_test(a_slowdown_at_one_phase_alone_goes),
        cmocka_unit_test(what_phases_take_from_each_other_adds_up_to_nothing),
        cmocka_unit_test(a_slowdown_that_layout_hides_at_one_phase_stays),
        cmocka_unit_test(what_is_ignored_is_no_slowdown),
        cmocka_unit_test(a_confirmed_trial_stays_as_it_was),
        cmocka_unit_test(one_that_is_not_says_how_far_it_depends),
        cmocka_unit_test(what_cannot_be_measured_takes_nothing_away),
        cmocka_unit_test(each_phase_is_a_trial_by_its_own_name),
        cmocka_unit_test(a_phase_ends_once_it_is_sure),
        cmocka_unit_test(what_is_not_slower_is_not_confirmed),
        cmocka_unit_test_setup_teardown(phases_are_found_beside_the_programs, room_enter,
                                        room_leave),
        cmocka_unit_test_setup_teardown(where_a_side_lacks_one_there_are_none, room_enter,
                                        room_leave),
        cmocka_unit_test_setup_teardown(phases_of_other_code_are_refused, room_enter, room_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
