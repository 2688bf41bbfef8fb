// SPDX-License-Identifier: MIT
// The store: baselines by machine and program.
#include "store.h"

#include "mem.h"
#include "plaintext.h"
#include "store_sweep.h"
#include "storefs.h"
#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STORE_VERSION 1
#define MARK          "tare store "
#define RECORD        "segment.json"

// ---- Opening ---------------------------------------------------------------------------------

static bool refuse_unmarked(const char *path, struct errmsg *why) {
    if (access(path, F_OK) != 0)
        return fail(why,
                    "%s: there is no store yet; tare baseline add --init begins one, --store names "
                    "another",
                    path);
    return fail(why,
                "%s: no store of tare: it has no file STORE; name another with --store, or a new "
                "or empty directory with tare baseline add --init",
                path);
}

static bool check_mark(const char *path, const char *mark, struct errmsg *why) {
    char text[64];
    if (access(mark, F_OK) == 0 && !storefs_check_file(mark, why))
        return false;
    if (!textfile_peek(mark, text, sizeof text))
        return refuse_unmarked(path, why);
    char *end = text;
    long version =
        strncmp(text, MARK, strlen(MARK)) == 0 ? strtol(text + strlen(MARK), &end, 10) : 0;
    if (version <= 0 || *end != '\0')
        return fail(why, "%s: not what tare wrote; is %s a store?", mark, path);
    if (version > STORE_VERSION)
        return fail(why, "%s: a store of version %ld; this tare knows %d: use a newer one", path,
                    version, STORE_VERSION);
    return true;
}

static bool create(const char *path, const char *mark, struct errmsg *why) {
    if (access(mark, F_OK) == 0)
        return true;
    if (access(path, F_OK) == 0 && !storefs_is_empty(path))
        return fail(why,
                    "%s: no store of tare, and there is something else in its place; name another "
                    "place with --store",
                    path);
    char text[64];
    int length = snprintf(text, sizeof text, MARK "%d\n", STORE_VERSION);
    return storefs_make(path, why) && textfile_write(mark, text, (size_t)length, why);
}

// Naps, where waiting in the kernel could not say that it waits.
static bool take_lock(const struct store *store) {
    enum { SILENT = 20 };
    for (int naps = 0; flock(store->lock, LOCK_EX | LOCK_NB) != 0; naps++) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        if (naps == SILENT) {
            char *path = plain_text(store->path);
            fprintf(stderr, "tare: waiting for another writer of %s\n", path);
            free(path);
        }
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    return true;
}

static bool lock(struct store *store, struct errmsg *why) {
    char *path = storefs_path(store->path, "lock");
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    bool good = store->lock >= 0 && take_lock(store);
    if (!good)
        fail(why, "%s: cannot be locked for writing: %s; nothing was changed", path,
             strerror(errno));
    free(path);
    return good;
}

char *store_machines(const struct store *store) { return storefs_path(store->path, "machines"); }
char *store_programs(const struct store *store) { return storefs_path(store->path, "programs"); }

static bool make_parts(const struct store *store, struct errmsg *why) {
    char *machines = store_machines(store), *programs = store_programs(store);
    bool good = storefs_make(machines, why) && storefs_make(programs, why);
    free(programs);
    free(machines);
    return good;
}

void store_close(struct store *store) {
    if (store->lock >= 0)
        close(store->lock);
    free(store->path);
    *store = (struct store){.lock = -1};
}

// Where a link leads; what is in the store is reached without any. Free it.
static char *place_of(const char *path) {
    struct stat info;
    char *target = lstat(path, &info) == 0 && S_ISLNK(info.st_mode) ? realpath(path, NULL) : NULL;
    return target != NULL ? target : mem_text(path);
}

bool store_open(struct store *store, const char *path, enum store_access access,
                struct errmsg *why) {
    *store = (struct store){.path = place_of(path), .lock = -1};
    char *mark = storefs_path(store->path, "STORE");
    bool good = access != STORE_CREATE || create(store->path, mark, why);
    good = good && check_mark(store->path, mark, why);
    free(mark);
    if (good && access != STORE_READ)
        good = lock(store, why) && make_parts(store, why) && store_sweep(store, why);
    if (!good)
        store_close(store);
    return good;
}

// ---- Looking ---------------------------------------------------------------------------------

static void segment_close(struct store_segment *segment) {
    free(segment->path);
    segment_release(&segment->record);
    for (size_t i = 0; i < segment->document_count; i++)
        free(segment->documents[i]);
    free(segment->documents);
}

static void forget_segments(struct baseline *baseline) {
    for (size_t i = 0; i < baseline->segment_count; i++)
        segment_close(&baseline->segments[i]);
    free(baseline->segments);
    baseline->segments = NULL;
    baseline->segment_count = 0;
}

void baseline_release(struct baseline *baseline) {
    forget_segments(baseline);
    free(baseline->machine);
    free(baseline->program);
    free(baseline->damage);
    *baseline = (struct baseline){0};
}

void baselines_release(struct baselines *all) {
    for (size_t i = 0; i < all->count; i++)
        baseline_release(&all->items[i]);
    free(all->items);
    *all = (struct baselines){0};
}

void baselines_take(struct baselines *all, struct baseline *baseline) {
    all->items = mem_push(all->items, &all->count, sizeof *all->items);
    all->items[all->count - 1] = *baseline;
    *baseline = (struct baseline){0};
}

const struct store_segment *baseline_current(const struct baseline *baseline) {
    return baseline->segment_count == 0 ? NULL : &baseline->segments[baseline->segment_count - 1];
}

static bool read_record(struct store_segment *segment, struct errmsg *why) {
    char *path = storefs_path(segment->path, RECORD), *text = NULL;
    size_t length = 0;
    bool good = storefs_check_file(path, why) &&
                textfile_read(path, SEGMENT_BYTES_MAX, &text, &length, why) &&
                segment_parse(&segment->record, path, text, length, why);
    free(text);
    free(path);
    return good;
}

static bool read_documents(struct store_segment *segment, struct errmsg *why) {
    struct storefs_names names;
    if (!storefs_list(segment->path, &names, why))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        if (strcmp(names.items[i], RECORD) == 0)
            continue;
        segment->documents =
            mem_push(segment->documents, &segment->document_count, sizeof *segment->documents);
        char **path = &segment->documents[segment->document_count - 1];
        *path = storefs_path(segment->path, names.items[i]);
        good = storefs_check_file(*path, why);
    }
    storefs_names_release(&names);
    if (good && segment->document_count == 0)
        good = fail(why, "%s: a segment without documents: this is not how tare left it; remove it",
                    segment->path);
    return good;
}

static char *segment_name(uint64_t number) {
    return mem_printf("%04llu", (unsigned long long)number);
}

// A segment's number; 0 for what is none.
static uint64_t number_of(const char *name) {
    uint64_t number = strtoull(name, NULL, 10);
    char *own = segment_name(number);
    bool is_own = strcmp(own, name) == 0 && number < UINT32_MAX;
    free(own);
    return is_own ? number : 0;
}

static int by_number(const void *a, const void *b) {
    uint64_t p = ((const struct store_segment *)a)->number;
    uint64_t q = ((const struct store_segment *)b)->number;
    return (p > q) - (p < q);
}

static bool read_segment(struct baseline *baseline, char *path, uint64_t number,
                         struct errmsg *why) {
    baseline->segments =
        mem_push(baseline->segments, &baseline->segment_count, sizeof *baseline->segments);
    struct store_segment *segment = &baseline->segments[baseline->segment_count - 1];
    *segment = (struct store_segment){.path = path, .number = number};
    return storefs_check_directory(path, why) && read_record(segment, why) &&
           read_documents(segment, why);
}

static bool read_segments(struct baseline *baseline, const char *path, struct errmsg *why) {
    struct storefs_names names;
    if (!storefs_list(path, &names, why))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < names.count; i++) {
        uint64_t number = number_of(names.items[i]);
        good = number != 0 ? read_segment(baseline, storefs_path(path, names.items[i]), number, why)
                           : fail(why, "%s/%s: not a segment that tare wrote; remove it", path,
                                  names.items[i]);
    }
    storefs_names_release(&names);
    if (baseline->segment_count != 0)
        qsort(baseline->segments, baseline->segment_count, sizeof *baseline->segments, by_number);
    return good;
}

static char *baseline_path(const struct store *store, const char *machine, const char *program) {
    return mem_printf("%s/machines/%s/%s", store->path, machine, program);
}

// Each step of the way: a link in the middle would lead out of the store.
static bool check_way(const struct store *store, const char *machine, const char *program,
                      struct errmsg *why) {
    char *machines = store_machines(store);
    char *home = storefs_path(machines, machine);
    char *path = storefs_path(home, program);
    bool good = storefs_check_directory(machines, why) && storefs_check_directory(home, why) &&
                storefs_check_directory(path, why);
    free(path);
    free(home);
    free(machines);
    return good;
}

static bool read_baseline(const struct store *store, struct baseline *baseline,
                          struct errmsg *why) {
    char *path = baseline_path(store, baseline->machine, baseline->program);
    bool good =
        access(path, F_OK) != 0 || (check_way(store, baseline->machine, baseline->program, why) &&
                                    read_segments(baseline, path, why));
    free(path);
    return good;
}

// What a writer removes just now looks like damage: whoever looks again sees all of it or nothing.
static bool read_settled(const struct store *store, struct baseline *baseline, struct errmsg *why) {
    enum { LOOKS = 3 };
    for (int i = 0; i < LOOKS; i++) {
        if (read_baseline(store, baseline, why))
            return true;
        forget_segments(baseline);
    }
    return false;
}

bool store_find(const struct store *store, const char *machine, const char *program,
                struct baseline *baseline, struct errmsg *why) {
    *baseline = (struct baseline){.machine = mem_text(machine), .program = mem_text(program)};
    if (read_settled(store, baseline, why))
        return true;
    baseline_release(baseline);
    return false;
}

static void list_baseline(const struct store *store, const char *machine, const char *program,
                          struct baselines *all) {
    struct baseline found = {.machine = mem_text(machine), .program = mem_text(program)};
    struct errmsg damage;
    if (!read_settled(store, &found, &damage))
        found.damage = mem_text(damage.text);
    if (found.segment_count != 0 || found.damage != NULL)
        baselines_take(all, &found);
    baseline_release(&found);
}

static void list_machine(const struct store *store, const char *machines, const char *machine,
                         struct baselines *all) {
    char *home = storefs_path(machines, machine);
    struct storefs_names programs = {0};
    struct errmsg damage;
    if (!storefs_check_directory(home, &damage) || !storefs_list(home, &programs, &damage)) {
        struct baseline damaged = {mem_text(machine), mem_text(""),
                                   .damage = mem_text(damage.text)};
        baselines_take(all, &damaged);
    }
    for (size_t i = 0; i < programs.count; i++)
        list_baseline(store, machine, programs.items[i], all);
    storefs_names_release(&programs);
    free(home);
}

bool store_list(const struct store *store, struct baselines *all, struct errmsg *why) {
    *all = (struct baselines){0};
    char *machines = store_machines(store);
    struct storefs_names names = {0};
    bool good = access(machines, F_OK) != 0 ||
                (storefs_check_directory(machines, why) && storefs_list(machines, &names, why));
    for (size_t i = 0; i < names.count; i++)
        list_machine(store, machines, names.items[i], all);
    storefs_names_release(&names);
    free(machines);
    return good;
}

uint64_t store_bytes(const struct store *store) { return storefs_bytes(store->path); }

// ---- Changing --------------------------------------------------------------------------------

static bool write_document(const char *directory, const struct store_document *document,
                           bool *is_new, struct errmsg *why) {
    char *name = store_document_name(document);
    char *path = storefs_path(directory, name);
    *is_new = access(path, F_OK) != 0;
    bool good = !*is_new || textfile_write(path, document->text, document->length, why);
    free(path);
    free(name);
    return good;
}

static bool write_record(const char *directory, const struct segment *record, struct errmsg *why) {
    size_t length;
    char *text = segment_text(record, &length);
    char *path = storefs_path(directory, RECORD);
    bool good = textfile_write(path, text, length, why);
    free(path);
    free(text);
    return good;
}

bool store_write_record(const struct store_segment *segment, const struct segment *record,
                        struct errmsg *why) {
    return write_record(segment->path, record, why);
}

bool store_append(const struct store_segment *segment, const struct store_document *document,
                  bool *is_new, struct errmsg *why) {
    return write_document(segment->path, document, is_new, why);
}

static bool fill_segment(const char *directory, const struct segment *record,
                         const struct store_document *documents, size_t count, struct errmsg *why) {
    bool good = write_record(directory, record, why), is_new;
    for (size_t i = 0; good && i < count; i++)
        good = write_document(directory, &documents[i], &is_new, why);
    return good;
}

bool store_begin(const struct store *store, const struct baseline *baseline,
                 const struct segment *record, const struct store_document *documents, size_t count,
                 struct errmsg *why) {
    const struct store_segment *last = baseline_current(baseline);
    char *machines = store_machines(store);
    char *machine = storefs_path(machines, baseline->machine);
    char *home = storefs_path(machine, baseline->program);
    char *name = segment_name(last == NULL ? 1 : last->number + 1);
    char *path = storefs_path(home, name);
    bool good = storefs_make(machine, why) && storefs_make(home, why);
    char *temporary = good ? storefs_begin(home, why) : NULL;
    good = temporary != NULL && fill_segment(temporary, record, documents, count, why) &&
           storefs_appear(temporary, path, why);
    if (!good && temporary != NULL)
        storefs_remove(temporary, NULL);
    free(temporary);
    free(path);
    free(name);
    free(home);
    free(machine);
    free(machines);
    return good;
}

bool store_program(const struct store *store, struct objects *objects, char *const *paths,
                   size_t count, const struct phases *phases, struct errmsg *why) {
    char *programs = store_programs(store);
    bool good = objects_store(objects, programs, paths, count, phases, why);
    free(programs);
    return good;
}

bool store_remove_baseline(const struct store *store, const struct baseline *baseline,
                           struct errmsg *why) {
    char *path = baseline_path(store, baseline->machine, baseline->program);
    if (*baseline->program == '\0')
        path[strlen(path) - 1] = '\0'; // the machine, which may be no directory
    bool good = storefs_remove(path, why);
    free(path);
    return good;
}

bool store_remove_segment(const struct store_segment *segment, struct errmsg *why) {
    return storefs_remove(segment->path, why);
}
