// SPDX-License-Identifier: MIT
// Threads that run one trial together.

#include "team.h"

#include "mem.h"
#include "nstime.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct member {
    struct bench bench; // first: a struct bench * is its member
    struct team *team;
    pthread_t thread;
    bool is_started;
    int cpu;
};

struct team {
    unsigned count;
    struct member *members;

    // Between samples the threads sleep here.
    pthread_mutex_t lock;
    pthread_cond_t wake;     // round has changed, or is_over
    pthread_cond_t finished; // running is 0
    uint64_t round;
    unsigned running;
    bool is_over;
    const struct wire_sample *wanted;
    void (*enter)(struct bench *b, uint32_t pad);

    // The gate of the sample that runs.
    _Atomic unsigned arrived;
    _Atomic bool is_open;
    _Atomic bool is_broken; // a thread ended without coming
    uint64_t opened_ns;     // written before is_open
};

static bool pin_self(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 && sched_getcpu() == cpu;
}

static void run_member(struct member *m) {
    struct team *team = m->team;
    measure_arm(&m->bench, team->wanted);
    team->enter(&m->bench, team->wanted->pad);
    if (m->bench.done == 0)
        team->is_broken = true;
    measure_verify(&m->bench);
}

static void *live(void *arg) {
    struct member *m = arg;
    struct team *team = m->team;
    bool is_pinned = pin_self(m->cpu);
    m->bench.schedstat_fd = selfstat_open();
    uint64_t seen = 0;
    pthread_mutex_lock(&team->lock);
    if (!is_pinned)
        team->is_broken = true;
    for (;;) {
        if (--team->running == 0)
            pthread_cond_signal(&team->finished);
        while (team->round == seen && !team->is_over)
            pthread_cond_wait(&team->wake, &team->lock);
        if (team->is_over)
            break;
        seen = team->round;
        pthread_mutex_unlock(&team->lock);
        run_member(m);
        pthread_mutex_lock(&team->lock);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

static void wait_for_all(struct team *team) {
    pthread_mutex_lock(&team->lock);
    while (team->running)
        pthread_cond_wait(&team->finished, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

static bool start_members(struct team *team, struct errmsg *why) {
    team->running = team->count - 1;
    for (unsigned i = 1; i < team->count; i++) {
        struct member *m = &team->members[i];
        int error = pthread_create(&m->thread, NULL, live, m);
        if (error) {
            pthread_mutex_lock(&team->lock);
            team->running -= team->count - i;
            pthread_mutex_unlock(&team->lock);
            wait_for_all(team);
            return fail(why, "cannot start thread %u of %u: %s", i + 1, team->count,
                        strerror(error));
        }
        m->is_started = true;
    }
    wait_for_all(team);
    if (!pin_self(team->members[0].cpu) || team->is_broken)
        return fail(why, "cannot tie %u threads to their CPUs: the allowed CPUs have changed",
                    team->count);
    return true;
}

struct team *team_start(const struct trial *trial, unsigned count, const uint16_t *cpus,
                        struct errmsg *why) {
    struct team *team = mem_zero(1, sizeof *team);
    team->count = count;
    team->members = mem_zero(count, sizeof *team->members);
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->wake, NULL);
    pthread_cond_init(&team->finished, NULL);
    for (unsigned i = 0; i < count; i++) {
        struct member *m = &team->members[i];
        m->team = team;
        m->cpu = cpus[i];
        measure_init(&m->bench, trial);
        m->bench.thread = i;
        m->bench.team = count > 1 ? team : NULL;
    }
    team->members[0].bench.schedstat_fd = selfstat_open();
    if (start_members(team, why))
        return team;
    team_stop(team);
    return NULL;
}

void team_stop(struct team *team) {
    pthread_mutex_lock(&team->lock);
    team->is_over = true;
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
    for (unsigned i = 0; i < team->count; i++) {
        if (team->members[i].is_started)
            pthread_join(team->members[i].thread, NULL);
        measure_release(&team->members[i].bench);
    }
    pthread_cond_destroy(&team->finished);
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->lock);
    free(team->members);
    free(team);
}

struct bench *team_member(struct team *team, unsigned thread) {
    return &team->members[thread].bench;
}

// Thread 0 speaks for all.
static void gather(struct team *team) {
    struct bench *first = &team->members[0].bench;
    for (unsigned i = 1; i < team->count; i++) {
        struct bench *b = &team->members[i].bench;
        if (b->status != WIRE_OK)
            measure_end(first, b->status, "%s", b->reason);
        if (b->done && first->done && b->spans[0] > first->spans[0])
            first->spans[0] = b->spans[0];
        if (b->setup_ns > first->setup_ns)
            first->setup_ns = b->setup_ns;
        selfstat_add(&first->during, &(struct selfstat){0}, &b->during);
        first->migrated |= b->migrated;
    }
}

void team_run(struct team *team, const struct wire_sample *wanted,
              void (*enter)(struct bench *b, uint32_t pad)) {
    pthread_mutex_lock(&team->lock);
    team->wanted = wanted;
    team->enter = enter;
    team->arrived = 0;
    team->is_open = team->is_broken = false;
    team->running = team->count - 1;
    team->round++;
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
    run_member(&team->members[0]);
    wait_for_all(team);
    gather(team);
}

bool team_gate(struct team *team) {
    // The last to come opens, so that everybody is spinning, not on the way, when it opens.
    if (atomic_fetch_add(&team->arrived, 1) + 1 == team->count) {
        team->opened_ns = nstime_now();
        team->is_open = true;
    }
    while (!atomic_load_explicit(&team->is_open, memory_order_acquire))
        if (atomic_load_explicit(&team->is_broken, memory_order_relaxed))
            return false;
    return true;
}

uint64_t team_span(const struct team *team, uint64_t now_ns) { return now_ns - team->opened_ns; }
