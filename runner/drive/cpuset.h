// SPDX-License-Identifier: MIT
// A set of CPU numbers, in the kernel's notation: "0-3,8".
#ifndef CPUSET_H
#define CPUSET_H

#include <stdbool.h>
#include <stddef.h>

#define CPUSET_CPUS      8192 // the most that a Linux kernel is built for
#define CPUSET_TEXT_SIZE 128

// Zeroed, it is empty. The layout is that of the kernel's affinity masks.
struct cpuset {
    unsigned long words[CPUSET_CPUS / (8 * sizeof(unsigned long))];
};

// Adding a number outside 0 .. CPUSET_CPUS-1 is a bug; such a number is in no set.
void cpuset_add(struct cpuset *set, int cpu);
bool cpuset_has(const struct cpuset *set, int cpu);
size_t cpuset_count(const struct cpuset *set);

// The lowest member above `cpu`, or -1: for (c = cpuset_next(s, -1); c >= 0; c = cpuset_next(s, c))
int cpuset_next(const struct cpuset *set, int cpu);

// Reads "0-3,8"; the empty text is the empty set. On false the set is empty.
bool cpuset_parse(struct cpuset *set, const char *text);

// Writes "0-3,8", or "none"; what does not fit ends in "...".
void cpuset_print(const struct cpuset *set, char *text, size_t size);

#endif
