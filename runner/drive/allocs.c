// SPDX-License-Identifier: MIT
// Counting allocations, as the driver sees it.

#include "allocs.h"

#include "elffile.h"
#include "mem.h"
#include "pass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// In allocs_library.S.
extern const char allocs_library[], allocs_library_end[];

struct allocs {
    const char *source; // of the counts
    int fd;             // of the library; -1: none
    char *entry;        // of the environment: the library before what the caller preloads
    char **environment; // with that entry; NULL: as it is
    char *second;       // the path of the second link; NULL: none
    bool can_count;
    struct errmsg why;    // not
    uint64_t short_calls; // of a batch of the trial, if its time allows no more; 0: it does
};

// ---- The library, in memory ------------------------------------------------------------------

static bool write_library(int fd) {
    for (const char *at = allocs_library; at < allocs_library_end;) {
        ssize_t length = write(fd, at, (size_t)(allocs_library_end - at));
        if (length < 0 && errno != EINTR)
            return false;
        at += length > 0 ? length : 0;
    }
    return true;
}

#define PRELOAD "LD_PRELOAD="

// The given one with the entry in the place of the like.
static char **environment_with(char *const *given, char *entry) {
    size_t count = 0, kept = 0;
    while (given[count])
        count++;
    char **environment = mem_zero(count + 2, sizeof *environment);
    for (size_t i = 0; i < count; i++)
        if (strncmp(given[i], PRELOAD, strlen(PRELOAD)) != 0)
            environment[kept++] = given[i];
    environment[kept] = entry;
    return environment;
}

static bool preload(struct allocs *allocs, const struct launch_how *how) {
    const char *others = getenv("LD_PRELOAD");
    allocs->source = "preload";
    allocs->fd = memfd_create("tare-alloc", MFD_CLOEXEC);
    if (allocs->fd < 0 || !write_library(allocs->fd))
        return fail(&allocs->why, "the library that counts cannot be put into memory: %s",
                    strerror(errno));
    // The runner's own, so that workers inherit nothing.
    allocs->entry = mem_printf(PRELOAD "/proc/%d/fd/%d%s%s", (int)getpid(), allocs->fd,
                               others && *others ? ":" : "", others ? others : "");
    allocs->environment =
        environment_with(how->environment ? how->environment : environ, allocs->entry);
    return true;
}

// ---- The second link of a static program -----------------------------------------------------

static bool is_older(const struct timespec *a, const struct timespec *b) {
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static bool find_second(struct allocs *allocs, const char *program) {
    struct stat first, second;
    allocs->source = "wrap";
    allocs->second = mem_printf("%s.alloc", program);
    if (stat(allocs->second, &second) != 0)
        return fail(&allocs->why,
                    "a static program, and no %s: link it a second time under that name (make "
                    "bench-alloc)",
                    allocs->second);
    if (stat(program, &first) == 0 && is_older(&second.st_mtim, &first.st_mtim))
        return fail(&allocs->why, "%s is older than the program; link it again (make bench-alloc)",
                    allocs->second);
    return true;
}

// ---- The means -------------------------------------------------------------------------------

static bool find_means(struct allocs *allocs, const struct launch_how *how, bool is_sanitized) {
    struct elffile elf;
    if (is_sanitized) {
        allocs->source = "sanitizer";
        return true;
    }
    if (how->serve_here)
        return fail(&allocs->why, "only workers can count; leave out --in-process, and valgrind");
    if (!elffile_read(&elf, how->program, &allocs->why))
        return false;
    bool is_loaded = elf.is_loaded;
    elffile_release(&elf);
    return is_loaded ? preload(allocs, how) : find_second(allocs, how->program);
}

static void init(struct allocs *allocs, const struct launch_how *how, bool is_sanitized) {
    *allocs = (struct allocs){.source = "preload", .fd = -1};
    allocs->can_count = find_means(allocs, how, is_sanitized);
}

static void release(struct allocs *allocs) {
    if (allocs->fd >= 0)
        close(allocs->fd);
    free(allocs->environment);
    free(allocs->entry);
    free(allocs->second);
}

// ---- The pass --------------------------------------------------------------------------------

const char *const allocs_pass_names[] = {"allocs",      "frees",     "reallocs", "allocated",
                                         "heap-growth", "heap-peak", NULL};

static bool can_count(void *context, const struct trial *trial, struct errmsg *why) {
    struct allocs *allocs = context;
    (void)trial;
    allocs->short_calls = 0;
    return allocs->can_count || fail(why, "%s", allocs->why.text);
}

// What an array that grows adds to a call depends on how many there are, and on no more than that
// as long as all samples take less than a second.
static uint64_t choose_calls(void *context, double once_ns, const struct wire_count *counts,
                             uint32_t count) {
    static const double batch_ns = 50000000;
    struct allocs *allocs = context;
    uint64_t calls = slope_calls(batch_ns / once_ns);
    (void)counts, (void)count;
    allocs->short_calls = calls < SLOPE_CALLS_MAX ? calls : 0;
    return calls;
}

static bool bind(void *context, struct slope *slope, struct errmsg *why) {
    const struct allocs *allocs = context;
    (void)why;
    if (allocs->short_calls)
        slope_bind(slope, allocs->short_calls);
    return true;
}

static struct launch_how counting(const struct allocs *allocs, const struct launch_how *how) {
    struct launch_how counting = *how;
    counting.meter = "allocs";
    counting.wanted = "";
    if (allocs->environment)
        counting.environment = allocs->environment;
    if (allocs->second)
        counting.program = allocs->second;
    return counting;
}

void allocs_pass(const struct pass_site *site, bool is_wanted, bool is_sanitized) {
    struct allocs allocs;
    init(&allocs, site->how, is_sanitized);
    struct pass pass = {.name = "allocations",
                        .is_wanted = is_wanted,
                        .how = counting(&allocs, site->how),
                        .slowness = 1,
                        .rounds = 2, // the second weighs
                        .kind = COUNT_VARIES,
                        .names = allocs_pass_names,
                        .source = allocs.source,
                        .prepare = can_count,
                        .collect = bind,
                        .calls = choose_calls,
                        .context = &allocs};
    pass_run(&pass, site);
    release(&allocs);
}
