// SPDX-License-Identifier: MIT
// Adds documents, and the program that made them, to the store.
#include "baseline_add.h"

#include "gitfacts.h"
#include "launch.h"
#include "mapped.h"
#include "mem.h"
#include "pin.h"
#include "progfile.h"
#include "side.h"
#include "stop.h"
#include "store.h"
#include "utc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t limit_ns = 60000000000;

enum { CPUS_MAX = sizeof((struct wire_trial *)0)->cpus / sizeof *((struct wire_trial *)0)->cpus };

struct addition {
    const struct baseline_add *wanted;
    struct store_document *documents;
    size_t document_count;
    struct store store;
    struct baseline baseline;
    struct mapped files; // of the program; none: it is not kept
    struct phases phases;
    struct objects objects;
};

// ---- The documents ---------------------------------------------------------------------------

static const char *hash_of(const struct store_document *document) {
    return document->doc.program.hash; // store_document_read wants one
}

static bool check_alike(const struct store_document *a, const struct store_document *b,
                        struct errmsg *why) {
    if (strcmp(a->names.machine, b->names.machine) != 0)
        return fail(why, "%s and %s are of different machines, %s and %s: add them one by one",
                    a->path, b->path, a->names.machine, b->names.machine);
    if (strcmp(a->names.program, b->names.program) != 0 || strcmp(hash_of(a), hash_of(b)) != 0)
        return fail(why, "%s and %s are of different programs: a baseline is of one", a->path,
                    b->path);
    return true;
}

static bool is_among(const struct addition *a, const struct store_document *document) {
    for (size_t i = 0; i < a->document_count; i++)
        if (a->documents[i].length == document->length &&
            memcmp(a->documents[i].text, document->text, document->length) == 0)
            return true;
    return false;
}

// One that is named twice counts once.
static bool keep_document(struct addition *a, struct store_document *document, struct errmsg *why) {
    if (is_among(a, document)) {
        store_document_release(document);
        return true;
    }
    a->documents = mem_push(a->documents, &a->document_count, sizeof *a->documents);
    a->documents[a->document_count - 1] = *document;
    return check_alike(&a->documents[0], document, why);
}

static bool read_document(void *context, const char *path, struct errmsg *why) {
    struct store_document document;
    return store_document_read(&document, path, why) && keep_document(context, &document, why);
}

static bool take_text(struct addition *a, const char *path, const char *text, struct errmsg *why) {
    struct store_document document;
    return store_document_take(&document, path, mem_text(text), strlen(text), why) &&
           keep_document(a, &document, why);
}

static bool read_documents(struct addition *a, struct errmsg *why) {
    const struct baseline_add *wanted = a->wanted;
    bool good = true;
    for (size_t i = 0; good && i < wanted->paths->count; i++) {
        const char *path = wanted->paths->items[i];
        const char *text = wanted->texts == NULL ? NULL : wanted->texts[i];
        good = text != NULL ? take_text(a, path, text, why)
                            : side_each_document(path, read_document, a, why);
    }
    return good;
}

// ---- The program -----------------------------------------------------------------------------

// One that a worker can be asked for with few CPUs.
static const struct trial *simplest_trial(const struct document *doc) {
    const struct trial *best = NULL;
    for (size_t i = 0; i < doc->trial_count; i++)
        if (doc->trials[i].status == TRIAL_MEASURED &&
            (best == NULL || doc->trials[i].threads < best->threads))
            best = &doc->trials[i];
    return best;
}

// Bodies may load more than the program's start does: the worker waits inside the loop.
static bool map_files(struct mapped *files, const struct launch_how *how, const struct trial *trial,
                      const struct launch_cpus *cpus, struct errmsg *why) {
    struct worker worker;
    struct wire_result result;
    struct wire_sample sample = {.calls = 1, .batches = 1, .flags = WIRE_CHECK | WIRE_STAY};
    struct errmsg cause = {""};
    enum launch_end end = launch_start(&worker, how, cpus, trial, limit_ns, &result, &cause);
    if (end == LAUNCH_GOES_ON)
        end = launch_sample(&worker, &sample, limit_ns, &result, &cause);
    if (end != LAUNCH_GOES_ON)
        return fail(why, "%s: no worker for %s: %s", how->program, trial->name,
                    end == LAUNCH_REFUSED ? result.reason : cause.text);
    bool good = mapped_read(files, worker.pid, why);
    launch_finish(&worker);
    return good;
}

static bool ask_worker(struct mapped *files, const char *program, const struct trial *trial,
                       const struct launch_cpus *cpus, struct errmsg *why) {
    char *argv[] = {(char *)program, NULL};
    struct launch_how how = {.program = program, .argv = argv};
    launch_prepare();
    bool good = map_files(files, &how, trial, cpus, why);
    stop_restore();
    return stop_signal() == 0 ? good : fail(why, "interrupted; nothing was changed");
}

// A document may ask for what no suite has.
static bool choose_cpus(struct launch_cpus *chosen, int cpus[CPUS_MAX], const struct trial *trial,
                        struct errmsg *why) {
    struct cpuset allowed;
    size_t count = 0;
    if (!pin_allowed(&allowed, why))
        return false;
    for (int cpu = cpuset_next(&allowed, -1);
         cpu >= 0 && count < CPUS_MAX && count < (size_t)trial->threads;
         cpu = cpuset_next(&allowed, cpu))
        cpus[count++] = cpu;
    *chosen = (struct launch_cpus){cpus, count};
    return count == (size_t)trial->threads ||
           fail(why,
                "%s takes %lld CPUs, of which this process may use %zu: without a worker it is not "
                "known what the program is made of; measure a trial with fewer threads, too",
                trial->name, (long long)trial->threads, count);
}

static bool check_trial(const struct trial *trial, struct errmsg *why) {
    return strlen(trial->name) < sizeof((struct wire_trial *)0)->name ||
           fail(why, "%.40s...: no suite has a trial with a name of %zu characters", trial->name,
                strlen(trial->name));
}

static bool find_files(struct addition *a, struct errmsg *why) {
    const char *program = a->wanted->program, *hash = hash_of(&a->documents[0]);
    char found[PROGFILE_HASH_SIZE];
    if (!progfile_hash(program, found, why))
        return false;
    if (strcmp(hash, found) != 0)
        return fail(why, "%s is not the program that made %s: its hash is %s, not %s", program,
                    a->documents[0].path, found, hash);
    const struct trial *trial = simplest_trial(&a->documents[0].doc);
    struct launch_cpus chosen;
    int cpus[CPUS_MAX];
    if (!check_trial(trial, why) || !choose_cpus(&chosen, cpus, trial, why))
        return false;
    char *path = strchr(program, '/') != NULL ? mem_text(program) : mem_printf("./%s", program);
    bool good =
        phases_find(&a->phases, path, why) && ask_worker(&a->files, path, trial, &chosen, why);
    free(path);
    return good;
}

static bool keep_program(struct addition *a, struct errmsg *why) {
    if (a->files.count == 0)
        return true;
    if (!store_program(&a->store, &a->objects, a->files.paths, a->files.count, &a->phases, why))
        return false;
    return strcmp(a->objects.items[0].hash, hash_of(&a->documents[0])) == 0 ||
           fail(why, "%s changed while it was stored; try again", a->wanted->program);
}

// ---- The segment -----------------------------------------------------------------------------

static bool begin_segment(struct addition *a, const char *reason, struct errmsg *why) {
    struct gitfacts git;
    gitfacts_read(&git);
    struct segment record = {
        .schema = SEGMENT_SCHEMA,
        .begun = utc_now(),
        .reason = (char *)reason,
        .commit = git.commit,
        .branch = git.branch,
        .dirty = git.is_dirty,
        .program_hash = (char *)hash_of(&a->documents[0]),
        .objects = a->objects,
    };
    bool good = store_begin(&a->store, &a->baseline, &record, a->documents, a->document_count, why);
    free(record.begun);
    gitfacts_release(&git);
    return good;
}

static bool begin(struct addition *a, const char *reason, FILE *out, struct errmsg *why) {
    const struct store_segment *last = baseline_current(&a->baseline);
    uint64_t number = last == NULL ? 1 : last->number + 1;
    if (!begin_segment(a, reason, why))
        return false;
    bool keeps = a->files.count != 0;
    bool kept = last != NULL && last->record.objects.count != 0;
    fprintf(out, "%s/%s: segment %llu begun with %zu document%s%s%s%s\n", a->baseline.machine,
            a->baseline.program, (unsigned long long)number, a->document_count,
            a->document_count == 1 ? "" : "s", keeps ? " and the program" : "",
            kept && !keeps ? "; the program, unlike before, is not kept: see --program" : "",
            last == NULL && a->wanted->reason != NULL ? "; there was no baseline" : "");
    return true;
}

// A record written before the program or its phases were kept gets them now.
static bool complete_record(struct addition *a, const struct store_segment *last,
                            struct errmsg *why) {
    if (a->objects.count <= last->record.objects.count)
        return true;
    struct segment record = last->record;
    record.objects = a->objects;
    return store_write_record(last, &record, why);
}

static bool has_object(const struct objects *objects, const struct object *wanted) {
    for (size_t i = 0; i < objects->count; i++)
        if (strcmp(objects->items[i].name, wanted->name) == 0 &&
            strcmp(objects->items[i].hash, wanted->hash) == 0)
            return true;
    return false;
}

// The first one that the others lack; NULL if there is none. Phases are of the same code.
static const struct object *find_extra(const struct objects *objects,
                                       const struct objects *others) {
    for (size_t i = 0; i < objects->count; i++)
        if (objects->items[i].phase == 0 && !has_object(others, &objects->items[i]))
            return &objects->items[i];
    return NULL;
}

// The executable may be the same while a library of its own is not.
static bool check_objects(const struct addition *a, const struct objects *kept,
                          struct errmsg *why) {
    if (a->files.count == 0 || kept->count == 0)
        return true;
    const struct object *extra = find_extra(&a->objects, kept);
    if (extra == NULL)
        extra = find_extra(kept, &a->objects);
    return extra == NULL ||
           fail(why,
                "%s/%s is of another program: its libraries are not those of %s now, %s differs; "
                "if the new code is to be the baseline, say so with tare baseline accept --reason "
                "TEXT",
                a->baseline.machine, a->baseline.program, a->wanted->program, extra->name);
}

static bool append(struct addition *a, FILE *out, struct errmsg *why) {
    const struct store_segment *last = baseline_current(&a->baseline);
    const char *name = a->baseline.program, *hash = hash_of(&a->documents[0]);
    if (last->record.program_hash == NULL || strcmp(last->record.program_hash, hash) != 0)
        return fail(why,
                    "%s/%s is of another program: its hash is %s, that of %s is %s; if the new "
                    "code is to be the baseline, say so with tare baseline accept --reason TEXT",
                    a->baseline.machine, name,
                    last->record.program_hash != NULL ? last->record.program_hash : "not known",
                    a->documents[0].path, hash);
    if (!check_objects(a, &last->record.objects, why) || !complete_record(a, last, why))
        return false;
    size_t added = 0;
    for (size_t i = 0; i < a->document_count; i++) {
        bool is_new;
        if (!store_append(last, &a->documents[i], &is_new, why))
            return false;
        added += is_new;
    }
    fprintf(out, "%s/%s: %zu document%s added to segment %llu, which has %zu now",
            a->baseline.machine, name, added, added == 1 ? "" : "s",
            (unsigned long long)last->number, last->document_count + added);
    if (added != a->document_count)
        fprintf(out, "; %zu already there", a->document_count - added);
    fputc('\n', out);
    return true;
}

static bool change(struct addition *a, FILE *out, struct errmsg *why) {
    const struct store_segment *last = baseline_current(&a->baseline);
    const char *reason = a->wanted->reason;
    if (last == NULL && !a->wanted->may_begin)
        return fail(why, "%s has no baseline of %s on %s yet; tare baseline add --init begins one",
                    a->store.path, a->baseline.program, a->baseline.machine);
    if (!keep_program(a, why))
        return false;
    if (last == NULL)
        return begin(a, reason != NULL ? reason : "the first run", out, why);
    return reason != NULL ? begin(a, reason, out, why) : append(a, out, why);
}

bool baseline_add(const struct baseline_add *wanted, FILE *out, struct errmsg *why) {
    assert(wanted->paths->count > 0);
    struct addition a = {.wanted = wanted, .store.lock = -1};
    bool good =
        read_documents(&a, why) && (wanted->program == NULL || find_files(&a, why)) &&
        store_open(&a.store, wanted->store, wanted->may_begin ? STORE_CREATE : STORE_WRITE, why);
    good = good &&
           store_find(&a.store, a.documents[0].names.machine, a.documents[0].names.program,
                      &a.baseline, why) &&
           change(&a, out, why);
    baseline_release(&a.baseline);
    objects_release(&a.objects);
    mapped_release(&a.files);
    phases_release(&a.phases);
    store_close(&a.store);
    for (size_t i = 0; i < a.document_count; i++)
        store_document_release(&a.documents[i]);
    free(a.documents);
    return good;
}
