// SPDX-License-Identifier: MIT
// The meter of kind "allocs": what the calls do to the heap.

#include "allocs_meter.h"

#include "alloc_tally.h"
#include "mem.h"

#include <assert.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One measuring thread. `total` is since arm, without `live`; its peak is the highest rise of a
// batch.
struct member {
    struct alloc_counts begun;
    int64_t begun_live; // of the thread alone
    struct alloc_counts total;
};

struct allocs {
    const struct alloc_source *source;
    int64_t armed_live; // of all threads
    unsigned threads;
    struct member members[];
};

// ---- Who sees the calls ----------------------------------------------------------------------

// Linked into a static program, the second time; a preloaded library's may be found by name only.
extern const struct alloc_source ALLOC_SOURCE __attribute__((weak, visibility("default")));

#define TEXT_OF(name) #name
#define NAME_OF(name) TEXT_OF(name)

// Those that have an allocator of their own have both of these.
extern int __sanitizer_install_malloc_and_free_hooks(void (*saw_malloc)(const volatile void *,
                                                                        size_t),
                                                     void (*saw_free)(const volatile void *))
    __attribute__((weak));
extern size_t __sanitizer_get_allocated_size(const volatile void *block) __attribute__((weak));

bool allocs_meter_is_sanitized(void) {
    return __sanitizer_install_malloc_and_free_hooks && __sanitizer_get_allocated_size;
}

static void saw_malloc(const volatile void *block, size_t size) {
    struct alloc_counts *mine = alloc_tally_mine();
    (void)block;
    alloc_tally_add(&mine->allocs, 1);
    alloc_tally_add(&mine->bytes, size);
    alloc_tally_grow(mine, size);
}

static void saw_free(const volatile void *block) {
    struct alloc_counts *mine = alloc_tally_mine();
    alloc_tally_add(&mine->frees, 1);
    alloc_tally_shrink(mine, __sanitizer_get_allocated_size(block));
}

static const struct alloc_source sanitizer = {"sanitizer", alloc_tally_read, &alloc_tally_weighs};

static const struct alloc_source *hook_sanitizer(void) {
    static bool is_hooked;
    if (!is_hooked && allocs_meter_is_sanitized())
        is_hooked = __sanitizer_install_malloc_and_free_hooks(saw_malloc, saw_free) != 0;
    return is_hooked ? &sanitizer : NULL;
}

// NULL if nobody does.
static const struct alloc_source *find_source(void) {
    const struct alloc_source *source = hook_sanitizer();
    if (!source)
        source = &ALLOC_SOURCE;
    return source ? source : dlsym(RTLD_DEFAULT, NAME_OF(ALLOC_SOURCE));
}

static void find_function(const char *name, void *pointer) {
    void *function = dlsym(RTLD_DEFAULT, name);
    memcpy(pointer, &function, sizeof function);
}

static struct alloc_counts read_own(const struct alloc_source *source) {
    struct alloc_counts own, all;
    source->read(&own, &all);
    return own;
}

// ThreadSanitizer tells of a malloc, but not of a block that is aligned.
static bool sees_malloc(const struct alloc_source *source) {
    struct alloc_counts before = read_own(source);
    void *volatile blocks[] = {malloc(1), aligned_alloc(64, 64)};
    for (size_t i = 0; i < 2; i++)
        free(blocks[i]);
    struct alloc_counts after = read_own(source);
    return after.allocs == before.allocs + 2 && after.frees == before.frees + 2;
}

// C++'s, if the program has them: linked in, or in a library.
typedef void *new_function(size_t size);
typedef void delete_function(void *block);
extern new_function operator_new __asm__(ALLOC_NEW) __attribute__((weak, visibility("default")));
extern delete_function operator_delete __asm__(ALLOC_DELETE)
    __attribute__((weak, visibility("default")));

// An allocator may have some that do not ask malloc, and so may the program.
static bool sees_operators(const struct alloc_source *source) {
    new_function *new = &operator_new;
    delete_function *delete = &operator_delete;
    if (!new)
        find_function(ALLOC_NEW, &new);
    if (!delete)
        find_function(ALLOC_DELETE, &delete);
    if (!new || !delete)
        return true;
    struct alloc_counts before = read_own(source);
    void *volatile block = new (1);
    delete (block);
    struct alloc_counts after = read_own(source);
    return after.allocs > before.allocs && after.frees > before.frees;
}

// NULL if all calls are seen.
static const char *why_not(const struct alloc_source *source) {
    if (!source)
        return "the library that counts was not loaded; is LD_PRELOAD forbidden here?";
    if (!sees_malloc(source))
        return source == &sanitizer
                   ? "the sanitizer does not tell of all blocks; build without it"
                   : "the program has a malloc of its own, past which nothing is counted; link "
                     "that allocator as a shared library";
    if (!sees_operators(source))
        return "C++'s new and delete do not ask malloc here, and past it nothing is counted; let "
               "them ask it, or link the allocator that brings them as a shared library";
    return NULL;
}

// The library is not for what the case starts. If it was preloaded, it is the first, and from
// memory: a path that no user gives.
static void hide_library(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    if (!preloaded || strncmp(preloaded, "/proc/", strlen("/proc/")) != 0)
        return;
    const char *others = strchr(preloaded, ':');
    if (others)
        setenv("LD_PRELOAD", others + 1, true);
    else
        unsetenv("LD_PRELOAD");
}

// ---- The meter -------------------------------------------------------------------------------

static void close_allocs(struct meter *meter) { free(meter->state); }

static bool open_allocs(struct meter *meter, unsigned threads, const char *wanted,
                        struct errmsg *why) {
    (void)wanted;
    struct allocs *allocs = mem_zero(1, sizeof *allocs + threads * sizeof *allocs->members);
    allocs->threads = threads;
    meter->state = allocs;
    allocs->source = find_source();
    const char *reason = why_not(allocs->source);
    if (reason) {
        close_allocs(meter);
        return fail(why, "%s", reason);
    }
    hide_library();
    return true;
}

static int64_t read_live(const struct alloc_source *source) {
    struct alloc_counts own, all;
    source->read(&own, &all);
    return all.live;
}

static void arm(struct meter *meter, uint32_t round) {
    struct allocs *allocs = meter->state;
    *allocs->source->weighs = round % 2;
    allocs->armed_live = read_live(allocs->source);
    for (unsigned i = 0; i < allocs->threads; i++)
        allocs->members[i].total = (struct alloc_counts){0};
}

// What is counted for a thread: several do not count each other.
static struct alloc_counts read_for(const struct allocs *allocs, struct alloc_counts *own) {
    struct alloc_counts all;
    allocs->source->read(own, &all);
    return allocs->threads == 1 ? all : *own;
}

static void begin(struct meter *meter, unsigned thread) {
    struct allocs *allocs = meter->state;
    struct alloc_counts own;
    struct member *member = &allocs->members[thread];
    member->begun = read_for(allocs, &own);
    member->begun_live = own.live;
}

static void end(struct meter *meter, unsigned thread) {
    struct allocs *allocs = meter->state;
    struct alloc_counts own, now = read_for(allocs, &own);
    struct member *member = &allocs->members[thread];
    struct alloc_counts *total = &member->total;
    total->allocs += now.allocs - member->begun.allocs;
    total->frees += now.frees - member->begun.frees;
    total->reallocs += now.reallocs - member->begun.reallocs;
    total->bytes += now.bytes - member->begun.bytes;
    if (own.peak - member->begun_live > total->peak)
        total->peak = own.peak - member->begun_live;
}

// ---- Its report ------------------------------------------------------------------------------

static double allocs_of(const struct alloc_counts *sum) { return (double)sum->allocs; }
static double frees_of(const struct alloc_counts *sum) { return (double)sum->frees; }
static double reallocs_of(const struct alloc_counts *sum) { return (double)sum->reallocs; }
static double bytes_of(const struct alloc_counts *sum) { return (double)sum->bytes; }
static double live_of(const struct alloc_counts *sum) { return (double)sum->live; }
static double peak_of(const struct alloc_counts *sum) { return (double)sum->peak; }

static const struct row {
    const char *name;
    const char *unit;
    double (*of)(const struct alloc_counts *sum);
    bool is_weighed;
    bool is_level;
} rows[] = {
    {"allocs", "", allocs_of, false, false},     {"frees", "", frees_of, false, false},
    {"reallocs", "", reallocs_of, false, false}, {"allocated", "B", bytes_of, false, false},
    {"heap-growth", "B", live_of, true, false},  {"heap-peak", "B", peak_of, true, true},
};
enum { ROWS = sizeof rows / sizeof *rows };

// What a pass of BENCH_BATCHES or the tear-down frees is no growth.
static struct alloc_counts sum_of(const struct allocs *allocs) {
    struct alloc_counts sum = {.live = read_live(allocs->source) - allocs->armed_live};
    for (unsigned i = 0; i < allocs->threads; i++) {
        const struct alloc_counts *total = &allocs->members[i].total;
        sum.allocs += total->allocs;
        sum.frees += total->frees;
        sum.reallocs += total->reallocs;
        sum.bytes += total->bytes;
        sum.peak += total->peak;
    }
    return sum;
}

static const char *why_missing(const struct alloc_source *source, const struct row *row) {
    return source == &sanitizer && row->of == reallocs_of
               ? "a sanitizer tells of a realloc as of a malloc and a free"
               : NULL;
}

static size_t report(struct meter *meter, struct wire_count *counts) {
    static_assert(ROWS <= WIRE_COUNTS, "they do not fit");
    const struct allocs *allocs = meter->state;
    struct alloc_counts sum = sum_of(allocs);
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        const char *reason = why_missing(allocs->source, row);
        bool is_there = !reason && (*allocs->source->weighs || !row->is_weighed);
        counts[i] =
            (struct wire_count){.value = is_there ? row->of(&sum) : NAN, .is_level = row->is_level};
        strcpy(counts[i].name, row->name);
        strcpy(counts[i].unit, row->unit);
        strcpy(counts[i].source, allocs->source->name);
        snprintf(counts[i].reason, sizeof counts[i].reason, "%s", reason ? reason : "");
    }
    return ROWS;
}

const struct meter allocs_meter = {
    .kind = "allocs",
    .open = open_allocs,
    .arm = arm,
    .begin = begin,
    .end = end,
    .report = report,
    .close = close_allocs,
};
