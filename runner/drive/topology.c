// SPDX-License-Identifier: MIT
// Reads kinds of cores, SMT siblings and isolated CPUs from sysfs.

#include "topology.h"

#include "mem.h"
#include "sysfile.h"

#include <assert.h>
#include <stdlib.h>

#define LIST_TEXT_SIZE 4096

static bool list_read(struct cpuset *set, const char *root, const char *path) {
    char text[LIST_TEXT_SIZE];
    return sysfile_peek(root, text, sizeof text, "%s", path) && cpuset_parse(set, text) &&
           cpuset_next(set, -1) >= 0;
}

// Hybrid x86: one PMU for each kind of core.
static bool classes_from_pmus(struct topology *topology, const char *root) {
    static const struct {
        const char *path, *name;
    } pmus[] = {
        {"/sys/devices/cpu_core/cpus", "performance"},
        {"/sys/devices/cpu_atom/cpus", "efficiency"},
    };
    for (size_t i = 0; i < sizeof pmus / sizeof *pmus; i++) {
        struct topology_class *next = &topology->classes[topology->class_count];
        if (list_read(&next->cpus, root, pmus[i].path)) {
            next->name = pmus[i].name;
            topology->class_count++;
        }
    }
    return topology->class_count > 0;
}

static double fastest(const double *speeds, size_t count) {
    double best = 0;
    for (size_t i = 0; i < count; i++)
        if (speeds[i] > best)
            best = speeds[i];
    return best;
}

void topology_classify(struct topology *topology, const int *cpus, const double *speeds,
                       size_t count) {
    static const char *const names[][TOPOLOGY_CLASSES_MAX] = {
        {"uniform"}, {"performance", "efficiency"}, {"performance", "middle", "efficiency"}};
    double *left = mem_zero(count, sizeof *left);
    int classes = 0;
    for (size_t i = 0; i < count; i++)
        left[i] = speeds[i];
    for (double best; classes < TOPOLOGY_CLASSES_MAX && (best = fastest(left, count)) > 0;) {
        double least = classes + 1 < TOPOLOGY_CLASSES_MAX ? 0.9 * best : 0;
        for (size_t i = 0; i < count; i++)
            if (left[i] > 0 && left[i] >= least) {
                cpuset_add(&topology->classes[classes].cpus, cpus[i]);
                left[i] = 0;
            }
        classes++;
    }
    free(left);
    topology->class_count = classes;
    for (int i = 0; i < classes; i++)
        topology->classes[i].name = names[classes - 1][i];
}

// `file` must be there for every CPU that is online, or it says nothing.
static bool classes_from_speeds(struct topology *topology, const char *root,
                                const struct cpuset *online, const char *file) {
    size_t count = cpuset_count(online), known = 0;
    int *cpus = mem_zero(count, sizeof *cpus);
    double *speeds = mem_zero(count, sizeof *speeds);
    for (int cpu = cpuset_next(online, -1); cpu >= 0; cpu = cpuset_next(online, cpu)) {
        uint64_t speed;
        if (!sysfile_count(root, &speed, "/sys/devices/system/cpu/cpu%d/%s", cpu, file) || !speed)
            break;
        cpus[known] = cpu;
        speeds[known++] = (double)speed;
    }
    if (known == count)
        topology_classify(topology, cpus, speeds, count);
    free(cpus);
    free(speeds);
    return topology->class_count > 0;
}

void topology_read(struct topology *topology, const char *root) {
    static const char *const files[] = {"cpu_capacity", "cpufreq/cpuinfo_max_freq"};
    struct cpuset online;
    *topology = (struct topology){0};
    list_read(&topology->isolated, root, "/sys/devices/system/cpu/isolated");
    if (classes_from_pmus(topology, root))
        return;
    if (!list_read(&online, root, "/sys/devices/system/cpu/online"))
        return;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (classes_from_speeds(topology, root, &online, files[i]))
            return;
}

int topology_rank(const struct topology *topology, int cpu) {
    for (int i = 0; i < topology->class_count; i++)
        if (cpuset_has(&topology->classes[i].cpus, cpu))
            return i;
    return -1;
}

int topology_core(const char *root, int cpu) {
    char text[LIST_TEXT_SIZE];
    struct cpuset siblings;
    bool known = sysfile_peek(root, text, sizeof text,
                              "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu) &&
                 cpuset_parse(&siblings, text) && cpuset_has(&siblings, cpu);
    return known ? cpuset_next(&siblings, -1) : cpu;
}
