// SPDX-License-Identifier: MIT
// Pieces of work side by side.

#include "crew.h"

#include "mem.h"
#include "stop.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct crew {
    const struct crew_work *work;
    pthread_mutex_t lock; // of what follows
    size_t begun, done;
};

struct member {
    struct crew *crew;
    int cpu;
    pthread_t thread;
    bool is_there;
};

static bool take_piece(struct crew *crew, size_t *piece) {
    pthread_mutex_lock(&crew->lock);
    bool is_any = crew->begun < crew->work->count && !stop_signal();
    *piece = crew->begun;
    crew->begun += is_any;
    pthread_mutex_unlock(&crew->lock);
    return is_any;
}

static void tell_piece(struct crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->done++;
    if (crew->work->tell)
        crew->work->tell(crew->work->context, crew->done);
    pthread_mutex_unlock(&crew->lock);
}

static void *serve_crew(void *arg) {
    const struct member *member = arg;
    const struct crew_work *work = member->crew->work;
    for (size_t piece; take_piece(member->crew, &piece); tell_piece(member->crew))
        work->work(work->context, piece, member->cpu);
    return NULL;
}

// The caller is a member, too: where no thread can be had, it does all the work.
void crew_run(const struct crew_work *work, const int *cpus, size_t cpu_count) {
    struct crew crew = {.work = work, .lock = PTHREAD_MUTEX_INITIALIZER};
    size_t count = cpu_count < work->count ? cpu_count : work->count;
    struct member *members = mem_zero(count, sizeof *members);
    for (size_t i = 0; i < count; i++) {
        members[i] = (struct member){.crew = &crew, .cpu = cpus[i]};
        members[i].is_there =
            i > 0 && pthread_create(&members[i].thread, NULL, serve_crew, &members[i]) == 0;
    }
    if (count)
        serve_crew(&members[0]);
    for (size_t i = 1; i < count; i++)
        if (members[i].is_there)
            pthread_join(members[i].thread, NULL);
    free(members);
}
