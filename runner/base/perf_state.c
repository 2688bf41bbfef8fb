// SPDX-License-Identifier: MIT
// Tries out perf_event_open, and says in words what its errors mean.

#include "perf_state.h"

#include "perf_pmu.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/perf_event.h>
#include <sys/syscall.h>

const char *const perf_kind_names[] = {"ok",         "papi-too-old", "forbidden", "no-pmu",
                                       "no-syscall", "dead",         "refused",   "not-running"};

// ---- What the kernel says --------------------------------------------------------------------

// User code only: the kernel refuses more to most users before it says whether there is a counter.
// Pinned, as those that are used: it counts all the time or, where somebody has them, not at all.
static int open_counter(uint32_t type, uint64_t config) {
    struct perf_event_attr attr = {
        .type = type,
        .size = sizeof attr,
        .config = config,
        .pinned = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, (unsigned long)PERF_FLAG_FD_CLOEXEC);
}

// Two or three instructions a step, a few more when not optimised.
static void take_steps(void) {
    for (unsigned step = PERF_CHECK_STEPS; step; step--)
        __asm__ volatile("" : "+r"(step));
}

struct reading {
    uint64_t count, enabled_ns, running_ns;
};

static bool take_reading(int fd, struct reading *reading) {
    return read(fd, reading, sizeof *reading) == sizeof *reading;
}

static void count_steps(int fd, struct perf_answer *answer) {
    struct reading before, after;
    bool has_begun = take_reading(fd, &before);
    take_steps();
    answer->is_held = !has_begun || !take_reading(fd, &after);
    if (answer->is_held)
        return;
    answer->counted = after.count - before.count;
    answer->enabled_ns = after.enabled_ns - before.enabled_ns;
    answer->running_ns = after.running_ns - before.running_ns;
}

static void try_hardware(struct perf_answer *answer, long pmu) {
    uint64_t config = PERF_COUNT_HW_INSTRUCTIONS | perf_pmu_config(pmu);
    int fd = open_counter(PERF_TYPE_HARDWARE, config);
    answer->hardware = fd < 0 ? errno : 0;
    if (fd < 0)
        return;
    count_steps(fd, answer);
    close(fd);
}

static int read_paranoid(void) {
    int level = PERF_PARANOID_UNKNOWN;
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
    if (file && fscanf(file, "%d", &level) != 1)
        level = PERF_PARANOID_UNKNOWN;
    if (file)
        fclose(file);
    return level;
}

static bool has_run(const struct perf_answer *answer) {
    return answer->hardware == 0 && !answer->is_held && answer->running_ns >= answer->enabled_ns;
}

void perf_state_ask(struct perf_answer *answer) {
    *answer = (struct perf_answer){.paranoid = read_paranoid()};
    int fd = open_counter(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK);
    answer->software = fd < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    struct perf_answer by_core = *answer;
    try_hardware(answer, -1);
    long pmu = has_run(answer) ? -1 : perf_pmu_of_cpu(PERF_PMU_DEVICES, sched_getcpu());
    if (pmu < 0)
        return;
    try_hardware(&by_core, pmu);
    if (has_run(&by_core))
        *answer = by_core;
}

// ---- What it means ---------------------------------------------------------------------------

static enum perf_kind kind_of(const struct perf_answer *answer) {
    static const struct {
        int error;
        enum perf_kind kind;
    } rows[] = {
        {EACCES, PERF_FORBIDDEN},  {EPERM, PERF_FORBIDDEN}, {ENOENT, PERF_NO_PMU},
        {ENODEV, PERF_NO_PMU},     {ENXIO, PERF_NO_PMU},    {EOPNOTSUPP, PERF_NO_PMU},
        {ENOSYS, PERF_NO_SYSCALL},
    };
    bool is_sane = answer->counted >= PERF_CHECK_STEPS && answer->counted < 20 * PERF_CHECK_STEPS;
    if (answer->hardware == 0)
        return !has_run(answer)  ? PERF_NOT_RUNNING
               : !is_sane        ? PERF_DEAD
               : answer->refusal ? PERF_PAPI_TOO_OLD
                                 : PERF_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].error == answer->hardware)
            return rows[i].kind;
    return PERF_REFUSED;
}

#define SAY(member, ...) snprintf(state->member, sizeof state->member, __VA_ARGS__)

// Upstream's highest level; 3 and 4 are distributions', and forbid all. PAPI heeds them as root,
// too.
#define PARANOID_MAX 2
#define PARANOID_FIX "sudo sysctl kernel.perf_event_paranoid=2"

static void say_ok(struct perf_state *state, const struct perf_answer *answer) {
    (void)answer;
    SAY(text, "hardware counters can be read");
}

static void say_papi_too_old(struct perf_state *state, const struct perf_answer *answer) {
    if (answer->paranoid > PARANOID_MAX) {
        SAY(text,
            "the kernel counts, but PAPI does not at perf_event_paranoid=%d: the kernel's own "
            "events are read instead",
            answer->paranoid);
        SAY(fix, PARANOID_FIX);
        return;
    }
    SAY(text,
        "the kernel counts, but PAPI does not know this CPU (%s): the kernel's own events are "
        "read instead",
        answer->refusal);
    SAY(fix, "install a newer PAPI and build again");
}

static void say_forbidden(struct perf_state *state, const struct perf_answer *answer) {
    if (answer->paranoid > PARANOID_MAX) {
        SAY(text, "hardware counters are forbidden: perf_event_paranoid=%d", answer->paranoid);
        SAY(fix, PARANOID_FIX);
    } else if (answer->software == 0) {
        SAY(text, "hardware counters are forbidden, software events are not: a security module "
                  "refuses them");
        SAY(fix, "allow them there, or sudo setcap cap_perfmon+ep on the suite");
    } else {
        SAY(text, "perf_event_open is forbidden by a system call filter (seccomp), as containers "
                  "have it");
        SAY(fix, "start the container with --cap-add PERFMON, or with --security-opt "
                 "seccomp=unconfined");
    }
}

static void say_no_pmu(struct perf_state *state, const struct perf_answer *answer) {
    (void)answer;
    SAY(text,
        "no hardware counters: the kernel has none for this CPU, as in most virtual machines");
    SAY(fix,
        "use bare metal, or a virtual machine with a PMU (KVM: -cpu host,pmu=on); instructions "
        "are counted without one by --counts");
}

static void say_no_syscall(struct perf_state *state, const struct perf_answer *answer) {
    bool has_kernel = answer->paranoid != PERF_PARANOID_UNKNOWN;
    SAY(text, "no hardware counters: %s",
        has_kernel ? "a filter hides perf_event_open from this process"
                   : "this kernel or sandbox has no perf_event_open");
    SAY(fix, "%s",
        has_kernel ? "run outside of the sandbox, or allow perf_event_open in its filter"
                   : "use a kernel with CONFIG_PERF_EVENTS; instructions are counted without it by "
                     "--counts");
}

static void say_dead(struct perf_state *state, const struct perf_answer *answer) {
    SAY(text,
        "a counter of instructions opens, but reads %" PRIu64 " after %d steps of a loop: its "
        "values are not used",
        answer->counted, PERF_CHECK_STEPS);
    SAY(fix, "in a virtual machine, give it a working PMU or none (KVM: -cpu host,pmu=off)");
}

static void say_refused(struct perf_state *state, const struct perf_answer *answer) {
    bool is_crowded = answer->hardware == EMFILE || answer->hardware == ENFILE;
    SAY(text, "hardware counters cannot be opened: %s", strerror(answer->hardware));
    SAY(fix, "%s",
        is_crowded                  ? "raise the limit of open files: ulimit -n 1024"
        : answer->hardware == EBUSY ? "end the profiler that holds the counters"
                                    : "see dmesg for what the kernel says");
}

static void say_not_running(struct perf_state *state, const struct perf_answer *answer) {
    SAY(text, "%s",
        answer->is_held ? "hardware counters do not run: somebody else holds them"
                        : "hardware counters do not run on this CPU: it is another kind of core, "
                          "or somebody else holds them");
    SAY(fix, "%send the profiler or the virtual machine that holds them",
        answer->is_held ? "" : "measure on another kind of core with --cpu, or ");
}

void perf_state_judge(struct perf_state *state, const struct perf_answer *answer) {
    static void (*const say[])(struct perf_state *, const struct perf_answer *) = {
        [PERF_OK] = say_ok,
        [PERF_PAPI_TOO_OLD] = say_papi_too_old,
        [PERF_FORBIDDEN] = say_forbidden,
        [PERF_NO_PMU] = say_no_pmu,
        [PERF_NO_SYSCALL] = say_no_syscall,
        [PERF_DEAD] = say_dead,
        [PERF_REFUSED] = say_refused,
        [PERF_NOT_RUNNING] = say_not_running,
    };
    *state = (struct perf_state){.kind = kind_of(answer)};
    say[state->kind](state, answer);
}
