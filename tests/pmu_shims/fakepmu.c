// SPDX-License-Identifier: MIT
// LD_PRELOADed by tests: a PMU where there is none. Its counters are the kernel's counters of page
// faults in disguise, so that they belong to threads and end with sets as real ones do; what they
// show is known: so much for each fault, and for each reading what a check wants to see.
//
//     FAKE_PMU_COUNTERS=N    so many events of a group, 4 unless told; more are EINVAL
//     FAKE_PMU_DEAD=HEX      the event of this code opens and reads 0
//     FAKE_PMU_DRIFT=HEX     a group that has the event of this code sees 5 % more of everything
//     FAKE_PMU_IDLE=1        hardware events are enabled and never run, as on another kind of core
//     FAKE_PMU_HELD=1        they cannot be read, as where somebody else has the counters
//     FAKE_PMU_ERROR=N       hardware events are refused with this errno
//     FAKE_PMU_FORBIDS_ALL=1 software events, too
//
// Codes are those of Intel's Skylake, for LIBPFM_FORCE_PMU=skl; the kernel's generic events have 1
// above the code: 0x10000.

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/perf_event.h>
#include <sys/syscall.h>

#define EXPORTED __attribute__((visibility("default")))

// Whatever counts through this says so in the document.
EXPORTED extern const char tare_test_device[];
const char tare_test_device[] = "fake";

#define GENERIC 0x10000u
#define FDS     1024

static struct fake {
    bool is_fake;
    uint64_t read_format;
    int leader;
    int members[32]; // of a leader's group: itself first
    int member_count;
    bool has_drift;
    uint64_t code;
    uint64_t readings;
} fakes[FDS];

// What one page fault and one reading count.
static const struct {
    uint64_t code;
    uint64_t for_fault, for_reading;
} rows[] = {
    {0xc0, 1000, 300100}, {GENERIC | PERF_COUNT_HW_INSTRUCTIONS, 1000, 300100},
    {0x3c, 2000, 300100}, {GENERIC | PERF_COUNT_HW_CPU_CYCLES, 2000, 300100},
    {0xc4, 100, 100100},  {GENERIC | PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 100, 100100},
};

static uint64_t setting(const char *name, int base, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, base) : otherwise;
}

// ---- Opening ---------------------------------------------------------------------------------

static long call(long number, const long *args) {
    static long (*real)(long, ...);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "syscall");
    return real(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

static uint64_t code_of(const struct perf_event_attr *attr) {
    if (attr->type == PERF_TYPE_RAW)
        return attr->config & 0xff;
    return GENERIC * attr->type + GENERIC + attr->config;
}

static bool joins(int fd, struct fake *leader) {
    if (leader->member_count >= (int)setting("FAKE_PMU_COUNTERS", 10, 4))
        return false;
    leader->members[leader->member_count++] = fd;
    leader->has_drift |= fakes[fd].code == setting("FAKE_PMU_DRIFT", 16, UINT64_MAX);
    return true;
}

static long refuse(int error) {
    errno = error;
    return -1;
}

// Args: attr, pid, cpu, group_fd, flags.
static long open_fake(const long *args) {
    struct perf_event_attr attr;
    memcpy(&attr, (const void *)args[0], sizeof attr);
    uint64_t code = code_of(&attr);
    bool is_dead = code == setting("FAKE_PMU_DEAD", 16, UINT64_MAX);
    attr.type = PERF_TYPE_SOFTWARE;
    attr.config = is_dead ? PERF_COUNT_SW_DUMMY : PERF_COUNT_SW_PAGE_FAULTS;
    attr.config1 = attr.config2 = 0;
    attr.precise_ip = 0;
    long passed[6] = {(long)&attr, args[1], args[2], args[3], args[4], 0};
    int fd = (int)call(SYS_perf_event_open, passed), leader = args[3] < 0 ? fd : (int)args[3];
    if (fd < 0 || fd >= FDS)
        return fd;
    fakes[fd] = (struct fake){
        .is_fake = true, .read_format = attr.read_format, .leader = leader, .code = code};
    if (joins(fd, &fakes[leader]))
        return fd;
    fakes[fd].is_fake = false;
    close(fd);
    return refuse(EINVAL);
}

static long open_event(long *args) {
    for (int i = 1; i <= 3; i++)
        args[i] = (int)args[i]; // as they were passed
    const struct perf_event_attr *attr = (const void *)args[0];
    bool is_software = attr->type == PERF_TYPE_SOFTWARE;
    int error = (int)setting("FAKE_PMU_ERROR", 10, 0);
    if (error && (!is_software || setting("FAKE_PMU_FORBIDS_ALL", 10, 0)))
        return refuse(error);
    return is_software ? call(SYS_perf_event_open, args) : open_fake(args);
}

long syscall(long number, ...);

EXPORTED long syscall(long number, ...) {
    long args[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++)
        args[i] = va_arg(list, long);
    va_end(list);
    return number == SYS_perf_event_open ? open_event(args) : call(number, args);
}

// ---- Reading ---------------------------------------------------------------------------------

static uint64_t disguise(struct fake *fake, uint64_t faults, bool is_alone, bool has_drift) {
    uint64_t for_fault = 10, for_reading = 5000, readings = ++fake->readings;
    if (fake->code == setting("FAKE_PMU_DEAD", 16, UINT64_MAX))
        return 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == fake->code) {
            for_fault = rows[i].for_fault;
            for_reading = rows[i].for_reading;
        }
    // Read alone it is for a check on a tenth of the work.
    uint64_t value = faults * for_fault + readings * (is_alone ? for_reading / 10 : for_reading);
    return has_drift ? value + value / 20 : value;
}

static void disguise_group(struct fake *leader, uint64_t *values) {
    for (int i = 0; i < leader->member_count; i++)
        values[i] = disguise(&fakes[leader->members[i]], values[i], false, leader->has_drift);
}

static void idle(uint64_t *words, uint64_t format, size_t times) {
    if (format & PERF_FORMAT_GROUP)
        memset(words + 1 + times, 0, words[0] * sizeof *words);
    else
        words[0] = 0;
    if (format & PERF_FORMAT_TOTAL_TIME_RUNNING)
        words[times] = 0;
}

EXPORTED ssize_t read(int fd, void *buffer, size_t size) {
    ssize_t got = (ssize_t)call(SYS_read, (long[6]){fd, (long)buffer, (long)size});
    if (got <= 0 || fd < 0 || fd >= FDS || !fakes[fd].is_fake)
        return got;
    uint64_t *words = buffer, format = fakes[fd].read_format;
    size_t times = (format & PERF_FORMAT_TOTAL_TIME_ENABLED ? 1u : 0) +
                   (format & PERF_FORMAT_TOTAL_TIME_RUNNING ? 1u : 0);
    if (setting("FAKE_PMU_HELD", 10, 0))
        return 0;
    if (setting("FAKE_PMU_IDLE", 10, 0))
        idle(words, format, times);
    else if (format & PERF_FORMAT_GROUP)
        disguise_group(&fakes[fd], words + 1 + times);
    else
        words[0] = disguise(&fakes[fd], words[0], true, false);
    return got;
}

// A number that was an event's may come back as anything else.
EXPORTED int close(int fd) {
    if (fd >= 0 && fd < FDS)
        fakes[fd].is_fake = false;
    return (int)call(SYS_close, (long[6]){fd});
}
