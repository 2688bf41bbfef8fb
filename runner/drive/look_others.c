// SPDX-License-Identifier: MIT
// What else runs on a machine, and what it takes: tracers, limits, neighbours.

#include "looks.h"

#include "cpuident.h"
#include "cpuset.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEAL_PERCENT_MIN    1.0
#define PRESSURE_PERCENT_MIN 10.0
#define LOST_PERCENT_MIN     5.0

bool look_tracer(const struct subject *subject, struct finding *found) {
    const char *who = look_text(subject, "traced");
    if (strcmp(who, "no") == 0)
        return false;
    bool is_emulator = strncmp(who, "emulator", strlen("emulator")) == 0;
    look_advise(found, is_emulator ? "measure on a machine of that kind" : "run without it");
    return look_found(found, NOTE_WARNING,
                      mem_printf(is_emulator ? "running in an %s: times say nothing about a CPU"
                                             : "running under a %s: times include its work",
                                 who));
}

bool look_emulated(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "cpu.hypervisor"), CPUIDENT_EMULATED) != 0)
        return false;
    look_advise(found, "measure on a machine of that kind");
    return look_found(
        found, NOTE_WARNING,
        mem_text("running in an emulator (the whole machine): times say nothing about "
                 "a CPU"));
}

bool look_preload(const struct subject *subject, struct finding *found) {
    const char *names = look_text(subject, "allocator");
    if (strcmp(names, "system") == 0)
        return false;
    bool is_valgrind = strstr(names, "vgpreload");
    look_advise(found, is_valgrind ? "run without it" : "unset it, or set it for both sides");
    return look_found(
        found, NOTE_WARNING,
        is_valgrind ? mem_text("running under valgrind: times say nothing about the CPU")
                    : mem_printf("LD_PRELOAD is set (%s): preloaded code is measured too", names));
}

// The CPU that is measured is kept busy all the time.
bool look_quota(const struct subject *subject, struct finding *found) {
    double cpus = look_number(subject, "cgroup.quota");
    double times = look_number(subject, "cgroup.throttled_count");
    if (isnan(cpus) && !(times > 0))
        return false;
    bool is_too_small = cpus < 1;
    char *limit = isnan(cpus) ? mem_text("a limit that cannot be seen from here")
                              : mem_printf("a limit of %.2f CPUs%s", cpus,
                                           is_too_small ? ", less than a benchmark uses" : "");
    char *stops = times > 0 ? mem_printf("was stopped by it %.0f times", times)
                            : mem_text("was not stopped by it");
    look_found(found, is_too_small ? NOTE_ERROR : NOTE_WARNING,
               mem_printf("this container or control group has %s, and %s so far", limit, stops));
    look_advise(found, "raise or remove it: docker update --cpus, CPUQuota= of a systemd unit, "
                       "resources.limits.cpu of a pod");
    free(limit);
    free(stops);
    return true;
}

bool look_steal(const struct subject *subject, struct finding *found) {
    double percent = look_number(subject, "cpu.steal_percent");
    if (!(percent >= STEAL_PERCENT_MIN))
        return false;
    look_advise(found, "measure old and new together with 'tare gate', or use a host of your own");
    return look_found(found, NOTE_WARNING,
                      mem_printf("%.1f %% of the time of cpu %d was stolen since boot: neighbours "
                                 "use this host",
                                 percent, subject->cpu));
}

bool look_pressure(const struct subject *subject, struct finding *found) {
    double percent = look_number(subject, "pressure_percent");
    if (!(percent >= PRESSURE_PERCENT_MIN))
        return false;
    look_advise(found, "stop other work, or wait until it is over");
    return look_found(found, NOTE_WARNING,
                      mem_printf("programs waited for a CPU during %.0f %% of the last 10 s: this "
                                 "machine is busy",
                                 percent));
}

// Only where the kernel does not measure who waits.
bool look_load(const struct subject *subject, struct finding *found) {
    double load = look_number(subject, "load"), cpus = look_number(subject, "cpu.count");
    if (!isnan(look_number(subject, "pressure_percent")) || !(load > 0.5 * cpus))
        return false;
    look_advise(found, "stop other work, or wait until it is over");
    return look_found(found, NOTE_WARNING,
                      mem_printf("load %.2f on %.0f CPUs: this machine is busy", load, cpus));
}

bool look_lost(const struct subject *subject, struct finding *found) {
    double percent = look_number(subject, "cpu.lost_percent");
    if (!(percent >= LOST_PERCENT_MIN))
        return false;
    look_advise(found, "stop what runs there, or choose another CPU with --cpu");
    return look_found(
        found, NOTE_WARNING,
        mem_printf("others took %.0f %% of cpu %d while it was tried", percent, subject->cpu));
}

bool look_sharing(const struct subject *subject, struct finding *found) {
    double percent = look_number(subject, "cpu.shared_percent");
    if (!(percent > 0))
        return false;
    look_advise(found,
                "stop what runs there; if another guest does, measure old and new together with "
                "'tare gate'");
    return look_found(found, NOTE_WARNING,
                      mem_printf("the core of cpu %d was shared in %.0f %% of the time that it was "
                                 "tried: a program or another guest worked on its other hardware "
                                 "thread",
                                 subject->cpu, percent));
}

bool look_siblings(const struct subject *subject, struct finding *found) {
    struct cpuset set;
    if (!cpuset_parse(&set, look_text(subject, "cpu.siblings")))
        return false;
    int other = cpuset_next(&set, -1);
    other = other == subject->cpu ? cpuset_next(&set, other) : other;
    if (other < 0)
        return false;
    if (!look_setting(found, subject, "0",
                      mem_printf("/sys/devices/system/cpu/cpu%d/online", other)))
        look_advise(found, "keep it idle: taskset for other work");
    return look_found(found, NOTE_INFO,
                      mem_printf("cpu %d shares its core with cpu %d: what runs there slows it",
                                 subject->cpu, other));
}

bool look_vm(const struct subject *subject, struct finding *found) {
    static const char *const other[] = {"none", CPUIDENT_EMULATED, NULL};
    const char *name = look_text(subject, "cpu.hypervisor");
    if (look_is_one_of(name, other))
        return false;
    look_advise(found, "to gate on times, measure old and new together with 'tare gate'");
    return look_found(found, NOTE_INFO,
                      mem_printf("running in a VM (%s): a neighbour can slow it", name));
}
