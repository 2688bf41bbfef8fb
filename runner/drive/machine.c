// SPDX-License-Identifier: MIT
// Collects the facts about the machine from /proc, /sys and the CPU's identity.

#include "machine.h"

#include "cgroup.h"
#include "conditions.h"
#include "cpuident.h"
#include "cpuinfo.h"
#include "cpuset.h"
#include "document.h"
#include "mem.h"
#include "sysfile.h"
#include "topology.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#define VALUE_SIZE 4096

// ---- Facts that are one file each

// Records `text` under `key`; false when it is not what such a file should hold.
typedef bool record_fn(struct document *doc, const char *key, char *text);

static bool record_text(struct document *doc, const char *key, char *text) {
    if (*text)
        document_fact(doc, key, text);
    return *text;
}

// "1-3,8"; the kernel writes nothing, or "(null)", for no CPU.
static bool record_list(struct document *doc, const char *key, char *text) {
    struct cpuset set;
    if (strcmp(text, "(null)") == 0)
        *text = '\0';
    bool is_list = cpuset_parse(&set, text);
    if (is_list)
        document_fact(doc, key, *text ? text : "none");
    return is_list;
}

// The first number of the line, -1 among them.
static bool record_number(struct document *doc, const char *key, char *text) {
    char *end;
    double number = strtod(text, &end);
    bool is_number = end != text && isfinite(number) && (*end == '\0' || *end == ' ');
    if (is_number)
        document_number(doc, key, number);
    return is_number;
}

// "always [madvise] never"
static bool record_choice(struct document *doc, const char *key, char *text) {
    char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close)
        return false;
    *close = '\0';
    document_fact(doc, key, open + 1);
    return true;
}

static bool record_switch(struct document *doc, const char *key, const char *text, char on,
                          char off) {
    bool is_switch = (text[0] == on || text[0] == off) && text[1] == '\0';
    if (is_switch)
        document_fact(doc, key, text[0] == on ? "on" : "off");
    return is_switch;
}

static bool record_on(struct document *doc, const char *key, char *text) {
    return record_switch(doc, key, text, '1', '0');
}

static bool record_off(struct document *doc, const char *key, char *text) {
    return record_switch(doc, key, text, '0', '1');
}

// A row without `otherwise` is followed by another place to look for the same fact.
static const struct file_fact {
    const char *key;
    bool is_of_cpu; // the path continues /sys/devices/system/cpu/cpuN
    const char *path;
    record_fn *record;
    const char *otherwise;
} file_facts[] = {
    {"cpu.governor", true, "/cpufreq/scaling_governor", record_text,
     "no cpufreq driver for this CPU, as usual in a virtual machine"},
    {"cpu.driver", true, "/cpufreq/scaling_driver", record_text,
     "no cpufreq driver for this CPU, as usual in a virtual machine"},
    {"cpu.max_khz", true, "/cpufreq/cpuinfo_max_freq", record_number,
     "no cpufreq driver for this CPU, as usual in a virtual machine"},
    {"cpu.boost", false, "/sys/devices/system/cpu/intel_pstate/no_turbo", record_off, NULL},
    {"cpu.boost", false, "/sys/devices/system/cpu/cpufreq/boost", record_on,
     "neither intel_pstate/no_turbo nor cpufreq/boost in sysfs"},
    {"cpu.smt", false, "/sys/devices/system/cpu/smt/active", record_on,
     "no cpu/smt/active in sysfs"},
    {"cpu.isolated", false, "/sys/devices/system/cpu/isolated", record_list,
     "no cpu/isolated in sysfs"},
    {"cpu.energy", true, "/cpufreq/energy_performance_preference", record_text,
     "no energy_performance_preference for this CPU"},
    {"cpu.siblings", true, "/topology/thread_siblings_list", record_list,
     "no thread_siblings_list in sysfs"},
    {"cpu.nohz_full", false, "/sys/devices/system/cpu/nohz_full", record_list,
     "no cpu/nohz_full in sysfs"},
    {"power.profile", false, "/sys/firmware/acpi/platform_profile", record_text,
     "no platform_profile in sysfs"},
    {"numa.nodes", false, "/sys/devices/system/node/online", record_list,
     "no node/online in sysfs"},
    {"kernel.release", false, "/proc/sys/kernel/osrelease", record_text,
     "no kernel/osrelease in /proc/sys"},
    {"kernel.clocksource", false,
     "/sys/devices/system/clocksource/clocksource0/current_clocksource", record_text,
     "no current_clocksource in sysfs"},
    {"kernel.clocksources", false,
     "/sys/devices/system/clocksource/clocksource0/available_clocksource", record_text,
     "no available_clocksource in sysfs"},
    {"kernel.numa_balancing", false, "/proc/sys/kernel/numa_balancing", record_number,
     "no kernel/numa_balancing in /proc/sys"},
    {"kernel.nmi_watchdog", false, "/proc/sys/kernel/nmi_watchdog", record_on,
     "no kernel/nmi_watchdog in /proc/sys"},
    {"kernel.thp", false, "/sys/kernel/mm/transparent_hugepage/enabled", record_choice,
     "no transparent_hugepage in sysfs"},
    {"kernel.aslr", false, "/proc/sys/kernel/randomize_va_space", record_number,
     "no kernel/randomize_va_space in /proc/sys"},
    {"kernel.perf_paranoid", false, "/proc/sys/kernel/perf_event_paranoid", record_number,
     "no kernel/perf_event_paranoid in /proc/sys: a kernel without perf events"},
    {"host", false, "/proc/sys/kernel/hostname", record_text, "no kernel/hostname in /proc/sys"},
    {"boot", false, "/proc/sys/kernel/random/boot_id", record_text,
     "no kernel/random/boot_id in /proc/sys"},
    {"load", false, "/proc/loadavg", record_number, "no /proc/loadavg"},
};

static void read_files(struct document *doc, const char *root, int cpu) {
    for (size_t i = 0; i < sizeof file_facts / sizeof *file_facts; i++) {
        const struct file_fact *row = &file_facts[i];
        char text[VALUE_SIZE];
        if (document_find_fact(doc, row->key))
            continue;
        bool is_read = row->is_of_cpu
                           ? sysfile_peek(root, text, sizeof text,
                                          "/sys/devices/system/cpu/cpu%d%s", cpu, row->path)
                           : sysfile_peek(root, text, sizeof text, "%s", row->path);
        bool is_recorded = is_read && row->record(doc, row->key, text);
        if (!is_recorded && row->otherwise)
            document_missing(doc, row->key,
                             is_read ? "the kernel's file holds no such value" : row->otherwise);
    }
}

// ---- Who the CPU is

// Named by the firmware, where the CPU does not name it. The first row that fits counts.
static const char *hypervisor_from_dmi(const char *root) {
    static const struct {
        const char *file, *part, *name;
    } rows[] = {
        {"product_name", ".metal", "none"}, // Amazon's machines without a hypervisor
        {"sys_vendor", "Amazon EC2", "amazon"},
        {"product_name", "KVM", "kvm"},
        {"sys_vendor", "QEMU", "qemu"},
        {"sys_vendor", "VMware", "vmware"},
        {"product_name", "VirtualBox", "virtualbox"},
        {"product_name", "Virtual Machine", "hyperv"},
        {"product_name", "Google Compute Engine", "google"},
        {"sys_vendor", "Xen", "xen"},
        {"sys_vendor", "Parallels", "parallels"},
    };
    char text[256];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sysfile_peek(root, text, sizeof text, "/sys/class/dmi/id/%s", rows[i].file) &&
            strstr(text, rows[i].part))
            return rows[i].name;
    return NULL;
}

// A board that exists in software alone. Beside a hypervisor its CPU is the host's and only
// "arm,armv8", or "arm,arm-v8"; an emulator names the model that it plays.
static const char *hypervisor_from_device_tree(const char *root) {
    char board[64], cpu[64];
    if (!sysfile_peek(root, board, sizeof board, "/proc/device-tree/compatible") ||
        strcmp(board, "linux,dummy-virt") != 0)
        return NULL;
    bool is_model =
        sysfile_peek(root, cpu, sizeof cpu, "/proc/device-tree/cpus/cpu@0/compatible") &&
        strncmp(cpu, "arm,arm", strlen("arm,arm")) != 0;
    return is_model ? CPUIDENT_EMULATED : "other";
}

static void read_hypervisor(struct document *doc, const char *root, const char *identified) {
    char type[64] = "";
    const char *named = NULL;
    bool is_open = *identified == '\0' || strcmp(identified, "other") == 0;
    if (is_open && sysfile_peek(root, type, sizeof type, "/sys/hypervisor/type") && *type)
        named = type;
    else if (is_open && !(named = hypervisor_from_dmi(root)))
        named = hypervisor_from_device_tree(root);
    if (named || *identified)
        document_fact(doc, "cpu.hypervisor", named ? named : identified);
    else
        document_missing(doc, "cpu.hypervisor",
                         "no sign of one, and this CPU cannot say that there is none");
}

// The library's answer comes first; `lines` of /proc/cpuinfo may be NULL.
static bool read_identity(struct document *doc, const char *root, const struct cpuident *ident,
                          const char *lines) {
    struct cpuident who = *ident;
    bool is_known = *who.vendor || (lines && cpuinfo_identify(&who, lines));
    document_fact(doc, "cpu.arch", who.arch);
    if (is_known) {
        document_fact(doc, "cpu.vendor", who.vendor);
        document_number(doc, "cpu.family", who.family);
        document_number(doc, "cpu.model", who.model);
        document_number(doc, "cpu.stepping", who.stepping);
    } else {
        static const char *const keys[] = {"cpu.vendor", "cpu.family", "cpu.model", "cpu.stepping"};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            document_missing(doc, keys[i], "neither libcpuid nor /proc/cpuinfo identifies the CPU");
    }
    if (*who.brand)
        document_fact(doc, "cpu.brand", who.brand);
    else
        document_missing(doc, "cpu.brand", "the CPU has no brand text");
    read_hypervisor(doc, root, who.hypervisor);
    return is_known;
}

static void read_microcode(struct document *doc, const char *lines) {
    char text[64];
    if (lines && sysfile_line(lines, "microcode", text, sizeof text) && *text)
        document_fact(doc, "cpu.microcode", text);
    else
        document_missing(doc, "cpu.microcode", "/proc/cpuinfo does not say");
}

static void read_class(struct document *doc, const char *root, int cpu) {
    struct topology topology;
    topology_read(&topology, root);
    int rank = topology_rank(&topology, cpu);
    if (rank >= 0)
        document_fact(doc, "cpu.core_class", topology.classes[rank].name);
    else
        document_missing(doc, "cpu.core_class",
                         "neither cpu_core, cpu_capacity nor cpuinfo_max_freq in sysfs");
}

// ---- What the process may use

static void read_count(struct document *doc, const char *root) {
    char *status = sysfile_read(root, "/proc/self/status"), list[VALUE_SIZE];
    struct cpuset allowed;
    if (status && sysfile_line(status, "Cpus_allowed_list", list, sizeof list) &&
        cpuset_parse(&allowed, list) && cpuset_count(&allowed) > 0)
        document_number(doc, "cpu.count", (double)cpuset_count(&allowed));
    else
        document_missing(doc, "cpu.count", "no Cpus_allowed_list in /proc/self/status");
    free(status);
}

static void read_memory(struct document *doc, const char *root) {
    char *meminfo = sysfile_read(root, "/proc/meminfo"), text[64];
    double kib;
    if (meminfo && sysfile_line(meminfo, "MemTotal", text, sizeof text) &&
        sscanf(text, "%lf kB", &kib) == 1 && kib > 0)
        document_number(doc, "memory.bytes", kib * 1024);
    else
        document_missing(doc, "memory.bytes", "no MemTotal in /proc/meminfo");
    free(meminfo);
}

static void read_quota(struct document *doc, const char *root) {
    struct cgroup cgroup;
    cgroup_read(&cgroup, root);
    if (!cgroup.is_known)
        document_missing(doc, "cgroup.quota", "no cgroup file system to read");
    else if (isinf(cgroup.quota_cpus))
        document_fact(doc, "cgroup.quota", "none");
    else
        document_number(doc, "cgroup.quota", cgroup.quota_cpus);
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// The loader takes both blanks and colons between names.
static void read_allocator(struct document *doc) {
    const char *preload = getenv("LD_PRELOAD");
    char names[VALUE_SIZE] = "", *copy = mem_text(preload ? preload : ""), *rest = copy;
    for (char *path; (path = strsep(&rest, ": "));) {
        size_t used = strlen(names);
        if (*path)
            snprintf(names + used, sizeof names - used, "%s%s", used ? " " : "", base_name(path));
    }
    document_fact(doc, "allocator", *names ? names : "system");
    free(copy);
}

// ---- Mitigations: who is mitigated, who is !vulnerable, and a hash of how

static uint32_t hash_add(uint32_t hash, const char *text) { // FNV-1a
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static void read_mitigations(struct document *doc, const char *root) {
    char dir[SYSFILE_PATH_MAX], words[VALUE_SIZE] = "", how[VALUE_SIZE];
    struct dirent **entries;
    uint32_t hash = 2166136261u;
    snprintf(dir, sizeof dir, "%s/sys/devices/system/cpu/vulnerabilities", root);
    int count = scandir(dir, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] != '.' &&
            sysfile_peek(root, how, sizeof how, "/sys/devices/system/cpu/vulnerabilities/%s",
                         name) &&
            strcmp(how, "Not affected") != 0) {
            size_t used = strlen(words);
            bool is_mitigated = strncmp(how, "Mitigation", strlen("Mitigation")) == 0;
            snprintf(words + used, sizeof words - used, "%s%s ", is_mitigated ? "" : "!", name);
            hash = hash_add(hash_add(hash, name), how);
        }
        free(entries[i]);
    }
    if (count < 0) {
        document_missing(doc, "kernel.mitigations", "no cpu/vulnerabilities in sysfs");
        return;
    }
    free(entries);
    size_t used = strlen(words);
    snprintf(words + used, sizeof words - used, "%08x", hash);
    document_fact(doc, "kernel.mitigations", used ? words : "none");
}

bool machine_read(struct document *doc, const char *root, const struct cpuident *ident, int cpu) {
    char *cpuinfo = sysfile_read(root, "/proc/cpuinfo");
    const char *lines = cpuinfo ? cpuinfo_lines(cpuinfo, cpu) : NULL;
    bool is_identified = read_identity(doc, root, ident, lines);
    read_microcode(doc, lines);
    free(cpuinfo);
    read_class(doc, root, cpu);
    read_count(doc, root);
    read_files(doc, root, cpu);
    read_mitigations(doc, root);
    read_quota(doc, root);
    read_memory(doc, root);
    read_allocator(doc);
    conditions_read(doc, root, cpu);
    return is_identified;
}

// ---- The key

static void key_add(char *text, size_t size, const char *part) {
    size_t used = strlen(text);
    if (used > 0 && used + 1 < size)
        text[used++] = '-';
    for (; *part && used + 1 < size; part++)
        text[used++] = isalnum((unsigned char)*part) ? (char)tolower((unsigned char)*part) : '_';
    text[used] = '\0';
}

static const char *short_form(const char *text) {
    static const char *const rows[][2] = {
        {"AuthenticAMD", "amd"}, {"GenuineIntel", "intel"}, {"HygonGenuine", "hygon"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(text, rows[i][0]) == 0)
            return rows[i][1];
    return text;
}

void machine_key(const struct document *doc, char *text, size_t size) {
    static const struct {
        const char *key, *suffix;
        const char *silent; // the value that goes without saying; NULL: none does
        const char *otherwise;
    } rows[] = {
        {"cpu.vendor", "", NULL, "unknown"},       {"cpu.family", "", NULL, "unknown"},
        {"cpu.model", "", NULL, "unknown"},        {"cpu.stepping", "", NULL, "unknown"},
        {"cpu.hypervisor", "", "none", "unknown"}, {"cpu.core_class", "", "uniform", NULL},
        {"cpu.count", "cpu", NULL, "unknown"},
    };
    text[0] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json_pair *fact = document_find_fact(doc, rows[i].key);
        char number[32];
        const char *part = fact ? fact->text : rows[i].otherwise;
        if (fact && !fact->text) {
            snprintf(number, sizeof number, "%.0f%s", fact->number, rows[i].suffix);
            part = number;
        }
        if (part && !(rows[i].silent && strcmp(part, rows[i].silent) == 0))
            key_add(text, size, short_form(part));
    }
}

const char *machine_libc(void) {
#ifdef __GLIBC__
    static char text[32];
    snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
    return text;
#else
    return "musl";
#endif
}
