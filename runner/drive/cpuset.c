// SPDX-License-Identifier: MIT
// Sets of CPU numbers, read and written in the kernel's notation.

#include "cpuset.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BITS ((int)(CHAR_BIT * sizeof(unsigned long)))

void cpuset_add(struct cpuset *set, int cpu) {
    assert(cpu >= 0 && cpu < CPUSET_CPUS);
    set->words[cpu / WORD_BITS] |= 1UL << (cpu % WORD_BITS);
}

bool cpuset_has(const struct cpuset *set, int cpu) {
    return cpu >= 0 && cpu < CPUSET_CPUS && (set->words[cpu / WORD_BITS] >> (cpu % WORD_BITS) & 1);
}

size_t cpuset_count(const struct cpuset *set) {
    size_t count = 0;
    for (int cpu = cpuset_next(set, -1); cpu >= 0; cpu = cpuset_next(set, cpu))
        count++;
    return count;
}

int cpuset_next(const struct cpuset *set, int cpu) {
    while (++cpu < CPUSET_CPUS)
        if (cpuset_has(set, cpu))
            return cpu;
    return -1;
}

static bool take_cpu(const char **text, int *cpu) {
    if (**text < '0' || **text > '9')
        return false;
    char *end;
    unsigned long number = strtoul(*text, &end, 10);
    *text = end;
    *cpu = number < CPUSET_CPUS ? (int)number : -1;
    return *cpu >= 0;
}

static bool take_range(const char **text, struct cpuset *set) {
    int first, last;
    if (!take_cpu(text, &first))
        return false;
    last = first;
    if (**text == '-') {
        ++*text;
        if (!take_cpu(text, &last))
            return false;
    }
    for (int cpu = first; cpu <= last; cpu++)
        cpuset_add(set, cpu);
    return first <= last;
}

bool cpuset_parse(struct cpuset *set, const char *text) {
    *set = (struct cpuset){0};
    if (*text == '\0')
        return true;
    while (take_range(&text, set)) {
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            break;
    }
    *set = (struct cpuset){0};
    return false;
}

static int range_end(const struct cpuset *set, int cpu) {
    while (cpuset_has(set, cpu + 1))
        cpu++;
    return cpu;
}

void cpuset_print(const struct cpuset *set, char *text, size_t size) {
    static const char more[] = ",...";
    size_t used = 0;
    assert(size >= 2 * sizeof more);
    snprintf(text, size, "none");
    for (int first = cpuset_next(set, -1), last; first >= 0; first = cpuset_next(set, last)) {
        char range[32];
        last = range_end(set, first);
        int length = first == last
                         ? snprintf(range, sizeof range, "%s%d", used ? "," : "", first)
                         : snprintf(range, sizeof range, "%s%d-%d", used ? "," : "", first, last);
        if (used + (size_t)length + sizeof more > size) {
            memcpy(text + used, more, sizeof more);
            return;
        }
        memcpy(text + used, range, (size_t)length + 1);
        used += (size_t)length;
    }
}
