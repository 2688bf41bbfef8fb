// SPDX-License-Identifier: MIT
// The links of a suite in which all functions lie further on.
#include "phases.h"

#include "mem.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PHASE_BYTES = 16 };

int phases_bytes(size_t phase) { return PHASE_BYTES * ((int)phase + 1); }

static bool are_executable(const struct phases *phases) {
    for (size_t i = 0; i < PHASES; i++)
        if (access(phases->paths[i], X_OK) != 0)
            return false;
    return true;
}

static bool is_older(const char *path, const char *program) {
    struct stat info[2];
    if (stat(path, &info[0]) != 0 || stat(program, &info[1]) != 0)
        return false; // who opens them says so
    const struct timespec *at = &info[0].st_mtim, *then = &info[1].st_mtim;
    return at->tv_sec < then->tv_sec || (at->tv_sec == then->tv_sec && at->tv_nsec < then->tv_nsec);
}

static bool check_age(const struct phases *phases, const char *program, struct errmsg *why) {
    for (size_t i = 0; i < PHASES; i++)
        if (is_older(phases->paths[i], program))
            return fail(why,
                        "%s: older than %s, so it may be of other code; build it again, copy both "
                        "with their times (cp -p), or remove it",
                        phases->paths[i], program);
    return true;
}

bool phases_find(struct phases *phases, const char *program, struct errmsg *why) {
    for (size_t i = 0; i < PHASES; i++)
        phases->paths[i] = mem_printf("%s.p%d", program, phases_bytes(i));
    bool are_there = are_executable(phases), good = !are_there || check_age(phases, program, why);
    if (!are_there || !good)
        phases_release(phases);
    return good;
}

bool phases_are_there(const struct phases *phases) { return phases->paths[0] != NULL; }

void phases_release(struct phases *phases) {
    for (size_t i = 0; i < PHASES; i++)
        free(phases->paths[i]);
    *phases = (struct phases){{NULL}};
}
