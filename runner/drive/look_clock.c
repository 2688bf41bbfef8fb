// SPDX-License-Identifier: MIT
// The clock that times are read from, and the clock of the core.

#include "looks.h"

#include "mem.h"

#include <math.h>
#include <string.h>

#define CLOCK_COST_NS_MAX 100 // through the vDSO 20 to 60 ns; a system call takes more
#define CLOCK_TICK_NS_MAX 20  // 1000 of them are a batch of 20 us, which is the default

// ---- The clock that times are read from ------------------------------------------------------

// What was measured goes before what a name lets expect.
bool look_clocksource(const struct subject *subject, struct finding *found) {
    static const char *const slow[] = {"hpet", "acpi_pm", "xen", "jiffies", "refined-jiffies",
                                       "pit",  NULL};
    const char *name = look_text(subject, "kernel.clocksource");
    double cost = look_number(subject, "clock.cost_ns");
    if (isnan(cost) ? !look_is_one_of(name, slow) : cost <= CLOCK_COST_NS_MAX)
        return false;
    bool has_tsc =
        strstr(look_text(subject, "kernel.clocksources"), "tsc") && strcmp(name, "tsc") != 0;
    if (!has_tsc ||
        !look_setting(found, subject, "tsc",
                      mem_text("/sys/devices/system/clocksource/clocksource0/current_clocksource")))
        look_advise(found, "dmesg | grep -i clocksource says why the kernel uses no faster one");
    return look_found(
        found, NOTE_WARNING,
        isnan(cost) ? mem_printf("clocksource is '%s': each reading is a system call", name)
                    : mem_printf("a reading of the clock takes %.0f ns (clocksource '%s'): expect "
                                 "noise in short cases",
                                 cost, name));
}

bool look_tick(const struct subject *subject, struct finding *found) {
    double tick = look_number(subject, "clock.tick_ns");
    if (!(tick > CLOCK_TICK_NS_MAX))
        return false;
    return look_found(
        found, NOTE_INFO,
        mem_printf("the clock ticks every %.0f ns: batches are made 1000 ticks long", tick));
}

// ---- The clock of the core -------------------------------------------------------------------

// The drivers that choose the clock themselves; their powersave is no slow clock by itself.
static bool look_energy(const struct subject *subject, struct finding *found) {
    static const char *const saving[] = {"power", "balance_power", NULL};
    const char *energy = look_text(subject, "cpu.energy");
    if (!look_is_one_of(energy, saving))
        return false;
    look_setting(found, subject, "performance",
                 look_cpu_path(subject, "cpufreq/energy_performance_preference"));
    return look_found(
        found, NOTE_INFO,
        mem_printf("cpu %d prefers '%s': its clock follows the load", subject->cpu, energy));
}

bool look_governor(const struct subject *subject, struct finding *found) {
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
    const char *governor = look_text(subject, "cpu.governor"),
               *driver = look_text(subject, "cpu.driver");
    if (look_is_one_of(driver, own_choice))
        return look_energy(subject, found);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(governor, rows[i].governor) != 0)
            continue;
        look_setting(found, subject, "performance",
                     look_cpu_path(subject, "cpufreq/scaling_governor"));
        return look_found(found, NOTE_INFO,
                          mem_printf("governor '%s' on cpu %d (%s): %s", governor, subject->cpu,
                                     *driver ? driver : "driver not known", rows[i].what));
    }
    return false;
}

bool look_turbo(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "cpu.boost"), "on") != 0)
        return false;
    if (!look_setting(found, subject, "1",
                      mem_text("/sys/devices/system/cpu/intel_pstate/no_turbo")))
        look_setting(found, subject, "0", mem_text("/sys/devices/system/cpu/cpufreq/boost"));
    return look_found(
        found, NOTE_INFO,
        mem_text("turbo is on: the clock depends on heat and on what other cores do"));
}

bool look_throttle(const struct subject *subject, struct finding *found) {
    double times = look_number(subject, "cpu.throttled_count");
    if (!(times > 0))
        return false;
    look_advise(found, "cool it, or turn turbo off");
    return look_found(found, NOTE_INFO,
                      mem_printf("heat or a power limit slowed cpu %d or its package %.0f times "
                                 "since boot",
                                 subject->cpu, times));
}

bool look_battery(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "power.source"), "battery") != 0)
        return false;
    look_advise(found, "plug it in");
    return look_found(found, NOTE_WARNING, mem_text("running on battery: clocks are held down"));
}

bool look_profile(const struct subject *subject, struct finding *found) {
    static const char *const saving[] = {"low-power", "cool", "quiet", NULL};
    const char *profile = look_text(subject, "power.profile");
    if (!look_is_one_of(profile, saving))
        return false;
    look_setting(found, subject, "performance", mem_text("/sys/firmware/acpi/platform_profile"));
    return look_found(found, NOTE_WARNING,
                      mem_printf("the platform's profile is '%s': clocks are held down", profile));
}

bool look_nohz(const struct subject *subject, struct finding *found) {
    static const char *const drivers[] = {"intel_pstate", "intel_cpufreq", NULL};
    if (!look_has_cpu(look_text(subject, "cpu.nohz_full"), subject->cpu) ||
        !look_is_one_of(look_text(subject, "cpu.driver"), drivers))
        return false;
    look_advise(found, "boot without nohz_full= for it, or with intel_pstate=disable");
    return look_found(
        found, NOTE_WARNING,
        mem_printf("nohz_full cpu %d with intel_pstate: its clock may stay low", subject->cpu));
}
