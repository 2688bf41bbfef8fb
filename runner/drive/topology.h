// SPDX-License-Identifier: MIT
// Which CPUs are of one kind, which share a core, which are kept free: what sysfs says.
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include <stddef.h>

#include "cpuset.h"

#define TOPOLOGY_CLASSES_MAX 3

// A kind of core. "uniform" where all are alike, else "performance", "middle", "efficiency".
struct topology_class {
    const char *name;
    struct cpuset cpus;
};

struct topology {
    struct topology_class classes[TOPOLOGY_CLASSES_MAX]; // fastest first
    int class_count;                                     // 0: sysfs does not say
    struct cpuset isolated;                              // isolcpus=
};

void topology_read(struct topology *topology, const char *root);

// The CPU's index into `classes`, or -1 when not known.
int topology_rank(const struct topology *topology, int cpu);

// The lowest of the CPUs that share a core with this one: itself when sysfs does not say.
int topology_core(const char *root, int cpu);

// Sorts CPUs into classes by speed, any unit: a class is what reaches 9 tenths of its fastest
// member, the third takes the rest. The favoured cores that are a few percent faster than their
// like (Turbo Boost Max, preferred cores) so stay in one class with them.
void topology_classify(struct topology *topology, const int *cpus, const double *speeds,
                       size_t count);

#endif
