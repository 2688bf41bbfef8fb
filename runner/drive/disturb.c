// SPDX-License-Identifier: MIT
// Compares two looks at /proc/stat, /proc/pressure and the control group, and says what they mean.

#include "disturb.h"

#include "cpuset.h"
#include "document.h"
#include "sysfile.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Below this a tick more or less, 1 % of a second, would be the whole result.
#define RUN_S_MIN 1.0

// From here on worth a line: well above what an idle machine's own housekeeping shows.
#define STEAL_MIN    0.01
#define FOREIGN_MIN  0.05
#define PRESSURE_MIN 0.10
#define BESIDE_MIN   0.10

static bool ticks_parse(struct disturb_ticks *ticks, const char *stat, int cpu) {
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, KINDS };
    uint64_t spent[KINDS], total = 0;
    char key[24], text[256];
    snprintf(key, sizeof key, "cpu%d", cpu);
    if (!sysfile_line(stat, key, text, sizeof text) ||
        sscanf(text,
               "%" SCNu64 "%" SCNu64 "%" SCNu64 "%" SCNu64 "%" SCNu64 "%" SCNu64 "%" SCNu64
               "%" SCNu64,
               &spent[USER], &spent[NICE], &spent[SYSTEM], &spent[IDLE], &spent[IOWAIT],
               &spent[IRQ], &spent[SOFTIRQ], &spent[STEAL]) != KINDS)
        return false;
    for (int i = 0; i < KINDS; i++)
        total += spent[i];
    ticks->steal = spent[STEAL];
    ticks->busy = total - spent[IDLE] - spent[IOWAIT] - spent[STEAL];
    ticks->total = total;
    return true;
}

static bool pressure_parse(uint64_t *pressure_us, const char *text) {
    return sscanf(text, "some avg10=%*f avg60=%*f avg300=%*f total=%" SCNu64, pressure_us) == 1;
}

static int find_sibling(const char *root, int cpu) {
    char text[CPUSET_TEXT_SIZE];
    struct cpuset set;
    if (!sysfile_peek(root, text, sizeof text,
                      "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu) ||
        !cpuset_parse(&set, text))
        return -1;
    int first = cpuset_next(&set, -1);
    return first == cpu ? cpuset_next(&set, cpu) : first;
}

// The core's own count and its package's, where the kernel keeps them.
static bool heat_read(uint64_t *heat, const char *root, int cpu) {
    static const char *const parts[] = {"core", "package"};
    bool is_known = false;
    *heat = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint64_t count;
        if (!sysfile_count(root, &count,
                           "/sys/devices/system/cpu/cpu%d/thermal_throttle/%s_throttle_count", cpu,
                           parts[i]))
            continue;
        *heat += count;
        is_known = true;
    }
    return is_known;
}

void disturb_read(struct disturb *disturb, const char *root, int cpu) {
    char pressure[256];
    *disturb = (struct disturb){.sibling = find_sibling(root, cpu)};
    char *stat = sysfile_read(root, "/proc/stat");
    disturb->ticks.is_known = stat && ticks_parse(&disturb->ticks, stat, cpu);
    disturb->sibling_ticks.is_known =
        stat && ticks_parse(&disturb->sibling_ticks, stat, disturb->sibling);
    free(stat);
    disturb->has_pressure = sysfile_peek(root, pressure, sizeof pressure, "/proc/pressure/cpu") &&
                            pressure_parse(&disturb->pressure_us, pressure);
    disturb->has_heat = heat_read(&disturb->heat, root, cpu);
    cgroup_read(&disturb->cgroup, root);
}

// A counter that fell is not one to believe.
static double rise(uint64_t before, uint64_t after) {
    return after >= before ? (double)(after - before) : NAN;
}

static double at_least_zero(double share) { return share < 0 ? 0 : share; }

// Of our own work, as much as can be was on our CPU; the rest may have been on its sibling.
static double diff_beside(const struct disturb *before, const struct disturb *after,
                          double own_ticks, double total) {
    if (!before->sibling_ticks.is_known || !after->sibling_ticks.is_known)
        return NAN;
    double own_elsewhere = at_least_zero(own_ticks - rise(before->ticks.busy, after->ticks.busy));
    double busy = rise(before->sibling_ticks.busy, after->sibling_ticks.busy);
    return at_least_zero((busy - own_elsewhere) / total);
}

static void diff_ticks(struct disturb_change *change, const struct disturb *before,
                       const struct disturb *after, double own_s) {
    double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
    double total = rise(before->ticks.total, after->ticks.total);
    if (!before->ticks.is_known || !after->ticks.is_known) {
        change->reason = "/proc/stat does not list the CPU";
    } else if (!(total >= RUN_S_MIN * ticks_per_s)) {
        change->reason = "the run was shorter than the second that /proc/stat needs";
    } else {
        change->steal = rise(before->ticks.steal, after->ticks.steal) / total;
        change->foreign = at_least_zero(
            (rise(before->ticks.busy, after->ticks.busy) - own_s * ticks_per_s) / total);
        change->beside = diff_beside(before, after, own_s * ticks_per_s, total);
        if (before->has_pressure && after->has_pressure)
            change->pressure =
                rise(before->pressure_us, after->pressure_us) * 1e-6 * ticks_per_s / total;
    }
}

struct disturb_change disturb_diff(const struct disturb *before, const struct disturb *after,
                                   double own_s) {
    struct disturb_change change = {.steal = NAN,
                                    .foreign = NAN,
                                    .pressure = NAN,
                                    .beside = NAN,
                                    .sibling = after->sibling,
                                    .quota_cpus = after->cgroup.quota_cpus};
    diff_ticks(&change, before, after, own_s);
    if (after->cgroup.throttled > before->cgroup.throttled) {
        change.throttled = after->cgroup.throttled - before->cgroup.throttled;
        change.throttled_us = after->cgroup.throttled_us - before->cgroup.throttled_us;
    }
    if (before->has_heat && after->heat > before->heat)
        change.heat = after->heat - before->heat;
    return change;
}

static void note_quota(struct document *doc, const struct disturb_change *change) {
    char limit[48] = "a limit that it cannot see";
    if (isfinite(change->quota_cpus))
        snprintf(limit, sizeof limit, "its limit of %.2f CPUs", change->quota_cpus);
    if (change->throttled > 0)
        document_note(doc, NOTE_ERROR, "quota", NULL,
                      "the container was throttled %" PRIu64 " times, %.2f s in all, by %s: times "
                      "include the waiting; raise the limit",
                      change->throttled, (double)change->throttled_us * 1e-6, limit);
    else if (isfinite(change->quota_cpus))
        document_note(doc, NOTE_WARNING, "quota", NULL,
                      "the container was not throttled in this run, but can be, by %s: raise or "
                      "remove it",
                      limit);
}

void disturb_note(struct document *doc, const struct disturb_change *change, int cpu) {
    if (change->reason)
        document_note(doc, NOTE_INFO, "steal", NULL,
                      "steal and others' use of cpu %d not checked: %s", cpu, change->reason);
    if (change->steal >= STEAL_MIN)
        document_note(doc, NOTE_WARNING, "steal", NULL,
                      "%.1f %% steal on cpu %d: a neighbour is using this host",
                      change->steal * 100, cpu);
    if (change->foreign >= FOREIGN_MIN)
        document_note(doc, NOTE_WARNING, "cpu-shared", NULL,
                      "cpu %d spent %.0f %% of the run on other programs: stop them, or choose "
                      "another with --cpu",
                      cpu, change->foreign * 100);
    if (change->beside >= BESIDE_MIN)
        document_note(doc, NOTE_WARNING, "smt-busy", NULL,
                      "cpu %d, which shares its core with cpu %d, was %.0f %% busy with other "
                      "programs: keep it idle, or choose another core with --cpu",
                      change->sibling, cpu, change->beside * 100);
    if (change->pressure >= PRESSURE_MIN)
        document_note(doc, NOTE_WARNING, "load", NULL,
                      "programs waited for a CPU during %.0f %% of the run: this machine is busy",
                      change->pressure * 100);
    if (change->heat)
        document_note(doc, NOTE_WARNING, "throttle", NULL,
                      "heat or a power limit slowed cpu %d or its package %" PRIu64
                      " times during the run: cool it, or fix a lower clock (tare doctor)",
                      cpu, change->heat);
    note_quota(doc, change);
}
