// SPDX-License-Identifier: MIT
// What happened to the calling thread: faults, preemption, waiting. Counts since its start.
#ifndef SELFSTAT_H
#define SELFSTAT_H

#include <stdint.h>

struct selfstat {
    uint64_t faults_minor;
    uint64_t faults_major;
    uint64_t preempted;  // involuntary context switches
    uint64_t delayed_ns; // ready to run and not running; 0 for ever where the kernel does not say
};

// Opens the calling thread's schedstat; -1 where there is none. Close with close().
int selfstat_open(void);

// Two system calls, about 1 us; allocates nothing.
struct selfstat selfstat_read(int schedstat_fd);

// How much of the process's memory is in huge pages now, in bytes; NaN where the kernel does not
// say. Walks through all of it: microseconds for each megabyte.
double selfstat_huge_bytes(void);

// total += after - before
void selfstat_add(struct selfstat *total, const struct selfstat *before,
                  const struct selfstat *after);

#endif
