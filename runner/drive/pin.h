// SPDX-License-Identifier: MIT
// Chooses CPUs for a worker, the quietest first, and ties threads to them.
#ifndef PIN_H
#define PIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpuset.h"
#include "errmsg.h"

#define PIN_MEASURED_MAX 16

struct pin_cpu {
    int cpu;
    int class_rank;   // 0: the fastest kind of core, or not known
    int core;         // the lowest CPU of its core: SMT siblings share it
    bool is_isolated; // kept free by isolcpus=
    double lost;      // share of the time that others took while we spun on it; NaN: not measured
    int turn;         // how many of its core stand before it, set by pin_rank
};

// CPUs to choose from, best first. Never empty after pin_init.
struct pin {
    struct pin_cpu *cpus;
    size_t count;
};

// What this thread may use: cpuset, taskset and so on. Refuses kernels with more than CPUSET_CPUS.
bool pin_allowed(struct cpuset *allowed, struct errmsg *why);

// The CPUs allowed here, or those of the list `wanted` ("3", "2-5", as the user gave it; NULL:
// all), which must be allowed. Spins 10 ms on each of the first PIN_MEASURED_MAX; the thread's
// affinity is afterwards what it was. `root` is for topology, as in machine_read. Release with
// pin_release.
bool pin_init(struct pin *pin, const char *root, const char *wanted, struct errmsg *why);
void pin_release(struct pin *pin);

// Spins on the CPU where the thread is: the share of the time that others took.
double pin_lost(uint64_t spin_ns);

// Best first: fastest class; one CPU of each core before their siblings; lost less (steps of 1 %);
// isolated; not CPU 0, where interrupts tend to go; lowest number.
void pin_rank(struct pin_cpu *cpus, size_t count);

// The first `threads` CPUs of the first one's class into `cpus`. Pure: the same set each time.
bool pin_choose(const struct pin *pin, size_t threads, int *cpus, struct errmsg *why);

// Ties the calling thread to these CPUs and reads the affinity back. On false the thread is where
// it was. Allocates nothing: fit for a child between fork and exec.
bool pin_set(const int *cpus, size_t count, struct errmsg *why);

#endif
