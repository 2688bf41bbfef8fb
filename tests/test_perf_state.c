// SPDX-License-Identifier: MIT
// Tests of what the errors of perf_event_open mean.

#include "perf_state.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct perf_state judged(struct perf_answer answer) {
    struct perf_state state;
    perf_state_judge(&state, &answer);
    return state;
}

#define JUDGED(name, in_text, in_fix, ...)                                                         \
    do {                                                                                           \
        struct perf_state state_ = judged((struct perf_answer){__VA_ARGS__});                      \
        assert_string_equal(perf_kind_names[state_.kind], (name));                                 \
        assert_non_null(strstr(state_.text, (in_text)));                                           \
        assert_non_null(strstr(state_.fix, (in_fix)));                                             \
    } while (0)

static void perf_state_is_ok_when_a_known_loop_is_counted(void **context) {
    (void)context;
    struct perf_state state = judged((struct perf_answer){.paranoid = 2, .counted = 20031});
    assert_int_equal(state.kind, PERF_OK);
    assert_string_equal(state.fix, "");
}

static void perf_state_names_the_level_that_forbids(void **context) {
    (void)context;
    JUDGED("forbidden", "perf_event_paranoid=4", "sysctl kernel.perf_event_paranoid=2",
           .hardware = EACCES, .software = EACCES, .paranoid = 4);
    JUDGED("forbidden", "perf_event_paranoid=3", "sysctl kernel.perf_event_paranoid=2",
           .hardware = EACCES, .software = EACCES, .paranoid = 3);
}

static void perf_state_tells_a_filter_from_a_security_module(void **context) {
    (void)context;
    JUDGED("forbidden", "seccomp", "--cap-add PERFMON", .hardware = EPERM, .software = EPERM,
           .paranoid = 2);
    JUDGED("forbidden", "security module", "cap_perfmon", .hardware = EACCES, .paranoid = 2);
}

static void perf_state_says_when_there_is_no_pmu(void **context) {
    (void)context;
    static const int errors[] = {ENOENT, ENODEV, EOPNOTSUPP};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        JUDGED("no-pmu", "virtual machines", "--counts", .hardware = errors[i], .paranoid = 2);
}

static void perf_state_tells_a_filter_from_a_kernel_without(void **context) {
    (void)context;
    JUDGED("no-syscall", "a filter hides", "sandbox", .hardware = ENOSYS, .software = ENOSYS,
           .paranoid = 2);
    JUDGED("no-syscall", "has no perf_event_open", "CONFIG_PERF_EVENTS", .hardware = ENOSYS,
           .software = ENOSYS, .paranoid = PERF_PARANOID_UNKNOWN);
}

static void perf_state_believes_no_counter_that_does_not_count(void **context) {
    (void)context;
    JUDGED("dead", "reads 0 after", "pmu=off", .paranoid = 2, .counted = 0);
    JUDGED("dead", "reads 9999 after", "pmu=off", .paranoid = 2, .counted = PERF_CHECK_STEPS - 1);
    JUDGED("dead", "reads 18446744073709551615 after", "pmu=off", .counted = UINT64_MAX);
}

static void perf_state_tells_a_counter_that_does_not_run_from_one_that_is_dead(void **context) {
    (void)context;
    JUDGED("not-running", "another kind of core", "--cpu", .enabled_ns = 5000);
    JUDGED("not-running", "somebody else holds them", "end the profiler", .enabled_ns = 5000,
           .running_ns = 4999, .counted = 20031);
    JUDGED("not-running", "do not run: somebody else", "end the profiler", .is_held = true);
    JUDGED("dead", "reads 0 after", "pmu=off", .enabled_ns = 5000, .running_ns = 5000);
    JUDGED("ok", "can be read", "", .enabled_ns = 5000, .running_ns = 5000, .counted = 20031);
}

static void perf_state_blames_papi_only_where_the_kernel_counts(void **context) {
    (void)context;
    JUDGED("papi-too-old", "no default PMU found", "newer PAPI", .counted = 20031,
           .refusal = "Error libpfm4 no default PMU found");
    JUDGED("papi-too-old", "PAPI does not at perf_event_paranoid=3", "perf_event_paranoid=2",
           .counted = 20031, .paranoid = 3, .refusal = "disabled by Linux with paranoid=3");
    JUDGED("no-pmu", "no hardware counters", "", .hardware = ENOENT,
           .refusal = "Error libpfm4 no default PMU found");
}

static void perf_state_gives_other_errors_by_name(void **context) {
    (void)context;
    JUDGED("refused", strerror(EMFILE), "ulimit -n", .hardware = EMFILE);
    JUDGED("refused", strerror(EBUSY), "profiler", .hardware = EBUSY);
    JUDGED("refused", strerror(EIO), "dmesg", .hardware = EIO);
}

// Whatever this machine has: an answer that fits together.
static void perf_state_asks_the_kernel(void **context) {
    (void)context;
    struct perf_answer answer;
    perf_state_ask(&answer);
    assert_true(answer.hardware >= 0);
    assert_true(answer.software >= 0);
    assert_true(answer.hardware == 0 || answer.counted == 0);
    struct perf_state state = judged(answer);
    assert_true(*state.text);
    assert_true(!*state.fix == (state.kind == PERF_OK));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perf_state_is_ok_when_a_known_loop_is_counted),
        cmocka_unit_test(perf_state_names_the_level_that_forbids),
        cmocka_unit_test(perf_state_tells_a_filter_from_a_security_module),
        cmocka_unit_test(perf_state_says_when_there_is_no_pmu),
        cmocka_unit_test(perf_state_tells_a_filter_from_a_kernel_without),
        cmocka_unit_test(perf_state_believes_no_counter_that_does_not_count),
        cmocka_unit_test(perf_state_tells_a_counter_that_does_not_run_from_one_that_is_dead),
        cmocka_unit_test(perf_state_blames_papi_only_where_the_kernel_counts),
        cmocka_unit_test(perf_state_gives_other_errors_by_name),
        cmocka_unit_test(perf_state_asks_the_kernel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
