// SPDX-License-Identifier: MIT
// Measures how quiet each allowed CPU is, ranks them, and ties threads to them.

#include "pin.h"

#include "mem.h"
#include "nstime.h"
#include "topology.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SPIN_NS    10000000u
#define GAP_NS_MIN 1000u // a shorter gap is an interrupt or two, which no CPU is free of

// ---- Affinity

static bool affinity_get(struct cpuset *set) {
    *set = (struct cpuset){0};
    return sched_getaffinity(0, sizeof set->words, (cpu_set_t *)set->words) == 0;
}

static bool affinity_set(const struct cpuset *set) {
    return sched_setaffinity(0, sizeof set->words, (const cpu_set_t *)set->words) == 0;
}

bool pin_allowed(struct cpuset *allowed, struct errmsg *why) {
    if (affinity_get(allowed))
        return true;
    if (errno == EINVAL)
        return fail(why,
                    "this kernel has more than %d CPUs, which tare cannot handle; run it in a "
                    "virtual machine with fewer",
                    CPUSET_CPUS);
    return fail(why, "cannot read which CPUs are allowed here: %s", strerror(errno));
}

bool pin_set(const int *cpus, size_t count, struct errmsg *why) {
    struct cpuset wanted = {0}, before, after;
    char wanted_text[CPUSET_TEXT_SIZE], allowed_text[CPUSET_TEXT_SIZE];
    for (size_t i = 0; i < count; i++)
        cpuset_add(&wanted, cpus[i]);
    cpuset_print(&wanted, wanted_text, sizeof wanted_text);
    if (!pin_allowed(&before, why))
        return false;
    cpuset_print(&before, allowed_text, sizeof allowed_text);
    if (!affinity_set(&wanted))
        return fail(why, "cannot pin to CPU %s: %s; allowed here: %s", wanted_text, strerror(errno),
                    allowed_text);
    if (affinity_get(&after) && memcmp(&after, &wanted, sizeof after) == 0)
        return true;
    affinity_set(&before);
    return fail(why, "pinned to CPU %s, but the kernel did not keep to it; allowed here: %s",
                wanted_text, allowed_text);
}

// ---- Quietness

// A slow clock (hpet, some virtual machines) takes as long as a gap: then only what is far longer
// than one reading counts.
static uint64_t gap_ns_min(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 64; i++) {
        uint64_t before = nstime_now(), cost = nstime_now() - before;
        least = cost < least ? cost : least;
    }
    return 8 * least > GAP_NS_MIN ? 8 * least : GAP_NS_MIN;
}

static double lost_share(uint64_t gap_min, uint64_t spin_ns) {
    uint64_t start = nstime_now(), last = start, lost = 0;
    while (last - start < spin_ns) {
        uint64_t now = nstime_now();
        if (now - last > gap_min)
            lost += now - last;
        last = now;
    }
    return (double)lost / (double)(last - start);
}

double pin_lost(uint64_t spin_ns) { return lost_share(gap_ns_min(), spin_ns); }

static double measure_lost(int cpu, uint64_t gap_min) {
    return pin_set(&cpu, 1, NULL) ? lost_share(gap_min, SPIN_NS) : NAN;
}

// ---- Ranking

// In steps, so that the last digits of a short measurement do not choose between equals. What was
// not measured comes after what was.
static int lost_step(const struct pin_cpu *cpu) {
    return isnan(cpu->lost) ? 101 : (int)(cpu->lost * 100);
}

static int compare_cpus(const void *left, const void *right) {
    const struct pin_cpu *a = left, *b = right;
    const int keys[][2] = {
        {a->class_rank, b->class_rank},   {a->turn, b->turn},         {lost_step(a), lost_step(b)},
        {b->is_isolated, a->is_isolated}, {a->cpu == 0, b->cpu == 0}, {a->cpu, b->cpu},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

static void take_turns(struct pin_cpu *cpus, size_t count) {
    int *seen = mem_zero(CPUSET_CPUS, sizeof *seen);
    for (size_t i = 0; i < count; i++)
        cpus[i].turn = seen[cpus[i].core]++;
    free(seen);
}

void pin_rank(struct pin_cpu *cpus, size_t count) {
    for (size_t i = 0; i < count; i++)
        cpus[i].turn = 0;
    qsort(cpus, count, sizeof *cpus, compare_cpus);
    take_turns(cpus, count);
    qsort(cpus, count, sizeof *cpus, compare_cpus);
}

// ---- Choosing

// isolcpus= keeps a CPU out of the default affinity, but not from a thread that asks for it.
static bool can_use(int cpu, const struct cpuset *allowed, const struct cpuset *isolated) {
    return cpuset_has(allowed, cpu) || (cpuset_has(isolated, cpu) && pin_set(&cpu, 1, NULL));
}

static bool take_wanted(struct cpuset *usable, const char *wanted, const struct cpuset *allowed,
                        const struct cpuset *isolated, struct errmsg *why) {
    char text[CPUSET_TEXT_SIZE];
    cpuset_print(allowed, text, sizeof text);
    if (!cpuset_parse(usable, wanted) || cpuset_next(usable, -1) < 0)
        return fail(why,
                    "--cpu: '%s' is not a CPU number or a list such as 2-5,8; allowed here: %s",
                    wanted, text);
    for (int cpu = cpuset_next(usable, -1); cpu >= 0; cpu = cpuset_next(usable, cpu))
        if (!can_use(cpu, allowed, isolated))
            return fail(why, "--cpu: CPU %d is not allowed here; allowed: %s", cpu, text);
    return true;
}

static void list_cpus(struct pin *pin, const char *root, const struct topology *topology,
                      const struct cpuset *usable) {
    pin->cpus = mem_zero(cpuset_count(usable), sizeof *pin->cpus);
    for (int cpu = cpuset_next(usable, -1); cpu >= 0; cpu = cpuset_next(usable, cpu)) {
        int rank = topology_rank(topology, cpu);
        pin->cpus[pin->count++] =
            (struct pin_cpu){.cpu = cpu,
                             .class_rank = rank < 0 ? 0 : rank,
                             .core = topology_core(root, cpu),
                             .is_isolated = cpuset_has(&topology->isolated, cpu),
                             .lost = NAN};
    }
}

static void measure_cpus(struct pin *pin) {
    uint64_t gap_min = gap_ns_min();
    for (size_t i = 0; i < pin->count && i < PIN_MEASURED_MAX; i++)
        pin->cpus[i].lost = measure_lost(pin->cpus[i].cpu, gap_min);
}

bool pin_init(struct pin *pin, const char *root, const char *wanted, struct errmsg *why) {
    struct cpuset allowed, usable;
    struct topology topology;
    *pin = (struct pin){0};
    if (!pin_allowed(&allowed, why))
        return false;
    usable = allowed;
    topology_read(&topology, root);
    bool is_done = !wanted || take_wanted(&usable, wanted, &allowed, &topology.isolated, why);
    if (is_done) {
        list_cpus(pin, root, &topology, &usable);
        pin_rank(pin->cpus, pin->count);
        measure_cpus(pin);
        pin_rank(pin->cpus, pin->count);
    }
    if (!affinity_set(&allowed))
        is_done =
            fail(why, "cannot return to the CPUs allowed before: %s; start again", strerror(errno));
    if (!is_done)
        pin_release(pin);
    return is_done;
}

void pin_release(struct pin *pin) {
    free(pin->cpus);
    *pin = (struct pin){0};
}

bool pin_choose(const struct pin *pin, size_t threads, int *cpus, struct errmsg *why) {
    assert(pin->count > 0 && threads > 0);
    size_t alike = 0;
    while (alike < pin->count && pin->cpus[alike].class_rank == pin->cpus[0].class_rank)
        alike++;
    for (size_t i = 0; i < threads && i < alike; i++)
        cpus[i] = pin->cpus[i].cpu;
    if (threads <= alike)
        return true;
    return fail(why, "%zu threads, but only %zu %s allowed here", threads, alike,
                alike < pin->count ? "CPUs of the fastest kind are"
                : alike == 1       ? "CPU is"
                                   : "CPUs are");
}
