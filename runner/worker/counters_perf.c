// SPDX-License-Identifier: MIT
// Counts by perf_event_open itself, for CPUs that PAPI does not know.

#include "counter_source.h"

#include "mem.h"
#include "perf_pmu.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/perf_event.h>
#include <sys/syscall.h>

#define MISSES_OF(cache)                                                                           \
    (PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_READ << 8 |                              \
     PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct row {
    const char *event;
    uint32_t type;
    uint64_t config;
} rows[] = {
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS},
    {"branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {"cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES},
    {"cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {"ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES},
    {"stalled-cycles-frontend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND},
    {"stalled-cycles-backend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND},
    {"L1-dcache-load-misses", PERF_TYPE_HW_CACHE, MISSES_OF(L1D)},
    {"LLC-load-misses", PERF_TYPE_HW_CACHE, MISSES_OF(LL)},
    {"dTLB-load-misses", PERF_TYPE_HW_CACHE, MISSES_OF(DTLB)},
    {"iTLB-load-misses", PERF_TYPE_HW_CACHE, MISSES_OF(ITLB)},
    {"task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    {"alignment-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_ALIGNMENT_FAULTS},
    {"emulation-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_EMULATION_FAULTS},
};

enum { PLACE_CPU, PLACE_KERNEL };

struct set {
    int fds[COUNTER_SET_MAX]; // the first leads the group
    size_t count;
};

static bool open_source(struct errmsg *why) {
    (void)why;
    return true;
}

// "instructions", or with the PMU of a CPU that has several kinds of cores,
// "cpu_atom/instructions/". NULL: there is no such event.
static const struct row *find_row(const char *event, char *pmu, size_t pmu_size) {
    const char *slash = strchr(event, '/');
    const char *name = slash ? slash + 1 : event;
    size_t length = slash ? strcspn(name, "/") : strlen(name);
    snprintf(pmu, pmu_size, "%.*s", slash ? (int)(slash - event) : 0, event);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].event) == length && memcmp(rows[i].event, name, length) == 0)
            return &rows[i];
    return NULL;
}

static int place(const char *event, struct errmsg *why) {
    char pmu[32];
    const struct row *row = find_row(event, pmu, sizeof pmu);
    if (!row)
        fail(why, "the kernel has no generic event '%s'", event);
    else if (*pmu && perf_pmu_type(PERF_PMU_DEVICES, pmu) < 0)
        fail(why, "this CPU has no PMU '%s'", pmu);
    else
        return row->type == PERF_TYPE_SOFTWARE ? PLACE_KERNEL : PLACE_CPU;
    return -1;
}

static bool is_scarce(int number) { return number == PLACE_CPU; }

static void *set_new(int number) {
    (void)number;
    return mem_zero(1, sizeof(struct set));
}

// A group is pinned: it counts all the time or, where its counters were taken away, not at all.
static int open_row(const struct row *row, long pmu, int leader) {
    struct perf_event_attr attr = {
        .type = row->type,
        .size = sizeof attr,
        .config = row->config | perf_pmu_config(pmu),
        .disabled = leader < 0,
        .pinned = leader < 0,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .read_format =
            PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, leader,
                        (unsigned long)PERF_FLAG_FD_CLOEXEC);
}

// An event that names no PMU is counted by that of the core that the thread is on, unless the
// kernel does not take its name.
static int open_event(const char *event, int leader) {
    char pmu[32];
    const struct row *row = find_row(event, pmu, sizeof pmu);
    if (row->type == PERF_TYPE_SOFTWARE)
        return open_row(row, -1, leader);
    if (*pmu)
        return open_row(row, perf_pmu_type(PERF_PMU_DEVICES, pmu), leader);
    long here = perf_pmu_of_cpu(PERF_PMU_DEVICES, sched_getcpu());
    int fd = open_row(row, here, leader);
    return fd < 0 && here > 0 ? open_row(row, -1, leader) : fd;
}

static bool set_add(void *handle, const char *event, struct errmsg *why) {
    struct set *set = handle;
    if (set->count == COUNTER_SET_MAX)
        return fail(why, "'%s' does not fit beside %d others", event, COUNTER_SET_MAX);
    int fd = open_event(event, set->count ? set->fds[0] : -1);
    if (fd < 0)
        return fail(why, "the kernel does not count '%s' here: %s", event, strerror(errno));
    set->fds[set->count++] = fd;
    return true;
}

static bool set_start(void *handle, struct errmsg *why) {
    const struct set *set = handle;
    return ioctl(set->fds[0], PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP) == 0 ||
           fail(why, "the kernel does not start its counters: %s", strerror(errno));
}

static bool set_read(void *handle, long long *values) {
    const struct set *set = handle;
    struct {
        uint64_t count, enabled_ns, running_ns, values[COUNTER_SET_MAX];
    } group;
    ssize_t size = read(set->fds[0], &group, sizeof group);
    if (size < (ssize_t)offsetof(__typeof__(group), values) || group.count != set->count ||
        group.running_ns < group.enabled_ns)
        return false;
    for (size_t i = 0; i < set->count; i++)
        values[i] = (long long)group.values[i];
    return true;
}

static void set_stop(void *handle) {
    const struct set *set = handle;
    ioctl(set->fds[0], PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
}

static void set_free(void *handle) {
    struct set *set = handle;
    while (set->count)
        close(set->fds[--set->count]);
    free(set);
}

static void close_source(void) {}

const struct counter_source counters_perf = {
    "perf",    open_source, place,    is_scarce, set_new,      set_add,
    set_start, set_read,    set_stop, set_free,  close_source,
};
