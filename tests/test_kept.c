// SPDX-License-Identifier: MIT
// Tests of how a worker's answers become a launch.
#include "kept.h"

#include "json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct trial trial;

static int begin(void **state) {
    (void)state;
    trial = (struct trial){0};
    return 0;
}

static int end(void **state) {
    (void)state;
    json_release(&trial_shape, &trial);
    return 0;
}

static struct wire_result answer(uint64_t span_ns) {
    return (struct wire_result){
        .span_ns = span_ns, .calls = 10, .faults_minor = 5, .cpu = 3, .huge_bytes = NAN};
}

// A launch of one sample.
static void launch(const struct wire_result *result) {
    struct kept kept = {0};
    kept_sample(&kept, result);
    kept_launch(&kept, result, &trial);
}

static void samples_become_a_launch(void **state) {
    (void)state;
    struct kept kept = {0};
    struct wire_result first = answer(100), second = answer(110);
    second.preempted = 2;
    second.huge_bytes = 1 << 21;
    kept_sample(&kept, &first);
    kept_sample(&kept, &second);
    kept_launch(&kept, &second, &trial);
    assert_int_equal(trial.launch_count, 1);
    const struct launch *made = &trial.launches[0];
    assert_int_equal(made->span_count, 2);
    assert_int_equal(made->spans[1], 110);
    assert_int_equal(made->preempted, 2);
    assert_int_equal(made->cpu, 3);
    assert_true(made->faults_minor == 0.5 && made->faults_major == 0);
    assert_true(made->huge_bytes == 1 << 21);
}

static void samples_on_other_cpus_are_on_none(void **state) {
    (void)state;
    struct kept kept = {0};
    struct wire_result first = answer(100), second = answer(100);
    second.cpu = 4;
    kept_sample(&kept, &first);
    kept_sample(&kept, &second);
    kept_sample(&kept, &second);
    kept_launch(&kept, &second, &trial);
    assert_int_equal(trial.launches[0].cpu, -1);
}

static void what_not_every_launch_says_is_not_known_for_the_others(void **state) {
    (void)state;
    struct wire_result silent = answer(100), said = answer(100);
    said.metric_count = said.address_count = 1;
    snprintf(said.metrics[0].name, sizeof said.metrics[0].name, "ratio");
    said.metrics[0].value = 3.5;
    snprintf(said.addresses[0].name, sizeof said.addresses[0].name, "src");
    said.addresses[0].value = 5 * 4096 + 64;
    launch(&silent);
    launch(&said);
    launch(&silent);
    assert_int_equal(trial.metric_count, 1);
    assert_int_equal(trial.address_count, 1);
    const double *ratios = trial.metrics[0].values, *offsets = trial.addresses[0].offsets;
    assert_int_equal(trial.metrics[0].value_count, 3);
    assert_int_equal(trial.addresses[0].offset_count, 3);
    assert_true(isnan(ratios[0]) && ratios[1] == 3.5 && isnan(ratios[2]));
    assert_true(isnan(offsets[0]) && offsets[1] == 64 && isnan(offsets[2]));
}

static void without_calls_there_are_no_faults_per_call(void **state) {
    (void)state;
    struct wire_result none = answer(100);
    none.calls = 0;
    launch(&none);
    assert_true(isnan(trial.launches[0].faults_minor));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(samples_become_a_launch),
        TEST(samples_on_other_cpus_are_on_none),
        TEST(what_not_every_launch_says_is_not_known_for_the_others),
        TEST(without_calls_there_are_no_faults_per_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
