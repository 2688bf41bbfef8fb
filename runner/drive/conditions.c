// SPDX-License-Identifier: MIT
// Reads and measures under what conditions a machine measures now.

#include "conditions.h"

#include "disturb.h"
#include "document.h"
#include "nstime.h"
#include "pin.h"
#include "sysfile.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

// ---- Numbers: NaN when not known -------------------------------------------------------------

struct look {
    const char *root;
    int cpu;
    struct disturb disturb;
    char *status; // of this process, or NULL
};

static double steal_percent(const struct look *look) {
    const struct disturb_ticks *ticks = &look->disturb.ticks;
    return ticks->is_known && ticks->total ? 100 * (double)ticks->steal / (double)ticks->total
                                           : NAN;
}

static double group_throttled(const struct look *look) {
    const struct cgroup *cgroup = &look->disturb.cgroup;
    return cgroup->is_known ? (double)cgroup->throttled : NAN;
}

static double cpu_throttled(const struct look *look) {
    return look->disturb.has_heat ? (double)look->disturb.heat : NAN;
}

static double pressure_percent(const struct look *look) {
    char text[256];
    double percent;
    bool is_known = sysfile_peek(look->root, text, sizeof text, "/proc/pressure/cpu") &&
                    sscanf(text, "some avg10=%lf", &percent) == 1 && percent >= 0;
    return is_known ? percent : NAN;
}

// The CPU's directory has a link "node1".
static double numa_node(const struct look *look) {
    char path[SYSFILE_PATH_MAX];
    uint64_t node;
    double found = NAN;
    snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d", look->root, look->cpu);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (strncmp(entry->d_name, "node", 4) == 0 && sysfile_number(entry->d_name + 4, &node))
            found = (double)node;
    if (dir)
        closedir(dir);
    return found;
}

// "48K"
static double cache_bytes(const char *text) {
    char *unit;
    double size = strtod(text, &unit);
    double factor = *unit == 'K' ? 1024 : *unit == 'M' ? 1024 * 1024 : NAN;
    return size > 0 ? size * factor : NAN;
}

static double l1_bytes(const struct look *look) {
    char type[16], size[16];
    uint64_t level;
    for (int i = 0; sysfile_count(
             look->root, &level, "/sys/devices/system/cpu/cpu%d/cache/index%d/level", look->cpu, i);
         i++)
        if (level == 1 &&
            sysfile_peek(look->root, type, sizeof type,
                         "/sys/devices/system/cpu/cpu%d/cache/index%d/type", look->cpu, i) &&
            strcmp(type, "Instruction") != 0 &&
            sysfile_peek(look->root, size, sizeof size,
                         "/sys/devices/system/cpu/cpu%d/cache/index%d/size", look->cpu, i))
            return cache_bytes(size);
    return NAN;
}

static const struct {
    const char *key;
    double (*read)(const struct look *look);
    const char *otherwise;
} numbers[] = {
    {"cpu.steal_percent", steal_percent, "/proc/stat does not list the CPU"},
    {"cpu.throttled_count", cpu_throttled, "no thermal_throttle in sysfs, which Intel's CPUs have"},
    {"cgroup.throttled_count", group_throttled, "no cgroup file system to read"},
    {"pressure_percent", pressure_percent, "no /proc/pressure/cpu: a kernel without PSI"},
    {"cpu.l1d_bytes", l1_bytes, "no size of the first data cache in sysfs"},
    {"numa.node", numa_node, "no NUMA node of this CPU in sysfs"},
};

// ---- Texts: false when not known -------------------------------------------------------------

// qemu's user mode forges /proc/self, and overlooks /proc/thread-self.
static bool find_emulator(const struct look *look, char *text, size_t size) {
    char path[SYSFILE_PATH_MAX], target[SYSFILE_PATH_MAX];
    snprintf(path, sizeof path, "%s/proc/thread-self/exe", look->root);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
    bool is_emulator = strncmp(name, "qemu-", strlen("qemu-")) == 0;
    if (is_emulator)
        snprintf(text, size, "emulator (%.32s)", name);
    return is_emulator;
}

static bool read_tracer(const struct look *look, char *text, size_t size) {
    char value[32];
    uint64_t pid;
    if (find_emulator(look, text, size))
        return true;
    if (!look->status || !sysfile_line(look->status, "TracerPid", value, sizeof value) ||
        !sysfile_number(value, &pid))
        return false;
    if (pid)
        snprintf(text, size, "tracer (pid %llu)", (unsigned long long)pid);
    else
        snprintf(text, size, "no");
    return true;
}

static bool read_memory_nodes(const struct look *look, char *text, size_t size) {
    return look->status && sysfile_line(look->status, "Mems_allowed_list", text, size) && *text;
}

// Inherited by workers: setarch -R, gdb.
static bool read_layout(const struct look *look, char *text, size_t size) {
    char value[32];
    if (!sysfile_peek(look->root, value, sizeof value, "/proc/self/personality"))
        return false;
    char *end;
    unsigned long flags = strtoul(value, &end, 16);
    if (end == value || *end)
        return false;
    snprintf(text, size, "%s", flags & ADDR_NO_RANDOMIZE ? "fixed" : "random");
    return true;
}

// A mouse has a battery, too.
static bool runs_down(const char *root, const char *supply) {
    char text[32];
    const char *const wanted[][2] = {{"type", "Battery"}, {"status", "Discharging"}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!sysfile_peek(root, text, sizeof text, "/sys/class/power_supply/%s/%s", supply,
                          wanted[i][0]) ||
            strcmp(text, wanted[i][1]) != 0)
            return false;
    return !sysfile_peek(root, text, sizeof text, "/sys/class/power_supply/%s/scope", supply) ||
           strcmp(text, "Device") != 0;
}

static bool read_power(const struct look *look, char *text, size_t size) {
    char path[SYSFILE_PATH_MAX];
    snprintf(path, sizeof path, "%s/sys/class/power_supply", look->root);
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    bool is_on_battery = false;
    for (struct dirent *entry; (entry = readdir(dir));)
        is_on_battery |= entry->d_name[0] != '.' && runs_down(look->root, entry->d_name);
    closedir(dir);
    snprintf(text, size, "%s", is_on_battery ? "battery" : "mains");
    return true;
}

static const struct {
    const char *key;
    bool (*read)(const struct look *look, char *text, size_t size);
    const char *otherwise;
} texts[] = {
    {"traced", read_tracer, "no TracerPid in /proc/self/status"},
    {"numa.memory", read_memory_nodes, "no Mems_allowed_list in /proc/self/status"},
    {"process.layout", read_layout, "no /proc/self/personality"},
    {"power.source", read_power, "no power_supply in sysfs"},
};

void conditions_read(struct document *doc, const char *root, int cpu) {
    struct look look = {.root = root, .cpu = cpu};
    disturb_read(&look.disturb, root, cpu);
    look.status = sysfile_read(root, "/proc/self/status");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double number = numbers[i].read(&look);
        if (isnan(number))
            document_missing(doc, numbers[i].key, numbers[i].otherwise);
        else
            document_number(doc, numbers[i].key, number);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[256];
        if (texts[i].read(&look, text, sizeof text))
            document_fact(doc, texts[i].key, text);
        else
            document_missing(doc, texts[i].key, texts[i].otherwise);
    }
    free(look.status);
}

// ---- What is measured ------------------------------------------------------------------------

void conditions_measure(struct document *doc, const struct pin *pin) {
    static const char *const keys[] = {"clock.tick_ns", "clock.cost_ns", "cpu.lost_percent"};
    struct nstime_quality clock = pin ? nstime_measure() : (struct nstime_quality){0};
    const double values[] = {(double)clock.tick_ns, (double)clock.cost_ns,
                             pin ? 100 * pin->cpus[0].lost : NAN};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!pin)
            document_missing(doc, keys[i],
                             "not measured: the files of another machine are looked at");
        else if (isnan(values[i]))
            document_missing(doc, keys[i], "the CPU could not be tried");
        else
            document_number(doc, keys[i], values[i]);
    }
}
