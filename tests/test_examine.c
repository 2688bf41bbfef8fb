// SPDX-License-Identifier: MIT
// Tests of the checks of a machine: facts in, findings out.

#include "examine.h"

#include "cpuident.h"
#include "machine.h"
#include "perf_state.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MACHINES "tests/machine/"

// A fact given by a test: a text, or a number where text is NULL.
struct given {
    const char *key, *text;
    double number;
};

#define TEXT(key, text)                                                                            \
    { (key), (text), NAN }
#define NUMBER(key, number)                                                                        \
    { (key), NULL, (number) }

static struct document given_facts(const struct given *given, size_t count) {
    struct document doc = {0};
    for (size_t i = 0; i < count; i++) {
        if (given[i].text)
            document_fact(&doc, given[i].key, given[i].text);
        else
            document_number(&doc, given[i].key, given[i].number);
    }
    return doc;
}

// The only finding of these checks, or none: then its id is NULL.
static struct finding only_finding(const struct subject *subject) {
    struct finding only = {0};
    for (size_t i = 0; i < examine_count; i++) {
        struct finding found;
        if (examine(i, subject, &found) != EXAMINE_FOUND)
            continue;
        assert_null(only.id);
        only = found;
    }
    return only;
}

static void check_finding(struct finding *found, const char *id, enum note_level level,
                          const char *in_text, const char *in_fix) {
    assert_non_null(found->id);
    assert_string_equal(found->id, id);
    assert_int_equal(found->level, level);
    if (!strstr(found->text, in_text))
        assert_string_equal(found->text, in_text);
    if (!strstr(found->fix ? found->fix : "", in_fix))
        assert_string_equal(found->fix ? found->fix : "", in_fix);
    finding_release(found);
}

// On CPU 5 of a machine of which only these facts are known.
#define FINDS(id, level, in_text, in_fix, ...)                                                     \
    do {                                                                                           \
        const struct given given_[] = {__VA_ARGS__};                                               \
        struct document doc_ = given_facts(given_, sizeof given_ / sizeof *given_);                \
        struct subject subject_ = {&doc_, MACHINES "untuned_desktop", 5, NULL};                    \
        struct finding found_ = only_finding(&subject_);                                           \
        check_finding(&found_, (id), (level), (in_text), (in_fix));                                \
        document_release(&doc_);                                                                   \
    } while (0)

#define FINDS_NOTHING(...)                                                                         \
    do {                                                                                           \
        const struct given given_[] = {__VA_ARGS__};                                               \
        struct document doc_ = given_facts(given_, sizeof given_ / sizeof *given_);                \
        struct subject subject_ = {&doc_, MACHINES "untuned_desktop", 5, NULL};                    \
        struct finding found_ = only_finding(&subject_);                                           \
        assert_null(found_.id);                                                                    \
        document_release(&doc_);                                                                   \
    } while (0)

static void traced_is_found(void **state) {
    (void)state;
    FINDS("traced", NOTE_WARNING, "under a tracer (pid 812): times include", "run without it",
          TEXT("traced", "tracer (pid 812)"));
    FINDS("traced", NOTE_WARNING, "in an emulator (qemu-aarch64)", "machine of that kind",
          TEXT("traced", "emulator (qemu-aarch64)"));
    FINDS("traced", NOTE_WARNING, "in an emulator (the whole machine)", "machine of that kind",
          TEXT("cpu.hypervisor", CPUIDENT_EMULATED));
    FINDS("traced", NOTE_WARNING, "LD_PRELOAD is set (libjemalloc.so.2)", "both sides",
          TEXT("allocator", "libjemalloc.so.2"));
    FINDS("traced", NOTE_WARNING, "under valgrind", "run without it",
          TEXT("allocator", "vgpreload_core-amd64-linux.so"));
    FINDS_NOTHING(TEXT("traced", "no"), TEXT("allocator", "system"));
}

static void quota_is_an_error_below_one_cpu(void **state) {
    (void)state;
    FINDS("quota", NOTE_ERROR,
          "limit of 0.50 CPUs, less than a benchmark uses, and was stopped by it 41 times",
          "docker update", NUMBER("cgroup.quota", 0.5), NUMBER("cgroup.throttled_count", 41));
    FINDS("quota", NOTE_WARNING, "limit of 1.50 CPUs, and was not stopped", "docker update",
          NUMBER("cgroup.quota", 1.5), NUMBER("cgroup.throttled_count", 0));
    FINDS("quota", NOTE_WARNING, "cannot be seen from here, and was stopped by it 3 times", "",
          TEXT("cgroup.quota", "none"), NUMBER("cgroup.throttled_count", 3));
    FINDS_NOTHING(TEXT("cgroup.quota", "none"), NUMBER("cgroup.throttled_count", 0));
}

static void steal_is_found_from_one_percent(void **state) {
    (void)state;
    FINDS("steal", NOTE_WARNING, "2.3 % of the time of cpu 5", "tare gate",
          NUMBER("cpu.steal_percent", 2.3));
    FINDS_NOTHING(NUMBER("cpu.steal_percent", 0.9));
}

static void load_is_measured_by_who_waits(void **state) {
    (void)state;
    FINDS("load", NOTE_WARNING, "during 18 % of the last 10 s", "stop other work",
          NUMBER("pressure_percent", 18));
    FINDS("load", NOTE_WARNING, "load 3.00 on 4 CPUs", "stop other work", NUMBER("load", 3),
          NUMBER("cpu.count", 4));
    FINDS_NOTHING(NUMBER("load", 3), NUMBER("cpu.count", 4), NUMBER("pressure_percent", 0.5));
    FINDS_NOTHING(NUMBER("load", 1), NUMBER("cpu.count", 4));
}

static void others_on_the_cpu_are_found(void **state) {
    (void)state;
    FINDS("cpu-shared", NOTE_WARNING, "others took 53 % of cpu 5", "--cpu",
          NUMBER("cpu.lost_percent", 52.7));
    FINDS_NOTHING(NUMBER("cpu.lost_percent", 1.07));
}

static void a_core_that_is_shared_is_found(void **state) {
    (void)state;
    FINDS("smt-busy", NOTE_WARNING, "core of cpu 5 was shared in 36 %", "tare gate",
          NUMBER("cpu.shared_percent", 36));
    FINDS_NOTHING(NUMBER("cpu.shared_percent", 0));
}

static void the_sibling_is_named(void **state) {
    (void)state;
    FINDS("smt-busy", NOTE_INFO, "cpu 5 shares its core with cpu 21",
          "echo 0 | sudo tee /sys/devices/system/cpu/cpu21/online", TEXT("cpu.siblings", "5,21"));
    FINDS("smt-busy", NOTE_INFO, "with cpu 4", "taskset", TEXT("cpu.siblings", "4-5"));
    FINDS_NOTHING(TEXT("cpu.siblings", "5"));
}

static void a_slow_clock_is_measured_before_it_is_looked_up(void **state) {
    (void)state;
    FINDS("clocksrc", NOTE_WARNING, "takes 520 ns (clocksource 'xen')", "dmesg",
          TEXT("kernel.clocksource", "xen"), NUMBER("clock.cost_ns", 520));
    FINDS("clocksrc", NOTE_WARNING, "takes 520 ns", "echo tsc | sudo tee /sys/devices/system/clock",
          TEXT("kernel.clocksource", "xen"), TEXT("kernel.clocksources", "xen tsc"),
          NUMBER("clock.cost_ns", 520));
    FINDS("clocksrc", NOTE_WARNING, "'hpet': each reading is a system call", "dmesg",
          TEXT("kernel.clocksource", "hpet"));
    FINDS_NOTHING(TEXT("kernel.clocksource", "hpet"), NUMBER("clock.cost_ns", 40));
    FINDS_NOTHING(TEXT("kernel.clocksource", "kvm-clock"));
}

static void a_coarse_clock_is_told(void **state) {
    (void)state;
    FINDS("timer-res", NOTE_INFO, "ticks every 42 ns", "", NUMBER("clock.tick_ns", 41.7));
    FINDS_NOTHING(NUMBER("clock.tick_ns", 20));
}

static void a_governor_is_judged_with_its_driver(void **state) {
    (void)state;
    FINDS("governor", NOTE_INFO, "governor 'schedutil' on cpu 5 (acpi-cpufreq)",
          "echo performance | sudo tee /sys/devices/system/cpu/cpu5/cpufreq/scaling_governor",
          TEXT("cpu.governor", "schedutil"), TEXT("cpu.driver", "acpi-cpufreq"));
    FINDS("governor", NOTE_INFO, "the clock stays low", "performance",
          TEXT("cpu.governor", "powersave"), TEXT("cpu.driver", "acpi-cpufreq"));
    FINDS("governor", NOTE_INFO, "cpu 5 prefers 'balance_power'", "",
          TEXT("cpu.governor", "powersave"), TEXT("cpu.driver", "intel_pstate"),
          TEXT("cpu.energy", "balance_power"));
    FINDS_NOTHING(TEXT("cpu.governor", "powersave"), TEXT("cpu.driver", "intel_pstate"),
                  TEXT("cpu.energy", "balance_performance"));
    FINDS_NOTHING(TEXT("cpu.governor", "performance"), TEXT("cpu.driver", "acpi-cpufreq"));
}

static void turbo_is_told(void **state) {
    (void)state;
    FINDS("turbo", NOTE_INFO, "turbo is on",
          "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost", TEXT("cpu.boost", "on"));
    FINDS_NOTHING(TEXT("cpu.boost", "off"));
}

static void throttling_is_told(void **state) {
    (void)state;
    FINDS("throttle", NOTE_INFO, "14 times since boot", "cool it",
          NUMBER("cpu.throttled_count", 14));
    FINDS_NOTHING(NUMBER("cpu.throttled_count", 0));
}

static void batteries_and_profiles_that_save_are_found(void **state) {
    (void)state;
    FINDS("battery", NOTE_WARNING, "on battery", "plug it in", TEXT("power.source", "battery"));
    FINDS("battery", NOTE_WARNING, "profile is 'low-power'", "",
          TEXT("power.profile", "low-power"));
    FINDS_NOTHING(TEXT("power.source", "mains"), TEXT("power.profile", "balanced"));
}

static void nohz_full_is_found_with_intel_pstate(void **state) {
    (void)state;
    FINDS("nohz", NOTE_WARNING, "nohz_full cpu 5 with intel_pstate", "intel_pstate=disable",
          TEXT("cpu.nohz_full", "4-7"), TEXT("cpu.driver", "intel_pstate"));
    FINDS_NOTHING(TEXT("cpu.nohz_full", "4-7"), TEXT("cpu.driver", "acpi-cpufreq"));
    FINDS_NOTHING(TEXT("cpu.nohz_full", "none"), TEXT("cpu.driver", "intel_pstate"));
}

static void kinds_of_cores_are_told(void **state) {
    (void)state;
    FINDS("hybrid", NOTE_WARNING, "of the kind 'efficiency'", "--cpu",
          TEXT("cpu.core_class", "efficiency"));
    FINDS("hybrid", NOTE_INFO, "several kinds", "", TEXT("cpu.core_class", "performance"));
    FINDS_NOTHING(TEXT("cpu.core_class", "uniform"));
}

static void far_memory_is_found(void **state) {
    (void)state;
    FINDS("numa", NOTE_WARNING, "cpu 5 is on node 0, its memory comes from node 1", "--cpu",
          TEXT("numa.memory", "1"), NUMBER("numa.node", 0));
    FINDS("numa", NOTE_INFO, "between 2 nodes", "echo 0 | sudo tee /proc/sys/kernel/numa_balancing",
          NUMBER("kernel.numa_balancing", 1), TEXT("numa.nodes", "0-1"));
    FINDS_NOTHING(TEXT("numa.memory", "0-1"), NUMBER("numa.node", 0),
                  NUMBER("kernel.numa_balancing", 1), TEXT("numa.nodes", "0"));
}

static void a_fixed_layout_is_told(void **state) {
    (void)state;
    FINDS("aslr", NOTE_INFO, "not randomised", "setarch -R", TEXT("process.layout", "fixed"));
    FINDS("aslr", NOTE_INFO, "not randomised",
          "echo 2 | sudo tee /proc/sys/kernel/randomize_va_space", TEXT("process.layout", "random"),
          NUMBER("kernel.aslr", 0));
    FINDS_NOTHING(TEXT("process.layout", "random"), NUMBER("kernel.aslr", 2));
}

static void huge_pages_for_all_are_told(void **state) {
    (void)state;
    FINDS("thp", NOTE_INFO, "launch by launch",
          "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
          TEXT("kernel.thp", "always"));
    FINDS_NOTHING(TEXT("kernel.thp", "madvise"));
}

static void a_vm_is_told(void **state) {
    (void)state;
    FINDS("vm", NOTE_INFO, "in a VM (kvm)", "tare gate", TEXT("cpu.hypervisor", "kvm"));
    FINDS_NOTHING(TEXT("cpu.hypervisor", "none"));
}

static void the_watchdog_matters_where_counters_are(void **state) {
    (void)state;
    FINDS("ctr-mux", NOTE_INFO, "holds one hardware counter", "nmi_watchdog",
          TEXT("kernel.nmi_watchdog", "on"), NUMBER("counters.instructions", 20031));
    FINDS_NOTHING(TEXT("kernel.nmi_watchdog", "on"));
}

static void check_counters(struct perf_answer answer, const char *id, enum note_level level,
                           const char *in_text) {
    const struct given given[] = {TEXT("counters", "of this test"),
                                  NUMBER("counters.instructions", 0)};
    struct document doc = given_facts(given, 2);
    struct perf_state perf;
    perf_state_judge(&perf, &answer);
    struct subject subject = {&doc, "", 5, &perf};
    struct finding found = only_finding(&subject);
    if (id)
        check_finding(&found, id, level, in_text, perf.fix);
    else
        assert_null(found.id);
    document_release(&doc);
}

static void counters_are_told_by_their_state(void **state) {
    (void)state;
    check_counters((struct perf_answer){.counted = 20031}, NULL, NOTE_INFO, "");
    check_counters((struct perf_answer){.hardware = ENOENT}, "ctr-none", NOTE_INFO, "has none");
    check_counters((struct perf_answer){.hardware = EACCES, .software = EACCES, .paranoid = 4},
                   "ctr-none", NOTE_INFO, "perf_event_paranoid=4");
    check_counters((struct perf_answer){.enabled_ns = 5000}, "ctr-none", NOTE_INFO, "do not run");
    check_counters((struct perf_answer){.counted = 0}, "ctr-zero", NOTE_WARNING, "reads 0");
}

static void a_level_that_forbids_counters_can_be_set(void **state) {
    (void)state;
    const struct given given[] = {NUMBER("kernel.perf_paranoid", 4), TEXT("counters", "forbidden")};
    struct document doc = given_facts(given, 2);
    struct perf_state perf;
    perf_state_judge(&perf,
                     &(struct perf_answer){.hardware = EACCES, .software = EACCES, .paranoid = 4});
    struct subject subject = {&doc, MACHINES "untuned_desktop", 5, &perf};
    struct finding found = only_finding(&subject);
    check_finding(&found, "ctr-none", NOTE_INFO, "perf_event_paranoid=4",
                  "echo 2 | sudo tee /proc/sys/kernel/perf_event_paranoid");
    document_release(&doc);
}

// ---- As a whole ------------------------------------------------------------------------------

static void checks_say_which_fact_they_lack(void **state) {
    (void)state;
    struct document doc = {0};
    struct subject subject = {&doc, "", 0, NULL};
    for (size_t i = 0; i < examine_count; i++) {
        struct finding found;
        assert_int_equal(examine(i, &subject, &found), EXAMINE_UNKNOWN);
        assert_non_null(examine_missing(i, &doc));
    }
}

// The file decides what could be written: turbo is set elsewhere by intel_pstate.
static void settings_hold_what_a_file_holds_now(void **state) {
    (void)state;
    struct document doc = {0};
    document_fact(&doc, "cpu.boost", "on");
    struct subject subject = {&doc, MACHINES "laptop_on_battery", 0, NULL};
    struct finding found = only_finding(&subject);
    assert_string_equal(found.setting.path, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    assert_string_equal(found.setting.now, "0");
    assert_string_equal(found.setting.wanted, "1");
    finding_release(&found);
    document_release(&doc);
}

static void settings_take_the_choice_out_of_brackets(void **state) {
    (void)state;
    struct document doc = {0};
    document_fact(&doc, "kernel.thp", "always");
    struct subject subject = {&doc, MACHINES "untuned_desktop", 0, NULL};
    struct finding found = only_finding(&subject);
    assert_string_equal(found.setting.now, "always");
    finding_release(&found);
    document_release(&doc);
}

static const struct note *find_note(const struct document *doc, const char *id) {
    for (size_t i = 0; i < doc->note_count; i++)
        if (strcmp(doc->notes[i].id, id) == 0)
            return &doc->notes[i];
    return NULL;
}

// What a run itself measures, or what changes nothing alone, is no note of it.
static void runs_note_only_what_concerns_them(void **state) {
    (void)state;
    static const struct cpuident unidentified = {.arch = "x86_64"};
    const char *root = MACHINES "untuned_desktop";
    struct document doc = {0};
    machine_read(&doc, root, &unidentified, 5);
    examine_note(&doc, root, 5, EXAMINE_EACH_RUN, NOTE_INFO);
    assert_int_equal(doc.note_count, 2);
    assert_non_null(find_note(&doc, "clocksrc"));
    assert_int_equal(find_note(&doc, "aslr")->level, NOTE_INFO);
    examine_note(&doc, root, 5, EXAMINE_WITH_DRIFT, NOTE_WARNING);
    assert_int_equal(doc.note_count, 4);
    assert_int_equal(find_note(&doc, "governor")->level, NOTE_WARNING);
    assert_non_null(strstr(find_note(&doc, "turbo")->text, "; echo 0 | sudo tee"));
    document_release(&doc);
}

static void nothing_is_found_on_a_quiet_server(void **state) {
    (void)state;
    static const struct cpuident unidentified = {.arch = "x86_64"};
    struct document doc = {0};
    machine_read(&doc, MACHINES "quiet_server", &unidentified, 2);
    struct subject subject = {&doc, MACHINES "quiet_server", 2, NULL};
    assert_null(only_finding(&subject).id);
    document_release(&doc);
}

int main(void) {
    unsetenv("LD_PRELOAD"); // valgrind sets it
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traced_is_found),
        cmocka_unit_test(quota_is_an_error_below_one_cpu),
        cmocka_unit_test(steal_is_found_from_one_percent),
        cmocka_unit_test(load_is_measured_by_who_waits),
        cmocka_unit_test(others_on_the_cpu_are_found),
        cmocka_unit_test(a_core_that_is_shared_is_found),
        cmocka_unit_test(the_sibling_is_named),
        cmocka_unit_test(a_slow_clock_is_measured_before_it_is_looked_up),
        cmocka_unit_test(a_coarse_clock_is_told),
        cmocka_unit_test(a_governor_is_judged_with_its_driver),
        cmocka_unit_test(turbo_is_told),
        cmocka_unit_test(throttling_is_told),
        cmocka_unit_test(batteries_and_profiles_that_save_are_found),
        cmocka_unit_test(nohz_full_is_found_with_intel_pstate),
        cmocka_unit_test(kinds_of_cores_are_told),
        cmocka_unit_test(far_memory_is_found),
        cmocka_unit_test(a_fixed_layout_is_told),
        cmocka_unit_test(huge_pages_for_all_are_told),
        cmocka_unit_test(a_vm_is_told),
        cmocka_unit_test(the_watchdog_matters_where_counters_are),
        cmocka_unit_test(counters_are_told_by_their_state),
        cmocka_unit_test(a_level_that_forbids_counters_can_be_set),
        cmocka_unit_test(checks_say_which_fact_they_lack),
        cmocka_unit_test(settings_hold_what_a_file_holds_now),
        cmocka_unit_test(settings_take_the_choice_out_of_brackets),
        cmocka_unit_test(runs_note_only_what_concerns_them),
        cmocka_unit_test(nothing_is_found_on_a_quiet_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
