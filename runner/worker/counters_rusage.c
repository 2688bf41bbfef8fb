// SPDX-License-Identifier: MIT
// Counts by getrusage(): needs no permission and is right where software events of perf are not.

#include "counter_source.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "mem.h"

static long long all_faults(const struct rusage *usage) {
    return usage->ru_minflt + usage->ru_majflt;
}
static long long major_faults(const struct rusage *usage) { return usage->ru_majflt; }
static long long all_switches(const struct rusage *usage) {
    return usage->ru_nvcsw + usage->ru_nivcsw;
}
static long long forced_switches(const struct rusage *usage) { return usage->ru_nivcsw; }

static const struct {
    const char *event;
    long long (*get)(const struct rusage *usage);
} rows[] = {
    {"minflt+majflt", all_faults},
    {"majflt", major_faults},
    {"nvcsw+nivcsw", all_switches},
    {"nivcsw", forced_switches},
};

struct set {
    size_t rows[COUNTER_SET_MAX];
    size_t count;
};

static bool open_source(struct errmsg *why) {
    (void)why;
    return true;
}

static int place(const char *event, struct errmsg *why) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].event, event) == 0)
            return 0;
    fail(why, "getrusage() does not count '%s'", event);
    return -1;
}

static bool is_scarce(int number) {
    (void)number;
    return false;
}

static void *set_new(int number) {
    (void)number;
    return mem_zero(1, sizeof(struct set));
}

static bool set_add(void *handle, const char *event, struct errmsg *why) {
    struct set *set = handle;
    if (set->count == COUNTER_SET_MAX)
        return fail(why, "'%s' does not fit beside %d others", event, COUNTER_SET_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].event, event) == 0)
            set->rows[set->count++] = i;
    return true;
}

static bool set_start(void *handle, struct errmsg *why) {
    (void)handle;
    (void)why;
    return true;
}

static bool set_read(void *handle, long long *values) {
    const struct set *set = handle;
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    for (size_t i = 0; i < set->count; i++)
        values[i] = rows[set->rows[i]].get(&usage);
    return true;
}

static void set_stop(void *handle) { (void)handle; }

static void close_source(void) {}

const struct counter_source counters_rusage = {
    "rusage",  open_source, place,    is_scarce, set_new,      set_add,
    set_start, set_read,    set_stop, free,      close_source,
};
