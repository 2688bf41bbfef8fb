// SPDX-License-Identifier: MIT
// Tests of what can be asked for, and of what a counter must show.

#include "counter_ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct counter_metric metrics[COUNTER_METRICS_MAX];

static size_t parse(const char *list) {
    struct errmsg why;
    size_t count = counter_ladder_parse(list, metrics, &why);
    if (!count)
        fail_msg("%s", why.text);
    return count;
}

static void assert_refused(const char *list, const char *reason) {
    struct errmsg why;
    assert_int_equal(counter_ladder_parse(list, metrics, &why), 0);
    assert_non_null(strstr(why.text, reason));
}

static void the_empty_list_is_the_usual_one(void **state) {
    (void)state;
    assert_int_equal(parse(""), 9);
    assert_string_equal(metrics[0].name, "cycles");
    assert_string_equal(metrics[8].name, "context-switches");
}

static void a_usual_metric_has_all_rungs_best_first(void **state) {
    (void)state;
    assert_int_equal(parse("instructions"), 1);
    const struct counter_rung *rung = counter_ladder_rungs(&metrics[0]);
    enum counter_way last = WAY_NONE;
    for (; rung->way; rung++) {
        assert_true(rung->way >= last);
        last = rung->way;
    }
    assert_int_equal(last, WAY_PERF);
    assert_string_equal(counter_ladder_rungs(&metrics[0])->event, "PAPI_TOT_INS");
}

static void an_event_by_name_is_looked_for_where_its_name_says(void **state) {
    (void)state;
    assert_int_equal(parse("PAPI_FP_OPS,sde:::pool::hits,RETIRED_UOPS"), 3);
    assert_int_equal(counter_ladder_rungs(&metrics[0])[0].way, WAY_PAPI_PRESET);
    assert_int_equal(counter_ladder_rungs(&metrics[0])[1].way, WAY_NONE);
    assert_int_equal(counter_ladder_rungs(&metrics[1])[0].way, WAY_SDE);
    assert_int_equal(counter_ladder_rungs(&metrics[2])[0].way, WAY_PAPI_NATIVE);
    assert_int_equal(counter_ladder_rungs(&metrics[2])[1].way, WAY_PERF);
    assert_string_equal(counter_ladder_rungs(&metrics[2])[1].event, "RETIRED_UOPS");
}

static void an_event_that_stands_for_a_metric_must_show_the_same(void **state) {
    (void)state;
    assert_int_equal(parse("PAPI_BR_MSP,PAPI_FP_OPS,sde:::pool::hits"), 3);
    assert_int_equal(metrics[0].proof, PROOF_BRANCH_MISSES);
    assert_int_equal(metrics[1].proof, PROOF_LATER);
    assert_int_equal(metrics[2].proof, PROOF_NONE);
}

static void what_is_asked_for_twice_is_there_once(void **state) {
    (void)state;
    assert_int_equal(parse("cycles,PAPI_FP_OPS,cycles,PAPI_FP_OPS"), 2);
}

static void a_wrong_list_is_refused(void **state) {
    (void)state;
    char list[1024] = "e0";
    assert_refused(",", "a name is missing");
    assert_refused("cycles,", "a name is missing");
    memset(list, 'x', COUNTER_NAME_SIZE);
    assert_refused(list, "longer than the 95 bytes");
    list[0] = '\0';
    for (int i = 0; i <= COUNTER_METRICS_MAX; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%se%d", i ? "," : "", i);
    assert_refused(list, "more than 24");
}

// ---- What a counter must show ----------------------------------------------------------------

static bool believes(enum counter_proof proof, long long counted) {
    struct errmsg why;
    return counter_check_judge(proof, counted, &why);
}

static void a_dead_counter_is_never_believed(void **state) {
    (void)state;
    for (enum counter_proof proof = PROOF_INSTRUCTIONS; proof <= PROOF_TLB_MISSES; proof++) {
        assert_false(believes(proof, 0));
        assert_false(believes(proof, -1));
        assert_false(believes(proof, INT64_MAX));
    }
    struct errmsg why;
    counter_check_judge(PROOF_CYCLES, 0, &why);
    assert_string_equal(why.text,
                        "reads 0 for 300000 instructions: treated as not available, not as 0");
}

static void instructions_are_known_and_what_is_fewer_is_absurd(void **state) {
    (void)state;
    assert_true(believes(PROOF_INSTRUCTIONS, 300000));
    assert_true(believes(PROOF_INSTRUCTIONS, 300248)); // with those of reading
    assert_false(believes(PROOF_INSTRUCTIONS, 299999));
    assert_false(believes(PROOF_INSTRUCTIONS, 600000));
}

static void one_instruction_may_take_a_sixteenth_or_many_cycles(void **state) {
    (void)state;
    assert_true(believes(PROOF_CYCLES, 100000));
    assert_true(believes(PROOF_CYCLES, 2400000)); // eight each, as an emulator may have it
    assert_false(believes(PROOF_CYCLES, 10000));
}

static void a_counter_of_which_nothing_is_known_may_read_0(void **state) {
    (void)state;
    assert_true(believes(PROOF_LATER, 0));
    assert_true(believes(PROOF_NONE, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_list_is_the_usual_one),
        cmocka_unit_test(a_usual_metric_has_all_rungs_best_first),
        cmocka_unit_test(an_event_by_name_is_looked_for_where_its_name_says),
        cmocka_unit_test(an_event_that_stands_for_a_metric_must_show_the_same),
        cmocka_unit_test(what_is_asked_for_twice_is_there_once),
        cmocka_unit_test(a_wrong_list_is_refused),
        cmocka_unit_test(a_dead_counter_is_never_believed),
        cmocka_unit_test(instructions_are_known_and_what_is_fewer_is_absurd),
        cmocka_unit_test(one_instruction_may_take_a_sixteenth_or_many_cycles),
        cmocka_unit_test(a_counter_of_which_nothing_is_known_may_read_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
