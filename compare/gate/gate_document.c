// SPDX-License-Identifier: MIT
// What a gate measured, as JSON: the trials that each side lists and the epochs of each, enough to
// decide again without measuring.
#include "gate_document.h"

#include "json_table.h"
#include "mem.h"
#include "plan.h"
#include "signed_rank.h"
#include "spending.h"
#include "textfile.h"

#include <tare/bench.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Epochs that longer samples replaced count, too.
enum { EPOCHS_MAX = 1000 };

// How a trial ended, as far as it matters to who decides again.
static const char *const end_names[] = {[EPOCH_MEASURED] = "measured",
                                        [EPOCH_FAILED] = "failed",
                                        [EPOCH_SKIPPED] = "skipped",
                                        [EPOCH_INTERRUPTED] = "interrupted",
                                        [EPOCH_INDIVISIBLE] = "indivisible",
                                        [EPOCH_INCOMPARABLE] = "incomparable",
                                        NULL};
static const char *const culprit_names[] = {[SIDE_BASE] = "base", [SIDE_NEW] = "new", NULL};

// ---- In JSON ---------------------------------------------------------------------------------

// clang-format off
#define T struct epoch
static const struct json_field epoch_fields[] = {
    {FIELD("contrast",   JSON_REAL,  contrast)},
    {FIELD("base_ns",    JSON_REAL,  ns[SIDE_BASE])},
    {FIELD("new_ns",     JSON_REAL,  ns[SIDE_NEW])},
    {FIELD("base_shift", JSON_REAL,  shift[SIDE_BASE]), LEAN},
    {FIELD("new_shift",  JSON_REAL,  shift[SIDE_NEW]), LEAN},
    {FIELD("elapsed_ns", JSON_COUNT, elapsed_ns)},
};
static const struct json_shape epoch_shape = SHAPE(epoch_fields, T, 0);
#undef T

#define T struct gate_record
static const struct json_field record_fields[] = {
    {FIELD("name",      JSON_TEXT,  name), REQUIRED},
    {FIELD("sentinel",  JSON_BOOL,  is_sentinel), LEAN},
    {FIELD("calls",     JSON_COUNT, calls)},
    {FIELD("batches",   JSON_COUNT, batches)},
    {FIELD("sample_ns", JSON_COUNT, sample_ns)},
    {FIELD("detect",    JSON_REAL,  detect)},
    {FIELD("ignore",    JSON_REAL,  ignore)},
    {FIELD("extra",     JSON_REAL,  extra)},
    {FIELD("budget_ns", JSON_COUNT, budget_ns)},
    {FIELD("end",       JSON_ENUM,  recording.end), REQUIRED, .names = end_names},
    {FIELD("culprit",   JSON_ENUM,  recording.culprit), .names = culprit_names},
    {FIELD("why",       JSON_TEXT,  recording.why), LEAN},
    {ARRAY("epochs",    JSON_OBJECTS, recording.epochs, recording.count), .shape = &epoch_shape},
};
static const struct json_shape record_shape = SHAPE(record_fields, T, 0);
#undef T

#define T struct gate_document
static const struct json_field document_fields[] = {
    {FIELD("gate_schema", JSON_INT,   schema), REQUIRED},
    {FIELD("tare",        JSON_TEXT,  tare)},
    {FIELD("started",     JSON_TEXT,  started)},
    {FIELD("seed",        JSON_HEX,   seed)},
    {FIELD("elapsed_ms",  JSON_COUNT, elapsed_ms)},
    {FIELD("epochs",      JSON_COUNT, epochs), REQUIRED},
    {FIELD("interrupted", JSON_BOOL,  is_stopped)},
    {FIELD("base_path",   JSON_TEXT,  paths[SIDE_BASE]), REQUIRED},
    {FIELD("new_path",    JSON_TEXT,  paths[SIDE_NEW]), REQUIRED},
    {FIELD("base",        JSON_OBJECT, lists[SIDE_BASE]), REQUIRED, .shape = &document_shape},
    {FIELD("new",         JSON_OBJECT, lists[SIDE_NEW]), REQUIRED, .shape = &document_shape},
    {ARRAY("trials",      JSON_OBJECTS, records, record_count), REQUIRED, .shape = &record_shape},
};
static const struct json_shape shape = SHAPE(document_fields, T, 1);
#undef T
// clang-format on

// The trials of a side that were chosen, as its program listed them, but for those that failed or
// were skipped alone. Borrows; free its trials.
static struct document list_of(const struct document *doc, const struct settings *choice) {
    struct document list = *doc;
    list.trials = mem_zero(doc->trial_count, sizeof *list.trials);
    list.trial_count = 0;
    for (size_t i = 0; i < doc->trial_count; i++) {
        if (!plan_chooses(choice, &doc->trials[i]))
            continue;
        struct trial *listed = &list.trials[list.trial_count++];
        *listed = doc->trials[i];
        if (listed->status == TRIAL_MEASURED)
            listed->status = TRIAL_PLANNED;
    }
    return list;
}

bool gate_document_write(const struct gate_document *document, const struct side sides[SIDES],
                         const struct settings *choice, const char *path, struct errmsg *why) {
    struct gate_document whole = *document;
    whole.schema = GATE_SCHEMA;
    whole.tare = TARE_VERSION;
    for (int side = 0; side < SIDES; side++) {
        whole.paths[side] = sides[side].runs[0].path;
        whole.lists[side] = list_of(&sides[side].runs[0].doc, choice);
    }
    size_t length;
    char *text = json_write(&shape, &whole, &length);
    bool good = textfile_write(path, text, length, why);
    free(text);
    for (int side = 0; side < SIDES; side++)
        free(whole.lists[side].trials);
    return good;
}

void gate_document_release(struct gate_document *document) { json_release(&shape, document); }

// ---- Checks ----------------------------------------------------------------------------------

static bool check_record(const struct gate_record *record, struct errmsg *why) {
    const struct recording *r = &record->recording;
    if (!(record->ignore >= 0 && record->detect >= record->ignore && record->extra >= 0))
        return fail(why, "trial %s: no rule that it was measured for", record->name);
    if (r->count > EPOCHS_MAX)
        return fail(why, "trial %s: more than %d epochs", record->name, EPOCHS_MAX);
    for (size_t i = 0; i < r->count; i++)
        for (int side = 0; side < SIDES; side++)
            if (!isnan(r->epochs[i].ns[side]) && r->epochs[i].ns[side] < 0)
                return fail(why, "trial %s: epoch %zu takes less than no time", record->name,
                            i + 1);
    return true;
}

static bool check(const struct gate_document *document, struct errmsg *why) {
    if (document->schema != GATE_SCHEMA)
        return fail(why,
                    "gate_schema %lld, this tare reads %d; read it with the tare that wrote it",
                    (long long)document->schema, GATE_SCHEMA);
    if (document->epochs < SPENDING_COUNT_MIN || document->epochs > SIGNED_RANK_MAX)
        return fail(why, "%llu epochs of each trial, not %d to %d",
                    (unsigned long long)document->epochs, SPENDING_COUNT_MIN, SIGNED_RANK_MAX);
    for (int side = 0; side < SIDES; side++)
        if (!document_check(&document->lists[side], why))
            return false;
    for (size_t i = 0; i < document->record_count; i++)
        if (!check_record(&document->records[i], why))
            return false;
    return true;
}

bool gate_document_read(struct gate_document *document, const char *path, struct errmsg *why) {
    char *text;
    size_t length;
    struct errmsg cause;
    *document = (struct gate_document){0};
    if (!textfile_read(path, DOCUMENT_BYTES_MAX, &text, &length, why))
        return false;
    bool good = json_read(&shape, text, length, document, &cause) && check(document, &cause);
    free(text);
    if (good)
        return true;
    gate_document_release(document);
    return fail(why, "%s: no document of a gate that can be decided again: %s", path, cause.text);
}

// ---- Records and trials ----------------------------------------------------------------------

void gate_document_record(struct gate_document *document, const struct gate_trial *trials,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct gate_trial *trial = &trials[i];
        document->records =
            mem_push(document->records, &document->record_count, sizeof *document->records);
        document->records[document->record_count - 1] = (struct gate_record){
            .name = (char *)trial->name,
            .is_sentinel = trial->is_sentinel,
            .calls = trial->how.calls,
            .batches = trial->how.batches,
            .sample_ns = trial->how.sample_ns,
            .detect = trial->rule.detect,
            .ignore = trial->rule.ignore,
            .extra = trial->how.extra,
            .budget_ns = trial->budget_ns,
            .recording = trial->taken,
        };
    }
}

static int by_name(const void *a, const void *b) {
    const struct gate_record *p = *(struct gate_record *const *)a,
                             *q = *(struct gate_record *const *)b;
    int order = (int)p->is_sentinel - (int)q->is_sentinel;
    return order != 0 ? order : strcmp(p->name, q->name);
}

void gate_document_give(const struct gate_document *document, struct gate_trial *trials,
                        size_t count) {
    static const struct recording none = {.end = EPOCH_SKIPPED, .why = "not in this document"};
    const struct gate_record **sorted = mem_zero(document->record_count, sizeof *sorted);
    for (size_t i = 0; i < document->record_count; i++)
        sorted[i] = &document->records[i];
    if (document->record_count > 1)
        qsort(sorted, document->record_count, sizeof *sorted, by_name);
    for (size_t i = 0; i < count; i++) {
        struct gate_record wanted = {.name = (char *)trials[i].name,
                                     .is_sentinel = trials[i].is_sentinel};
        const struct gate_record *key = &wanted;
        const struct gate_record **found =
            document->record_count == 0
                ? NULL
                : bsearch(&key, sorted, document->record_count, sizeof *sorted, by_name);
        trials[i].given = found != NULL ? &(*found)->recording : &none;
        trials[i].budget_ns = found != NULL ? (*found)->budget_ns : 0;
        if (found != NULL && trials[i].is_sentinel) {
            trials[i].rule.detect = (*found)->detect;
            trials[i].rule.ignore = (*found)->ignore;
            trials[i].how.extra = (*found)->extra;
        }
    }
    free(sorted);
}
