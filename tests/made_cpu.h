// SPDX-License-Identifier: MIT
// For tests: a CPU with counters that is made up: what has happened so far on it, and PAPI and a
// kernel that show it.
#ifndef MADE_CPU_H
#define MADE_CPU_H

#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "mem.h"

#define EVENTS 8

static struct {
    int capacity;         // counters of the CPU
    const char *papi_off; // PAPI's component is off, for this reason; NULL: it is on
    bool has_no_papi;     // not installed
    struct {
        const char *name;
        long long happened;
        bool is_dead;
        bool is_own; // SDE
    } events[EVENTS];
    bool is_taken; // reading fails
    int running, reads;
    struct perf_answer answer;
} cpu;

struct set {
    int place;
    int events[COUNTER_SET_MAX];
    int count;
};

static inline int find(const char *name) {
    for (int i = 0; i < EVENTS; i++)
        if (cpu.events[i].name && strcmp(cpu.events[i].name, name) == 0)
            return i;
    return -1;
}

static inline bool open_papi(struct errmsg *why) {
    return !cpu.has_no_papi || fail(why, "PAPI is not installed here");
}

enum { PLACE_CPU, PLACE_OWN };

static inline int place(const char *event, struct errmsg *why) {
    int at = find(event);
    if (at >= 0 && (!cpu.papi_off || cpu.events[at].is_own))
        return cpu.events[at].is_own ? PLACE_OWN : PLACE_CPU;
    fail(why, "no '%s'", event);
    return -1;
}

static inline int perf_place(const char *event, struct errmsg *why) {
    int at = find(event);
    if (at >= 0)
        return PLACE_CPU;
    fail(why, "the kernel has no '%s'", event);
    return -1;
}

static inline bool is_scarce(int number) { return number == PLACE_CPU; }

static inline void *set_new(int number) {
    struct set *set = mem_zero(1, sizeof *set);
    set->place = number;
    return set;
}

static inline bool set_add(void *handle, const char *event, struct errmsg *why) {
    struct set *set = handle;
    if (set->place == PLACE_CPU && set->count == cpu.capacity)
        return fail(why, "does not fit");
    set->events[set->count++] = find(event);
    return true;
}

static inline bool set_start(void *handle, struct errmsg *why) {
    struct set *set = handle;
    if (set->place == PLACE_CPU && cpu.running++)
        return fail(why, "another set is running");
    return true;
}

static inline bool set_read(void *handle, long long *values) {
    const struct set *set = handle;
    cpu.reads++;
    for (int i = 0; i < set->count; i++)
        values[i] = cpu.events[set->events[i]].happened;
    return !cpu.is_taken;
}

static inline void set_stop(void *handle) {
    const struct set *set = handle;
    if (set->place == PLACE_CPU)
        cpu.running--;
}

static inline void close_source(void) {}

static inline bool open_kernel(struct errmsg *why) {
    (void)why;
    return true;
}

static const struct counter_source papi = {
    "PAPI",    open_papi, place,    is_scarce, set_new,      set_add,
    set_start, set_read,  set_stop, free,      close_source,
};
static const struct counter_source perf = {
    "perf",    open_kernel, perf_place, is_scarce, set_new,      set_add,
    set_start, set_read,    set_stop,   free,      close_source,
};

static inline void happen(long long count) {
    for (int i = 0; i < EVENTS; i++)
        if (!cpu.events[i].is_dead && !cpu.events[i].is_own)
            cpu.events[i].happened += count;
}

// All counters count alike here: what proves one proves it by this many.
static inline void work(enum counter_proof proof) {
    static const long long enough[] = {
        [PROOF_LATER] = 7,         [PROOF_INSTRUCTIONS] = 300000, [PROOF_CYCLES] = 300000,
        [PROOF_BRANCHES] = 100000, [PROOF_BRANCH_MISSES] = 4000,  [PROOF_CACHE_MISSES] = 4000,
        [PROOF_TLB_MISSES] = 8000,
    };
    happen(enough[proof]);
}

static inline void ask(struct perf_answer *answer) { *answer = cpu.answer; }

static const struct counter_world world = {
    .sources = {[WAY_PAPI_PRESET] = &papi,
                [WAY_PAPI_NATIVE] = &papi,
                [WAY_PERF] = &perf,
                [WAY_RUSAGE] = &counters_rusage,
                [WAY_SDE] = &papi},
    .work = work,
    .ask = ask,
};

static inline int make_cpu(void **state) {
    (void)state;
    memset(&cpu, 0, sizeof cpu);
    cpu.capacity = 4;
    cpu.answer.counted = 30000;
    return 0;
}

static inline void give(const char *name) {
    int at = 0;
    while (cpu.events[at].name)
        at++;
    cpu.events[at].name = name;
}

#endif
