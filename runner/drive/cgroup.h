// SPDX-License-Identifier: MIT
// The CPU time that control groups allow this process, and how often they stopped it. v1 and v2.
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct cgroup {
    bool is_known;         // false: no cgroup file system to read
    double quota_cpus;     // the tightest limit of the group and those above it; INFINITY: none
    uint64_t throttled;    // how often, summed over these groups
    uint64_t throttled_us; // and for how long
};

void cgroup_read(struct cgroup *cgroup, const char *root);

#endif
