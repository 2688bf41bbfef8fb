// SPDX-License-Identifier: MIT
// Tests of the conditions under which machines measure, on the files of other machines.

#include "conditions.h"

#include "document.h"
#include "pin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MACHINES "tests/machine/"

static struct document conditions_of(const char *root, int cpu) {
    struct document doc = {0};
    conditions_read(&doc, root, cpu);
    return doc;
}

#define FACT(machine, cpu, key, expected)                                                          \
    do {                                                                                           \
        struct document doc_ = conditions_of(MACHINES machine, (cpu));                             \
        const struct json_pair *fact_ = document_find_fact(&doc_, (key));                          \
        assert_non_null(fact_);                                                                    \
        assert_non_null(fact_->text);                                                              \
        assert_string_equal(fact_->text, (expected));                                              \
        document_release(&doc_);                                                                   \
    } while (0)

#define NUMBER(machine, cpu, key, expected)                                                        \
    do {                                                                                           \
        struct document doc_ = conditions_of(MACHINES machine, (cpu));                             \
        const struct json_pair *fact_ = document_find_fact(&doc_, (key));                          \
        assert_non_null(fact_);                                                                    \
        assert_null(fact_->text);                                                                  \
        assert_true(fabs(fact_->number - (expected)) < 1e-9);                                      \
        document_release(&doc_);                                                                   \
    } while (0)

static void conditions_say_who_traces(void **state) {
    (void)state;
    FACT("quiet_server", 2, "traced", "no");
    FACT("traced", 0, "traced", "tracer (pid 812)");
    FACT("emulated", 0, "traced", "emulator (qemu-aarch64-static)");
}

static void conditions_know_a_battery_that_runs_down(void **state) {
    (void)state;
    FACT("laptop_on_battery", 0, "power.source", "battery");
    FACT("mouse_on_battery", 0, "power.source", "mains");
    FACT("quiet_server", 2, "power.source", "mains");
}

static void conditions_read_the_layout_that_workers_inherit(void **state) {
    (void)state;
    FACT("far_memory", 0, "process.layout", "fixed");
    FACT("quiet_server", 2, "process.layout", "random");
}

static void conditions_read_where_memory_comes_from(void **state) {
    (void)state;
    NUMBER("far_memory", 0, "numa.node", 0);
    FACT("far_memory", 0, "numa.memory", "1");
}

static void conditions_know_the_size_of_the_first_cache(void **state) {
    (void)state;
    NUMBER("quiet_server", 2, "cpu.l1d_bytes", 32768);
}

static void conditions_count_what_stopped_the_cpu(void **state) {
    (void)state;
    NUMBER("untuned_desktop", 5, "cpu.throttled_count", 14); // its own and its package's
    NUMBER("half_a_cpu", 0, "cgroup.throttled_count", 41);
    NUMBER("busy_host", 0, "cpu.steal_percent", 2.3);
    NUMBER("busy_host", 0, "pressure_percent", 18.2);
}

static const struct json_pair *reason_of(const struct document *doc, const char *key) {
    for (size_t i = 0; i < doc->machine_missing_count; i++)
        if (strcmp(doc->machine_missing[i].key, key) == 0)
            return &doc->machine_missing[i];
    return NULL;
}

static void every_fact_has_a_reason(const char *root) {
    struct document doc = conditions_of(root, 0);
    assert_true(doc.machine_count > 5);
    for (size_t i = 0; i < doc.machine_count; i++) {
        assert_null(document_find_fact(&doc, doc.machine[i].key));
        assert_non_null(reason_of(&doc, doc.machine[i].key));
    }
    document_release(&doc);
}

static void conditions_give_a_reason_for_each_fact_they_lack(void **state) {
    (void)state;
    every_fact_has_a_reason(MACHINES "no_such_directory");
}

static void conditions_believe_no_nonsense(void **state) {
    (void)state;
    every_fact_has_a_reason(MACHINES "nonsense");
}

static void conditions_measure_this_machine_only(void **state) {
    (void)state;
    struct pin_cpu cpu = {.lost = 0.25}, untried = {.lost = NAN};
    struct document here = {0}, there = {0}, unknown = {0};
    conditions_measure(&here, &(struct pin){&cpu, 1});
    conditions_measure(&there, NULL);
    conditions_measure(&unknown, &(struct pin){&untried, 1});
    assert_true(document_find_fact(&here, "clock.tick_ns")->number >= 1);
    assert_true(document_find_fact(&here, "clock.cost_ns")->number >= 1);
    assert_true(document_find_fact(&here, "cpu.lost_percent")->number == 25);
    assert_int_equal(there.machine_missing_count, 3);
    assert_null(document_find_fact(&unknown, "cpu.lost_percent"));
    document_release(&here);
    document_release(&there);
    document_release(&unknown);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_say_who_traces),
        cmocka_unit_test(conditions_know_a_battery_that_runs_down),
        cmocka_unit_test(conditions_read_the_layout_that_workers_inherit),
        cmocka_unit_test(conditions_read_where_memory_comes_from),
        cmocka_unit_test(conditions_know_the_size_of_the_first_cache),
        cmocka_unit_test(conditions_count_what_stopped_the_cpu),
        cmocka_unit_test(conditions_give_a_reason_for_each_fact_they_lack),
        cmocka_unit_test(conditions_believe_no_nonsense),
        cmocka_unit_test(conditions_measure_this_machine_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
