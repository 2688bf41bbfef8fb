// SPDX-License-Identifier: MIT
// Tests of how counters are found, grouped, read and told, on a machine that is made up.

#include "counters.h"

#include "counter_words.h"
#include "made_cpu.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#undef fail // cmocka has one too

// ---- One sample ------------------------------------------------------------------------------

static struct meter meter;
static struct wire_count counts[WIRE_COUNTS];
static size_t count_count;

// Where a text that was kept too long may have been.
__attribute__((noinline)) static void overwrite_stack(void) {
    volatile char room[65536];
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = '?';
}

static void open_all(const char *wanted, unsigned threads) {
    struct errmsg why;
    meter = counters_meter;
    assert_true(counters_open(&meter, &world, threads, wanted, &why));
    overwrite_stack();
}

static void sample(uint32_t round, long long count) {
    meter.arm(&meter, round);
    meter.begin(&meter, 0);
    happen(count);
    meter.end(&meter, 0);
    count_count = meter.report(&meter, counts);
}

static const struct wire_count *told(const char *name) {
    for (size_t i = 0; i < count_count; i++)
        if (strcmp(counts[i].name, name) == 0)
            return &counts[i];
    return NULL;
}

static void assert_words(const char *text, const char *words) {
    if (!strstr(text, words))
        assert_string_equal(text, words); // shows both
}

#define ASSERT_COUNTED(name, by, from, total)                                                      \
    do {                                                                                           \
        const struct wire_count *count_ = told(name);                                              \
        assert_non_null(count_);                                                                   \
        assert_string_equal(count_->source, by);                                                   \
        assert_string_equal(count_->event, from);                                                  \
        assert_string_equal(count_->reason, "");                                                   \
        assert_true(count_->value == (total));                                                     \
    } while (0)

#define ASSERT_MISSING(name, words)                                                                \
    do {                                                                                           \
        const struct wire_count *count_ = told(name);                                              \
        assert_non_null(count_);                                                                   \
        assert_true(isnan(count_->value));                                                         \
        assert_words(count_->reason, words);                                                       \
    } while (0)

// ---- The ladder ------------------------------------------------------------------------------

static void the_preset_answers_where_there_is_one(void **state) {
    (void)state;
    give("PAPI_TOT_INS");
    give("INST_RETIRED");
    give("instructions");
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_COUNTED("instructions", "papi-preset", "PAPI_TOT_INS", 1000);
    meter.close(&meter);
}

static void a_native_event_answers_where_there_is_no_preset(void **state) {
    (void)state;
    give("INST_RETIRED");
    give("instructions");
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_COUNTED("instructions", "papi-native", "INST_RETIRED", 1000);
    meter.close(&meter);
}

static void the_kernel_answers_where_papi_does_not_know_the_cpu(void **state) {
    (void)state;
    cpu.papi_off = "no default PMU found";
    give("PAPI_TOT_INS");
    give("instructions");
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_COUNTED("instructions", "perf", "instructions", 1000);
    meter.close(&meter);
}

static void the_kernel_answers_where_papi_is_not_installed(void **state) {
    (void)state;
    cpu.has_no_papi = true;
    give("PAPI_TOT_INS");
    give("instructions");
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_COUNTED("instructions", "perf", "instructions", 1000);
    meter.close(&meter);
}

static void a_dead_counter_gives_way_to_the_next_rung(void **state) {
    (void)state;
    give("PAPI_TOT_INS");
    give("instructions");
    cpu.events[0].is_dead = true;
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_COUNTED("instructions", "perf", "instructions", 1000);
    meter.close(&meter);
}

static void a_counter_that_is_dead_on_every_rung_is_not_available(void **state) {
    (void)state;
    give("PAPI_TOT_INS");
    cpu.events[0].is_dead = true;
    open_all("instructions", 1);
    sample(0, 1000);
    ASSERT_MISSING("instructions", "reads 0 for 300000 instructions");
    meter.close(&meter);
}

static void a_dead_counter_says_so_where_the_kernel_has_none(void **state) {
    (void)state;
    give("PAPI_TOT_INS");
    cpu.events[0].is_dead = true;
    cpu.answer = (struct perf_answer){.hardware = ENOENT};
    open_all("PAPI_TOT_INS", 1);
    sample(0, 1000);
    ASSERT_MISSING("PAPI_TOT_INS", "reads 0 for 300000 instructions");
    meter.close(&meter);
}

static void without_a_pmu_nothing_is_tried_and_the_state_is_the_reason(void **state) {
    (void)state;
    cpu.answer = (struct perf_answer){.hardware = ENOENT};
    give("PAPI_TOT_INS");
    open_all("instructions,page-faults", 1);
    sample(0, 1000);
    ASSERT_MISSING("instructions", "no hardware counters");
    assert_int_equal(cpu.reads, 0);
    assert_string_equal(told("page-faults")->source, "rusage");
    assert_true(told("page-faults")->value >= 0);
    meter.close(&meter);
}

static void each_state_is_a_reason_with_what_to_do(void **state) {
    (void)state;
    static const struct {
        struct perf_answer answer;
        const char *fix;
    } rows[] = {
        {{.hardware = ENOENT, .paranoid = 2}, "pmu=on"},
        {{.hardware = EACCES, .software = EACCES, .paranoid = 4}, "perf_event_paranoid=2"},
        {{.hardware = EPERM, .software = EPERM, .paranoid = 2}, "--cap-add PERFMON"},
        {{.hardware = EACCES, .paranoid = 2}, "cap_perfmon"},
        {{.hardware = ENOSYS, .paranoid = PERF_PARANOID_UNKNOWN}, "CONFIG_PERF_EVENTS"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cpu.answer = rows[i].answer;
        open_all("instructions", 1);
        sample(0, 1000);
        ASSERT_MISSING("instructions", rows[i].fix);
        meter.close(&meter);
    }
}

static void an_event_by_name_that_is_not_there_says_so(void **state) {
    (void)state;
    open_all("PAPI_NONE", 1);
    sample(0, 1000);
    ASSERT_MISSING("PAPI_NONE", "no 'PAPI_NONE'");
    meter.close(&meter);
}

static void an_unknown_event_is_believed_once_it_has_counted(void **state) {
    (void)state;
    give("PAPI_FP_OPS");
    cpu.events[0].is_dead = true;
    open_all("PAPI_FP_OPS", 1);
    sample(0, 0);
    ASSERT_MISSING("PAPI_FP_OPS", "reads 0 whatever is done");
    cpu.events[0].is_dead = false;
    sample(1, 5);
    ASSERT_COUNTED("PAPI_FP_OPS", "papi-preset", "PAPI_FP_OPS", 5);
    sample(2, 0);
    ASSERT_COUNTED("PAPI_FP_OPS", "papi-preset", "PAPI_FP_OPS", 0);
    meter.close(&meter);
}

static void an_unknown_event_that_counts_work_of_all_kinds_may_be_0_in_a_case(void **state) {
    (void)state;
    give("PAPI_FP_OPS");
    open_all("PAPI_FP_OPS", 1);
    sample(0, 0);
    ASSERT_COUNTED("PAPI_FP_OPS", "papi-preset", "PAPI_FP_OPS", 0);
    meter.close(&meter);
}

static void the_programs_own_event_is_believed_and_may_be_0(void **state) {
    (void)state;
    give("sde:::pool::hits");
    cpu.events[0].is_own = true;
    cpu.answer = (struct perf_answer){.hardware = ENOENT};
    open_all("sde:::pool::hits", 1);
    sample(0, 1000);
    ASSERT_COUNTED("sde:::pool::hits", "sde", "sde:::pool::hits", 0);
    meter.close(&meter);
}

static void
an_event_that_the_case_defines_in_its_set_up_counts_from_the_second_sample(void **state) {
    (void)state;
    open_all("page-faults,sde:::pool::hits", 1);
    give("sde:::pool::hits");
    cpu.events[0].is_own = true;
    sample(0, 0);
    ASSERT_MISSING("sde:::pool::hits", "no 'sde:::pool::hits'");
    for (uint32_t round = 0; round < 2; round++)
        sample(round, 0);
    ASSERT_COUNTED("sde:::pool::hits", "sde", "sde:::pool::hits", 0);
    meter.close(&meter);
}

// ---- Turns -----------------------------------------------------------------------------------

static void give_usual(void) {
    give("PAPI_TOT_CYC");
    give("PAPI_TOT_INS");
    give("PAPI_BR_INS");
    give("PAPI_BR_MSP");
    give("PAPI_L1_DCM");
    give("PAPI_TLB_DM");
}

#define USUAL "cycles,instructions,branches,branch-misses,l1d-misses,dtlb-misses"

static void what_fits_together_is_counted_in_every_round(void **state) {
    (void)state;
    cpu.capacity = 6;
    give_usual();
    open_all(USUAL, 1);
    for (uint32_t round = 0; round < 3; round++) {
        sample(round, 7);
        ASSERT_COUNTED("dtlb-misses", "papi-preset", "PAPI_TLB_DM", 7);
        ASSERT_COUNTED("cycles", "papi-preset", "PAPI_TOT_CYC", 7);
    }
    assert_null(told(COUNTER_GROUPS));
    assert_null(told(COUNTER_ANCHOR));
    meter.close(&meter);
}

static void what_does_not_takes_turns_beside_an_anchor(void **state) {
    (void)state;
    give_usual();
    open_all(USUAL, 1);
    int counted = 0;
    for (uint32_t round = 0; round < 4; round++) {
        sample(round, 7);
        ASSERT_COUNTED("cycles", "papi-preset", "PAPI_TOT_CYC", 7);
        ASSERT_COUNTED(COUNTER_ANCHOR, "tare", "cycles", 7);
        assert_string_equal(told("dtlb-misses")->reason, "");
        counted += told("dtlb-misses")->value == 7;
        assert_int_equal(cpu.running, 1);
    }
    assert_int_equal(counted, 2);
    assert_true(told(COUNTER_GROUPS)->value == 2);
    assert_int_equal(told(COUNTER_GROUPS)->is_level, 1);
    meter.close(&meter);
    assert_int_equal(cpu.running, 0);
}

static void an_anchor_that_nobody_asked_for_is_found_and_not_told_as_a_metric(void **state) {
    (void)state;
    cpu.capacity = 2;
    give_usual();
    open_all("branches,branch-misses,l1d-misses", 1);
    sample(0, 7);
    ASSERT_COUNTED(COUNTER_ANCHOR, "tare", "cycles", 7);
    assert_null(told("cycles"));
    assert_true(told(COUNTER_GROUPS)->value == 3);
    meter.close(&meter);
}

static void reading_is_two_calls_a_sample_and_has_its_cost_told(void **state) {
    (void)state;
    give_usual();
    open_all("cycles,instructions", 1);
    sample(0, 7);
    int before = cpu.reads;
    sample(1, 7);
    assert_int_equal(cpu.reads - before, 2);
    assert_true(told(COUNTER_COST)->value >= 0);
    assert_string_equal(told(COUNTER_COST)->unit, "ns");
    meter.close(&meter);
}

// ---- What goes wrong -------------------------------------------------------------------------

static void a_counter_that_is_taken_away_has_no_value(void **state) {
    (void)state;
    give_usual();
    open_all("cycles", 1);
    cpu.is_taken = true;
    sample(0, 7);
    ASSERT_MISSING("cycles", "taken away");
    cpu.is_taken = false;
    sample(1, 7);
    ASSERT_COUNTED("cycles", "papi-preset", "PAPI_TOT_CYC", 7);
    meter.close(&meter);
}

static void a_thread_that_counts_nothing_is_no_zero(void **state) {
    (void)state;
    give_usual();
    open_all("cycles", 1);
    sample(0, 0);
    ASSERT_MISSING("cycles", COUNTER_CLASS);
    meter.close(&meter);
}

// One in each of three batches of two threads.
static void fault(char *page) {
    meter.arm(&meter, 0);
    for (unsigned thread = 0; thread < 2; thread++)
        for (int batch = 0; batch < 3; batch++) {
            meter.begin(&meter, thread);
            madvise(page, 4096, MADV_DONTNEED);
            *(volatile char *)page = 1;
            meter.end(&meter, thread);
        }
    count_count = meter.report(&meter, counts);
}

static void batches_of_a_sample_and_threads_add_up(void **state) {
    (void)state;
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    open_all("page-faults", 2);
    fault(page); // what is used for the first time faults, too
    fault(page);
    assert_true(told("page-faults")->value == 6);
    meter.close(&meter);
    munmap(page, 4096);
}

static void a_child_leaves_the_counters_of_its_parent_alone(void **state) {
    (void)state;
    give_usual();
    open_all(USUAL, 1);
    sample(0, 7);
    pid_t child = fork();
    if (child == 0) {
        int before = cpu.reads;
        sample(1, 7); // would stop one set and start another
        _exit(cpu.reads != before || cpu.running != 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    sample(1, 7);
    ASSERT_COUNTED("cycles", "papi-preset", "PAPI_TOT_CYC", 7);
    meter.close(&meter);
}

static void *happen_there(void *arg) {
    happen(7);
    return arg;
}

static void sample_with_a_thread(uint32_t round) {
    pthread_t thread;
    meter.arm(&meter, round);
    meter.begin(&meter, 0);
    assert_int_equal(pthread_create(&thread, NULL, happen_there, NULL), 0);
    pthread_join(thread, NULL);
    meter.end(&meter, 0);
    count_count = meter.report(&meter, counts);
}

static void threads_that_the_body_starts_leave_no_count_of_the_caller_alone(void **state) {
    (void)state;
    give("PAPI_TOT_CYC");
    give("sde:::pool::hits");
    cpu.events[1].is_own = true;
    open_all("cycles,page-faults,sde:::pool::hits", 1);
    sample(0, 7);
    ASSERT_COUNTED("cycles", "papi-preset", "PAPI_TOT_CYC", 7);
    sample_with_a_thread(0);
    ASSERT_MISSING("cycles", "its body starts threads");
    sample(1, 7);
    ASSERT_MISSING("page-faults", "its body starts threads");
    sample(2, 7);
    ASSERT_COUNTED("sde:::pool::hits", "sde", "sde:::pool::hits", 0);
    assert_true(told(COUNTER_COST)->value >= 0);
    meter.close(&meter);
}

static void a_test_device_marks_every_count(void **state) {
    (void)state;
    give_usual();
    setenv(COUNTER_DEVICE_ENV, "fake", 1);
    open_all("cycles,page-faults", 1);
    sample(0, 7);
    ASSERT_COUNTED("cycles", "fake papi-preset", "PAPI_TOT_CYC", 7);
    assert_string_equal(told("page-faults")->source, "fake rusage");
    unsetenv(COUNTER_DEVICE_ENV);
    meter.close(&meter);
}

static void a_wrong_list_opens_nothing(void **state) {
    (void)state;
    struct errmsg why;
    meter = counters_meter;
    assert_false(counters_open(&meter, &world, 1, "cycles,,", &why));
    assert_non_null(strstr(why.text, "a name is missing"));
}

// Whatever this machine has: all of it has a value or a reason.
static void here_everything_has_a_value_or_a_reason(void **state) {
    (void)state;
    struct errmsg why;
    meter = counters_meter;
    assert_true(meter.open(&meter, 1, "", &why));
    sample(0, 1);
    for (size_t i = 0; i < 9; i++)
        assert_true(isnan(counts[i].value) == (counts[i].reason[0] != '\0'));
    meter.close(&meter);
}

#define TEST(name) cmocka_unit_test_setup(name, make_cpu)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_preset_answers_where_there_is_one),
        TEST(a_native_event_answers_where_there_is_no_preset),
        TEST(the_kernel_answers_where_papi_does_not_know_the_cpu),
        TEST(the_kernel_answers_where_papi_is_not_installed),
        TEST(a_dead_counter_gives_way_to_the_next_rung),
        TEST(a_counter_that_is_dead_on_every_rung_is_not_available),
        TEST(a_dead_counter_says_so_where_the_kernel_has_none),
        TEST(without_a_pmu_nothing_is_tried_and_the_state_is_the_reason),
        TEST(each_state_is_a_reason_with_what_to_do),
        TEST(an_event_by_name_that_is_not_there_says_so),
        TEST(an_unknown_event_is_believed_once_it_has_counted),
        TEST(an_unknown_event_that_counts_work_of_all_kinds_may_be_0_in_a_case),
        TEST(the_programs_own_event_is_believed_and_may_be_0),
        TEST(an_event_that_the_case_defines_in_its_set_up_counts_from_the_second_sample),
        TEST(what_fits_together_is_counted_in_every_round),
        TEST(what_does_not_takes_turns_beside_an_anchor),
        TEST(an_anchor_that_nobody_asked_for_is_found_and_not_told_as_a_metric),
        TEST(reading_is_two_calls_a_sample_and_has_its_cost_told),
        TEST(a_counter_that_is_taken_away_has_no_value),
        TEST(a_thread_that_counts_nothing_is_no_zero),
        TEST(batches_of_a_sample_and_threads_add_up),
        TEST(a_child_leaves_the_counters_of_its_parent_alone),
        TEST(threads_that_the_body_starts_leave_no_count_of_the_caller_alone),
        TEST(a_test_device_marks_every_count),
        TEST(a_wrong_list_opens_nothing),
        TEST(here_everything_has_a_value_or_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
