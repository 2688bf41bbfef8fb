// SPDX-License-Identifier: MIT
// What disturbed a run, from two looks at the kernel's counters, before it and after it.
#ifndef DISTURB_H
#define DISTURB_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup.h"

struct document;

// The kernel's clock ticks on one CPU since boot.
struct disturb_ticks {
    bool is_known;
    uint64_t busy, steal, total;
};

struct disturb {
    struct disturb_ticks ticks;
    bool has_pressure;
    uint64_t pressure_us; // some task waited for a CPU, anywhere on the machine
    bool has_heat;
    uint64_t heat; // times that heat or a power limit slowed our CPU or its package, since boot
    int sibling;   // the lowest of the other CPUs of our core; -1: none, or not known
    struct disturb_ticks sibling_ticks;
    struct cgroup cgroup;
};

// Shares are of the run's time; NaN: not known, `reason` says why.
struct disturb_change {
    double steal;    // taken from our CPU by the hypervisor
    double foreign;  // our CPU busy with others' work
    double pressure; // some task waited for a CPU
    double beside;   // the sibling busy with others' work
    int sibling;
    const char *reason;
    double quota_cpus;     // INFINITY: none, or not known
    uint64_t throttled;    // times during the run
    uint64_t throttled_us; // in total
    uint64_t heat;         // times that heat or a power limit slowed the CPU
};

// `root` as in machine_read; `cpu` is the one that is measured.
void disturb_read(struct disturb *disturb, const char *root, int cpu);

// `own_s` is the CPU time, in seconds, that our own workers spent on that CPU between the two
// looks.
struct disturb_change disturb_diff(const struct disturb *before, const struct disturb *after,
                                   double own_s);

// Adds the notes `steal`, `cpu-shared`, `smt-busy`, `load`, `throttle` (warnings) and `quota`
// (warning; error when the run was throttled).
void disturb_note(struct document *doc, const struct disturb_change *change, int cpu);

#endif
