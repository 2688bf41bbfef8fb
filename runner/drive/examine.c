// SPDX-License-Identifier: MIT
// The checks of a machine's facts, as a table.

#include "examine.h"

#include "cpuident.h"
#include "cpuset.h"
#include "mem.h"
#include "perf_state.h"
#include "sysfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEAL_PERCENT_MIN    1.0
#define PRESSURE_PERCENT_MIN 10.0
#define LOST_PERCENT_MIN     5.0
#define CLOCK_COST_NS_MAX    100 // through the vDSO 20 to 60 ns; a system call takes more
#define CLOCK_TICK_NS_MAX    20  // 1000 of them are a batch of 20 us, which is the default

// ---- Facts and findings ----------------------------------------------------------------------

static const char *text_of(const struct subject *subject, const char *key) {
    const struct json_pair *fact = document_find_fact(subject->doc, key);
    return fact && fact->text ? fact->text : "";
}

static double number_of(const struct subject *subject, const char *key) {
    const struct json_pair *fact = document_find_fact(subject->doc, key);
    return fact && !fact->text ? fact->number : NAN;
}

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool has_cpu(const char *list, int cpu) {
    struct cpuset set;
    return cpuset_parse(&set, list) && cpuset_has(&set, cpu);
}

// `text` is taken.
static bool found_as(struct finding *found, enum note_level level, char *text) {
    found->level = (int)level;
    found->text = text;
    return true;
}

static void advise(struct finding *found, const char *fix) { found->fix = mem_text(fix); }

// "always [madvise] never" holds madvise.
static char *value_in(const char *text) {
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    return close ? mem_printf("%.*s", (int)(close - open - 1), open + 1) : mem_text(text);
}

// False where there is no such file: then the fix is another.
static bool would_write(struct finding *found, const struct subject *subject, const char *wanted,
                        char *path) {
    char now[256];
    if (!sysfile_peek(subject->root, now, sizeof now, "%s", path)) {
        free(path);
        return false;
    }
    found->setting = (struct setting){path, value_in(now), mem_text(wanted)};
    found->fix = mem_printf("echo %s | sudo tee %s", wanted, path);
    return true;
}

static char *cpu_path(const struct subject *subject, const char *rest) {
    return mem_printf("/sys/devices/system/cpu/cpu%d/%s", subject->cpu, rest);
}

// ---- What else runs here ---------------------------------------------------------------------

static bool look_tracer(const struct subject *subject, struct finding *found) {
    const char *who = text_of(subject, "traced");
    if (strcmp(who, "no") == 0)
        return false;
    bool is_emulator = strncmp(who, "emulator", strlen("emulator")) == 0;
    advise(found, is_emulator ? "measure on a machine of that kind" : "run without it");
    return found_as(found, NOTE_WARNING,
                    mem_printf(is_emulator ? "running in an %s: times say nothing about a CPU"
                                           : "running under a %s: times include its work",
                               who));
}

static bool look_emulated(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "cpu.hypervisor"), CPUIDENT_EMULATED) != 0)
        return false;
    advise(found, "measure on a machine of that kind");
    return found_as(found, NOTE_WARNING,
                    mem_text("running in an emulator (the whole machine): times say nothing about "
                             "a CPU"));
}

static bool look_preload(const struct subject *subject, struct finding *found) {
    const char *names = text_of(subject, "allocator");
    if (strcmp(names, "system") == 0)
        return false;
    bool is_valgrind = strstr(names, "vgpreload");
    advise(found, is_valgrind ? "run without it" : "unset it, or set it for both sides");
    return found_as(
        found, NOTE_WARNING,
        is_valgrind ? mem_text("running under valgrind: times say nothing about the CPU")
                    : mem_printf("LD_PRELOAD is set (%s): preloaded code is measured too", names));
}

// The CPU that is measured is kept busy all the time.
static bool look_quota(const struct subject *subject, struct finding *found) {
    double cpus = number_of(subject, "cgroup.quota");
    double times = number_of(subject, "cgroup.throttled_count");
    if (isnan(cpus) && !(times > 0))
        return false;
    bool is_too_small = cpus < 1;
    char *limit = isnan(cpus) ? mem_text("a limit that cannot be seen from here")
                              : mem_printf("a limit of %.2f CPUs%s", cpus,
                                           is_too_small ? ", less than a benchmark uses" : "");
    char *stops = times > 0 ? mem_printf("was stopped by it %.0f times", times)
                            : mem_text("was not stopped by it");
    found_as(found, is_too_small ? NOTE_ERROR : NOTE_WARNING,
             mem_printf("this container or control group has %s, and %s so far", limit, stops));
    advise(found, "raise or remove it: docker update --cpus, CPUQuota= of a systemd unit, "
                  "resources.limits.cpu of a pod");
    free(limit);
    free(stops);
    return true;
}

static bool look_steal(const struct subject *subject, struct finding *found) {
    double percent = number_of(subject, "cpu.steal_percent");
    if (!(percent >= STEAL_PERCENT_MIN))
        return false;
    advise(found, "measure old and new together with 'tare gate', or use a host of your own");
    return found_as(found, NOTE_WARNING,
                    mem_printf("%.1f %% of the time of cpu %d was stolen since boot: neighbours "
                               "use this host",
                               percent, subject->cpu));
}

static bool look_pressure(const struct subject *subject, struct finding *found) {
    double percent = number_of(subject, "pressure_percent");
    if (!(percent >= PRESSURE_PERCENT_MIN))
        return false;
    advise(found, "stop other work, or wait until it is over");
    return found_as(found, NOTE_WARNING,
                    mem_printf("programs waited for a CPU during %.0f %% of the last 10 s: this "
                               "machine is busy",
                               percent));
}

// Only where the kernel does not measure who waits.
static bool look_load(const struct subject *subject, struct finding *found) {
    double load = number_of(subject, "load"), cpus = number_of(subject, "cpu.count");
    if (!isnan(number_of(subject, "pressure_percent")) || !(load > 0.5 * cpus))
        return false;
    advise(found, "stop other work, or wait until it is over");
    return found_as(found, NOTE_WARNING,
                    mem_printf("load %.2f on %.0f CPUs: this machine is busy", load, cpus));
}

static bool look_lost(const struct subject *subject, struct finding *found) {
    double percent = number_of(subject, "cpu.lost_percent");
    if (!(percent >= LOST_PERCENT_MIN))
        return false;
    advise(found, "stop what runs there, or choose another CPU with --cpu");
    return found_as(
        found, NOTE_WARNING,
        mem_printf("others took %.0f %% of cpu %d while it was tried", percent, subject->cpu));
}

static bool look_sharing(const struct subject *subject, struct finding *found) {
    double percent = number_of(subject, "cpu.shared_percent");
    if (!(percent > 0))
        return false;
    advise(found, "stop what runs there; if another guest does, measure old and new together with "
                  "'tare gate'");
    return found_as(found, NOTE_WARNING,
                    mem_printf("the core of cpu %d was shared in %.0f %% of the time that it was "
                               "tried: a program or another guest worked on its other hardware "
                               "thread",
                               subject->cpu, percent));
}

static bool look_siblings(const struct subject *subject, struct finding *found) {
    struct cpuset set;
    if (!cpuset_parse(&set, text_of(subject, "cpu.siblings")))
        return false;
    int other = cpuset_next(&set, -1);
    other = other == subject->cpu ? cpuset_next(&set, other) : other;
    if (other < 0)
        return false;
    if (!would_write(found, subject, "0",
                     mem_printf("/sys/devices/system/cpu/cpu%d/online", other)))
        advise(found, "keep it idle: taskset for other work");
    return found_as(found, NOTE_INFO,
                    mem_printf("cpu %d shares its core with cpu %d: what runs there slows it",
                               subject->cpu, other));
}

// ---- The clock that times are read from ------------------------------------------------------

// What was measured goes before what a name lets expect.
static bool look_clocksource(const struct subject *subject, struct finding *found) {
    static const char *const slow[] = {"hpet", "acpi_pm", "xen", "jiffies", "refined-jiffies",
                                       "pit",  NULL};
    const char *name = text_of(subject, "kernel.clocksource");
    double cost = number_of(subject, "clock.cost_ns");
    if (isnan(cost) ? !is_one_of(name, slow) : cost <= CLOCK_COST_NS_MAX)
        return false;
    bool has_tsc =
        strstr(text_of(subject, "kernel.clocksources"), "tsc") && strcmp(name, "tsc") != 0;
    if (!has_tsc ||
        !would_write(found, subject, "tsc",
                     mem_text("/sys/devices/system/clocksource/clocksource0/current_clocksource")))
        advise(found, "dmesg | grep -i clocksource says why the kernel uses no faster one");
    return found_as(
        found, NOTE_WARNING,
        isnan(cost) ? mem_printf("clocksource is '%s': each reading is a system call", name)
                    : mem_printf("a reading of the clock takes %.0f ns (clocksource '%s'): expect "
                                 "noise in short cases",
                                 cost, name));
}

static bool look_tick(const struct subject *subject, struct finding *found) {
    double tick = number_of(subject, "clock.tick_ns");
    if (!(tick > CLOCK_TICK_NS_MAX))
        return false;
    return found_as(
        found, NOTE_INFO,
        mem_printf("the clock ticks every %.0f ns: batches are made 1000 ticks long", tick));
}

// ---- The clock of the core -------------------------------------------------------------------

// The drivers that choose the clock themselves; their powersave is no slow clock by itself.
static bool look_energy(const struct subject *subject, struct finding *found) {
    static const char *const saving[] = {"power", "balance_power", NULL};
    const char *energy = text_of(subject, "cpu.energy");
    if (!is_one_of(energy, saving))
        return false;
    would_write(found, subject, "performance",
                cpu_path(subject, "cpufreq/energy_performance_preference"));
    return found_as(
        found, NOTE_INFO,
        mem_printf("cpu %d prefers '%s': its clock follows the load", subject->cpu, energy));
}

static bool look_governor(const struct subject *subject, struct finding *found) {
    static const struct {
        const char *governor, *what;
    } rows[] = {
        {"schedutil", "the clock follows the load"},
        {"ondemand", "the clock follows the load"},
        {"conservative", "the clock follows the load"},
        {"interactive", "the clock follows the load"},
        {"powersave", "the clock stays low"},
    };
    static const char *const own_choice[] = {"intel_pstate", "amd-pstate-epp", "amd_pstate_epp",
                                             NULL};
    const char *governor = text_of(subject, "cpu.governor"),
               *driver = text_of(subject, "cpu.driver");
    if (is_one_of(driver, own_choice))
        return look_energy(subject, found);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(governor, rows[i].governor) != 0)
            continue;
        would_write(found, subject, "performance", cpu_path(subject, "cpufreq/scaling_governor"));
        return found_as(found, NOTE_INFO,
                        mem_printf("governor '%s' on cpu %d (%s): %s", governor, subject->cpu,
                                   *driver ? driver : "driver not known", rows[i].what));
    }
    return false;
}

static bool look_turbo(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "cpu.boost"), "on") != 0)
        return false;
    if (!would_write(found, subject, "1",
                     mem_text("/sys/devices/system/cpu/intel_pstate/no_turbo")))
        would_write(found, subject, "0", mem_text("/sys/devices/system/cpu/cpufreq/boost"));
    return found_as(found, NOTE_INFO,
                    mem_text("turbo is on: the clock depends on heat and on what other cores do"));
}

static bool look_throttle(const struct subject *subject, struct finding *found) {
    double times = number_of(subject, "cpu.throttled_count");
    if (!(times > 0))
        return false;
    advise(found, "cool it, or turn turbo off");
    return found_as(found, NOTE_INFO,
                    mem_printf("heat or a power limit slowed cpu %d or its package %.0f times "
                               "since boot",
                               subject->cpu, times));
}

static bool look_battery(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "power.source"), "battery") != 0)
        return false;
    advise(found, "plug it in");
    return found_as(found, NOTE_WARNING, mem_text("running on battery: clocks are held down"));
}

static bool look_profile(const struct subject *subject, struct finding *found) {
    static const char *const saving[] = {"low-power", "cool", "quiet", NULL};
    const char *profile = text_of(subject, "power.profile");
    if (!is_one_of(profile, saving))
        return false;
    would_write(found, subject, "performance", mem_text("/sys/firmware/acpi/platform_profile"));
    return found_as(found, NOTE_WARNING,
                    mem_printf("the platform's profile is '%s': clocks are held down", profile));
}

static bool look_nohz(const struct subject *subject, struct finding *found) {
    static const char *const drivers[] = {"intel_pstate", "intel_cpufreq", NULL};
    if (!has_cpu(text_of(subject, "cpu.nohz_full"), subject->cpu) ||
        !is_one_of(text_of(subject, "cpu.driver"), drivers))
        return false;
    advise(found, "boot without nohz_full= for it, or with intel_pstate=disable");
    return found_as(
        found, NOTE_WARNING,
        mem_printf("nohz_full cpu %d with intel_pstate: its clock may stay low", subject->cpu));
}

// ---- Cores and memory ------------------------------------------------------------------------

static bool look_slow_class(const struct subject *subject, struct finding *found) {
    const char *name = text_of(subject, "cpu.core_class");
    static const char *const best[] = {"uniform", "performance", NULL};
    if (is_one_of(name, best))
        return false;
    advise(found, "choose a faster one with --cpu, or have it allowed here");
    return found_as(found, NOTE_WARNING,
                    mem_printf("cpu %d is a core of the kind '%s': not comparable with runs on "
                               "faster ones",
                               subject->cpu, name));
}

static bool look_classes(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "cpu.core_class"), "performance") != 0)
        return false;
    return found_as(found, NOTE_INFO,
                    mem_printf("the cores are of several kinds; measured is on cpu %d, of the "
                               "fastest",
                               subject->cpu));
}

static bool look_memory_node(const struct subject *subject, struct finding *found) {
    double node = number_of(subject, "numa.node");
    const char *allowed = text_of(subject, "numa.memory");
    if (isnan(node) || has_cpu(allowed, (int)node))
        return false;
    advise(found, "choose a CPU of that node with --cpu, or have memory of its own node allowed");
    return found_as(found, NOTE_WARNING,
                    mem_printf("cpu %d is on node %.0f, its memory comes from node %s",
                               subject->cpu, node, allowed));
}

static bool look_balancing(const struct subject *subject, struct finding *found) {
    struct cpuset nodes;
    if (!(number_of(subject, "kernel.numa_balancing") > 0) ||
        !cpuset_parse(&nodes, text_of(subject, "numa.nodes")) || cpuset_count(&nodes) < 2)
        return false;
    would_write(found, subject, "0", mem_text("/proc/sys/kernel/numa_balancing"));
    return found_as(found, NOTE_INFO,
                    mem_printf("NUMA balancing moves memory between %zu nodes while it is used",
                               cpuset_count(&nodes)));
}

static bool look_layout(const struct subject *subject, struct finding *found) {
    bool is_off = number_of(subject, "kernel.aslr") == 0;
    if (!is_off && strcmp(text_of(subject, "process.layout"), "fixed") != 0)
        return false;
    if (!is_off ||
        !would_write(found, subject, "2", mem_text("/proc/sys/kernel/randomize_va_space")))
        advise(found, "start it without setarch -R or debugger");
    return found_as(found, NOTE_INFO,
                    mem_text("addresses are not randomised: all launches have one memory layout, "
                             "so that luck with it does not average out"));
}

static bool look_thp(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "kernel.thp"), "always") != 0)
        return false;
    would_write(found, subject, "madvise", mem_text("/sys/kernel/mm/transparent_hugepage/enabled"));
    return found_as(found, NOTE_INFO,
                    mem_text("transparent huge pages are 'always': whether large buffers get them "
                             "is luck, launch by launch"));
}

// ---- Counters --------------------------------------------------------------------------------

static bool look_counters(const struct subject *subject, struct finding *found) {
    const struct perf_state *perf = subject->perf;
    if (!perf || perf->kind == PERF_OK || perf->kind == PERF_DEAD)
        return false;
    bool is_level = perf->kind == PERF_FORBIDDEN && number_of(subject, "kernel.perf_paranoid") > 2;
    if (!is_level ||
        !would_write(found, subject, "2", mem_text("/proc/sys/kernel/perf_event_paranoid")))
        advise(found, perf->fix);
    return found_as(found, NOTE_INFO, mem_text(perf->text));
}

static bool look_dead_counter(const struct subject *subject, struct finding *found) {
    const struct perf_state *perf = subject->perf;
    if (!perf || perf->kind != PERF_DEAD)
        return false;
    advise(found, perf->fix);
    return found_as(found, NOTE_WARNING, mem_text(perf->text));
}

static bool look_watchdog(const struct subject *subject, struct finding *found) {
    if (strcmp(text_of(subject, "kernel.nmi_watchdog"), "on") != 0)
        return false;
    would_write(found, subject, "0", mem_text("/proc/sys/kernel/nmi_watchdog"));
    return found_as(found, NOTE_INFO,
                    mem_text("the NMI watchdog holds one hardware counter: fewer events fit into "
                             "one pass"));
}

static bool look_vm(const struct subject *subject, struct finding *found) {
    static const char *const other[] = {"none", CPUIDENT_EMULATED, NULL};
    const char *name = text_of(subject, "cpu.hypervisor");
    if (is_one_of(name, other))
        return false;
    advise(found, "to gate on times, measure old and new together with 'tare gate'");
    return found_as(found, NOTE_INFO,
                    mem_printf("running in a VM (%s): a neighbour can slow it", name));
}

// ---- The table -------------------------------------------------------------------------------

static const struct check {
    const char *id;
    const char *facts[2]; // that it cannot do without
    enum examine_when when;
    bool (*look)(const struct subject *subject, struct finding *found);
} checks[] = {
    {"traced", {"traced"}, EXAMINE_EACH_RUN, look_tracer},
    {"traced", {"cpu.hypervisor"}, EXAMINE_EACH_RUN, look_emulated},
    {"traced", {"allocator"}, EXAMINE_EACH_RUN, look_preload},
    {"quota", {"cgroup.quota"}, EXAMINE_DOCTOR, look_quota},
    {"steal", {"cpu.steal_percent"}, EXAMINE_DOCTOR, look_steal},
    {"load", {"pressure_percent"}, EXAMINE_DOCTOR, look_pressure},
    {"load", {"load"}, EXAMINE_DOCTOR, look_load},
    {"cpu-shared", {"cpu.lost_percent"}, EXAMINE_DOCTOR, look_lost},
    {"smt-busy", {"cpu.shared_percent"}, EXAMINE_DOCTOR, look_sharing},
    {"smt-busy", {"cpu.siblings"}, EXAMINE_DOCTOR, look_siblings},
    {"clocksrc", {"kernel.clocksource"}, EXAMINE_EACH_RUN, look_clocksource},
    {"timer-res", {"clock.tick_ns"}, EXAMINE_DOCTOR, look_tick},
    {"governor", {"cpu.governor"}, EXAMINE_WITH_DRIFT, look_governor},
    {"turbo", {"cpu.boost"}, EXAMINE_WITH_DRIFT, look_turbo},
    {"throttle", {"cpu.throttled_count"}, EXAMINE_DOCTOR, look_throttle},
    {"battery", {"power.source"}, EXAMINE_EACH_RUN, look_battery},
    {"battery", {"power.profile"}, EXAMINE_EACH_RUN, look_profile},
    {"nohz", {"cpu.nohz_full"}, EXAMINE_EACH_RUN, look_nohz},
    {"hybrid", {"cpu.core_class"}, EXAMINE_EACH_RUN, look_slow_class},
    {"hybrid", {"cpu.core_class"}, EXAMINE_DOCTOR, look_classes},
    {"numa", {"numa.memory"}, EXAMINE_EACH_RUN, look_memory_node},
    {"numa", {"kernel.numa_balancing"}, EXAMINE_DOCTOR, look_balancing},
    {"aslr", {"process.layout"}, EXAMINE_EACH_RUN, look_layout},
    {"thp", {"kernel.thp"}, EXAMINE_DOCTOR, look_thp},
    {"ctr-none", {"counters"}, EXAMINE_DOCTOR, look_counters},
    {"ctr-zero", {"counters.instructions"}, EXAMINE_DOCTOR, look_dead_counter},
    {"ctr-mux", {"counters.instructions", "kernel.nmi_watchdog"}, EXAMINE_DOCTOR, look_watchdog},
    {"vm", {"cpu.hypervisor"}, EXAMINE_EACH_RUN, look_vm},
};

const size_t examine_count = sizeof checks / sizeof *checks;

const char *examine_id(size_t check) { return checks[check].id; }

const char *examine_missing(size_t check, const struct document *doc) {
    for (size_t i = 0; i < 2 && checks[check].facts[i]; i++)
        if (!document_find_fact(doc, checks[check].facts[i]))
            return checks[check].facts[i];
    return NULL;
}

enum examine_answer examine(size_t check, const struct subject *subject, struct finding *found) {
    *found = (struct finding){0};
    if (examine_missing(check, subject->doc))
        return EXAMINE_UNKNOWN;
    if (!checks[check].look(subject, found))
        return EXAMINE_FINE;
    found->id = mem_text(checks[check].id);
    return EXAMINE_FOUND;
}

void finding_release(struct finding *finding) {
    free(finding->id);
    free(finding->text);
    free(finding->fix);
    free(finding->setting.path);
    free(finding->setting.now);
    free(finding->setting.wanted);
    *finding = (struct finding){0};
}

void examine_note(struct document *doc, const char *root, int cpu, enum examine_when when,
                  enum note_level level) {
    const struct subject subject = {.doc = doc, .root = root, .cpu = cpu};
    for (size_t i = 0; i < examine_count; i++) {
        struct finding found;
        if (checks[i].when != when || examine(i, &subject, &found) != EXAMINE_FOUND)
            continue;
        document_note(doc, found.level > (int)level ? (enum note_level)found.level : level,
                      found.id, NULL, "%s%s%s", found.text, found.fix ? "; " : "",
                      found.fix ? found.fix : "");
        finding_release(&found);
    }
}
