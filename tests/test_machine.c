// SPDX-License-Identifier: MIT
// Tests of the machine facts: the same code, on the files of other machines.

#include "machine.h"

#include "cpuident.h"
#include "cpuinfo.h"
#include "document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MACHINES "tests/machine/"

static const struct cpuident x86_unidentified = {.arch = "x86_64"};
static const struct cpuident arm = {.arch = "aarch64"};

#define FACT(doc, key, expected)                                                                   \
    do {                                                                                           \
        const struct json_pair *fact_ = document_find_fact((doc), (key));                          \
        assert_non_null(fact_);                                                                    \
        assert_non_null(fact_->text);                                                              \
        assert_string_equal(fact_->text, (expected));                                              \
    } while (0)

#define NUMBER(doc, key, expected)                                                                 \
    do {                                                                                           \
        const struct json_pair *fact_ = document_find_fact((doc), (key));                          \
        assert_non_null(fact_);                                                                    \
        assert_null(fact_->text);                                                                  \
        assert_true(fact_->number == (expected));                                                  \
    } while (0)

static const char *missing_reason(const struct document *doc, const char *key) {
    for (size_t i = 0; i < doc->machine_missing_count; i++)
        if (strcmp(doc->machine_missing[i].key, key) == 0)
            return doc->machine_missing[i].text;
    return NULL;
}

#define MISSING(doc, key)                                                                          \
    do {                                                                                           \
        assert_null(document_find_fact((doc), (key)));                                             \
        assert_non_null(missing_reason((doc), (key)));                                             \
    } while (0)

static void machine_reads_a_vm(void **state) {
    (void)state;
    struct document doc = {0};
    assert_true(machine_read(&doc, MACHINES "epyc_kvm", &x86_unidentified, 1));
    FACT(&doc, "cpu.arch", "x86_64");
    FACT(&doc, "cpu.vendor", "AuthenticAMD");
    NUMBER(&doc, "cpu.family", 26);
    NUMBER(&doc, "cpu.model", 2);
    NUMBER(&doc, "cpu.stepping", 1);
    FACT(&doc, "cpu.brand", "AMD EPYC");
    FACT(&doc, "cpu.hypervisor", "other"); // the flag has no name
    FACT(&doc, "cpu.core_class", "uniform");
    NUMBER(&doc, "cpu.count", 2);
    FACT(&doc, "cpu.microcode", "0x1000065");
    FACT(&doc, "cpu.smt", "off");
    FACT(&doc, "cpu.isolated", "none");
    FACT(&doc, "kernel.release", "6.18.44");
    FACT(&doc, "kernel.clocksource", "tsc");
    FACT(&doc, "kernel.thp", "madvise");
    NUMBER(&doc, "kernel.aslr", 2);
    NUMBER(&doc, "kernel.perf_paranoid", -1);
    FACT(&doc, "cgroup.quota", "none");
    NUMBER(&doc, "memory.bytes", 4014640.0 * 1024);
    FACT(&doc, "host", "vm");
    FACT(&doc, "boot", "2d40b2a6-62e5-4be4-9a35-63a5c3d1a6d8");
    NUMBER(&doc, "load", 0.53);
    MISSING(&doc, "cpu.governor");
    MISSING(&doc, "cpu.driver");
    MISSING(&doc, "cpu.max_khz");
    MISSING(&doc, "cpu.boost");
    document_release(&doc);
}

static void machine_prefers_the_librarys_identity(void **state) {
    (void)state;
    const struct cpuident ident = {.arch = "x86_64",
                                   .vendor = "AuthenticAMD",
                                   .family = 25,
                                   .model = 17,
                                   .stepping = 3,
                                   .brand = "AMD Ryzen",
                                   .hypervisor = "kvm"};
    struct document doc = {0};
    assert_true(machine_read(&doc, MACHINES "epyc_kvm", &ident, 0));
    NUMBER(&doc, "cpu.family", 25);
    FACT(&doc, "cpu.brand", "AMD Ryzen");
    FACT(&doc, "cpu.hypervisor", "kvm");
    document_release(&doc);
}

static void machine_says_who_is_mitigated_and_who_is_not(void **state) {
    (void)state;
    struct document doc = {0};
    machine_read(&doc, MACHINES "epyc_kvm", &x86_unidentified, 0);
    const struct json_pair *fact = document_find_fact(&doc, "kernel.mitigations");
    assert_non_null(fact);
    static const char words[] = "!spec_rstack_overflow spectre_v1 ";
    assert_memory_equal(fact->text, words, sizeof words - 1);
    assert_int_equal(strlen(fact->text), sizeof words - 1 + 8);
    document_release(&doc);
}

static void machine_reads_the_measured_cpus_own_files(void **state) {
    (void)state;
    struct document fast = {0}, slow = {0};
    assert_true(machine_read(&fast, MACHINES "hybrid", &x86_unidentified, 0));
    assert_true(machine_read(&slow, MACHINES "hybrid", &x86_unidentified, 4));
    FACT(&fast, "cpu.core_class", "performance");
    FACT(&slow, "cpu.core_class", "efficiency");
    FACT(&fast, "cpu.governor", "powersave");
    FACT(&slow, "cpu.governor", "performance");
    NUMBER(&fast, "cpu.max_khz", 4900000);
    NUMBER(&slow, "cpu.max_khz", 3600000);
    FACT(&fast, "cpu.driver", "intel_pstate");
    document_release(&fast);
    document_release(&slow);
}

static void machine_takes_the_first_place_that_answers(void **state) {
    (void)state;
    struct document doc = {0};
    machine_read(&doc, MACHINES "hybrid", &x86_unidentified, 0);
    FACT(&doc, "cpu.boost", "off"); // no_turbo is 1, cpufreq/boost says 1 too
    FACT(&doc, "cpu.smt", "on");
    FACT(&doc, "cpu.isolated", "3");
    FACT(&doc, "cpu.hypervisor", "none"); // "hypervisor_guest" is another flag
    document_release(&doc);
}

static void machine_identifies_the_measured_arm_core(void **state) {
    (void)state;
    struct document big = {0}, little = {0};
    assert_true(machine_read(&big, MACHINES "arm_three_kinds", &arm, 7));
    assert_true(machine_read(&little, MACHINES "arm_three_kinds", &arm, 0));
    FACT(&big, "cpu.vendor", "ARM");
    NUMBER(&big, "cpu.family", 8);
    NUMBER(&big, "cpu.model", 0xd0d);
    NUMBER(&big, "cpu.stepping", 0x13);
    FACT(&big, "cpu.brand", "ARM part 0xd0d r1p3");
    NUMBER(&little, "cpu.model", 0xd05);
    FACT(&little, "cpu.core_class", "efficiency");
    MISSING(&big, "cpu.hypervisor");
    MISSING(&big, "cpu.microcode");
    document_release(&big);
    document_release(&little);
}

static void machine_learns_the_hypervisor_from_the_firmware(void **state) {
    (void)state;
    struct document cloud = {0}, metal = {0};
    assert_true(machine_read(&cloud, MACHINES "arm_cloud", &arm, 0));
    FACT(&cloud, "cpu.hypervisor", "amazon");
    FACT(&cloud, "cpu.vendor", "implementer-0x77");
    machine_read(&metal, MACHINES "arm_metal", &arm, 0);
    FACT(&metal, "cpu.hypervisor", "none");
    document_release(&cloud);
    document_release(&metal);
}

static void machine_tells_an_emulated_cpu_from_a_guests(void **state) {
    (void)state;
    struct document emulated = {0}, guest = {0};
    assert_true(machine_read(&emulated, MACHINES "arm_emulated", &arm, 0));
    FACT(&emulated, "cpu.hypervisor", CPUIDENT_EMULATED);
    machine_read(&guest, MACHINES "arm_guest", &arm, 0);
    FACT(&guest, "cpu.hypervisor", "other");
    document_release(&emulated);
    document_release(&guest);
}

static void machine_reads_quotas(void **state) {
    (void)state;
    struct document doc = {0};
    machine_read(&doc, MACHINES "limited", &x86_unidentified, 0);
    NUMBER(&doc, "cgroup.quota", 1.5); // of the group above
    document_release(&doc);
}

static void every_fact_missing(const char *root) {
    struct document doc = {0};
    assert_false(machine_read(&doc, root, &x86_unidentified, 0));
    for (size_t i = 0; i < doc.machine_count; i++) {
        const char *key = doc.machine[i].key;
        if (strcmp(key, "cpu.arch") == 0 || strcmp(key, "allocator") == 0)
            continue;
        MISSING(&doc, key);
    }
    assert_true(doc.machine_missing_count + 2 == doc.machine_count);
    assert_true(doc.machine_count > 20);
    document_release(&doc);
}

static void machine_gives_a_reason_for_each_fact_it_lacks(void **state) {
    (void)state;
    every_fact_missing(MACHINES "no_such_directory");
}

static void machine_believes_no_nonsense(void **state) {
    (void)state;
    every_fact_missing(MACHINES "nonsense");
}

static void machine_lists_preloaded_objects_as_allocator(void **state) {
    (void)state;
    struct document doc = {0}, plain = {0};
    setenv("LD_PRELOAD", "/usr/lib/libjemalloc.so.2: libx.so", 1);
    machine_read(&doc, MACHINES "epyc_kvm", &x86_unidentified, 0);
    unsetenv("LD_PRELOAD");
    machine_read(&plain, MACHINES "epyc_kvm", &x86_unidentified, 0);
    FACT(&doc, "allocator", "libjemalloc.so.2 libx.so");
    FACT(&plain, "allocator", "system");
    document_release(&doc);
    document_release(&plain);
}

#define KEY_OF(expected, machine, ident, cpu)                                                      \
    do {                                                                                           \
        struct document doc_ = {0};                                                                \
        char key_[MACHINE_KEY_SIZE];                                                               \
        machine_read(&doc_, MACHINES machine, (ident), (cpu));                                     \
        machine_key(&doc_, key_, sizeof key_);                                                     \
        assert_string_equal(key_, (expected));                                                     \
        document_release(&doc_);                                                                   \
    } while (0)

static void machine_key_names_what_identifies(void **state) {
    (void)state;
    KEY_OF("amd-26-2-1-other-2cpu", "epyc_kvm", &x86_unidentified, 0);
    KEY_OF("intel-6-151-2-performance-6cpu", "hybrid", &x86_unidentified, 0);
    KEY_OF("intel-6-151-2-efficiency-6cpu", "hybrid", &x86_unidentified, 4);
    KEY_OF("implementer_0x77-8-3392-17-amazon-unknown", "arm_cloud", &arm, 0);
    KEY_OF("unknown-unknown-unknown-unknown-unknown-unknown", "nonsense", &arm, 0);
}

static void machine_key_is_cut_to_its_buffer(void **state) {
    (void)state;
    struct document doc = {0};
    char key[10];
    document_fact(&doc, "cpu.vendor", "../A B");
    machine_key(&doc, key, sizeof key);
    assert_string_equal(key, "___a_b-un");
    document_release(&doc);
}

static void cpuinfo_accepts_only_whole_identities(void **state) {
    (void)state;
    struct cpuident ident = {.arch = "x86_64", .brand = "untouched"};
    assert_false(cpuinfo_identify(&ident, "vendor_id : GenuineIntel\ncpu family : six\n"));
    assert_string_equal(ident.brand, "untouched");
    assert_null(cpuinfo_lines("processor : 0\n\nprocessor : 1\n", 2));
    assert_null(cpuinfo_lines("", 0));
}

static void cpuident_knows_this_machine_or_says_so(void **state) {
    (void)state;
    struct cpuident ident;
    cpuident_read(&ident);
    assert_non_null(ident.arch);
    if (!cpuident_library())
        assert_string_equal(ident.vendor, "");
    if (*ident.vendor)
        assert_true(ident.family > 0);
}

int main(void) {
    unsetenv("LD_PRELOAD"); // valgrind sets it
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machine_reads_a_vm),
        cmocka_unit_test(machine_prefers_the_librarys_identity),
        cmocka_unit_test(machine_says_who_is_mitigated_and_who_is_not),
        cmocka_unit_test(machine_reads_the_measured_cpus_own_files),
        cmocka_unit_test(machine_takes_the_first_place_that_answers),
        cmocka_unit_test(machine_identifies_the_measured_arm_core),
        cmocka_unit_test(machine_learns_the_hypervisor_from_the_firmware),
        cmocka_unit_test(machine_tells_an_emulated_cpu_from_a_guests),
        cmocka_unit_test(machine_reads_quotas),
        cmocka_unit_test(machine_gives_a_reason_for_each_fact_it_lacks),
        cmocka_unit_test(machine_believes_no_nonsense),
        cmocka_unit_test(machine_lists_preloaded_objects_as_allocator),
        cmocka_unit_test(machine_key_names_what_identifies),
        cmocka_unit_test(machine_key_is_cut_to_its_buffer),
        cmocka_unit_test(cpuinfo_accepts_only_whole_identities),
        cmocka_unit_test(cpuident_knows_this_machine_or_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
