// SPDX-License-Identifier: MIT
// The document: growing it, checking it, and what the numbers of a trial say.
#include "document.h"

#include "mem.h"
#include "stats.h"
#include "textfile.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void document_release(struct document *doc) { json_release(&document_shape, doc); }

// ---- Growing

void document_note(struct document *doc, enum note_level level, const char *id, const char *trial,
                   const char *format, ...) {
    doc->notes = mem_push(doc->notes, &doc->note_count, sizeof *doc->notes);
    struct note *note = &doc->notes[doc->note_count - 1];
    va_list args;
    va_start(args, format);
    *note = (struct note){mem_text(id), (int)level, mem_text(trial), mem_vprintf(format, args)};
    va_end(args);
}

static void add_fact(struct document *doc, const char *key, const char *text, double number) {
    for (size_t i = 0; i < doc->machine_count; i++)
        assert(strcmp(doc->machine[i].key, key) != 0);
    doc->machine = mem_push(doc->machine, &doc->machine_count, sizeof *doc->machine);
    doc->machine[doc->machine_count - 1] =
        (struct json_pair){mem_text(key), mem_text(text), number};
}

void document_fact(struct document *doc, const char *key, const char *text) {
    assert(text != NULL);
    add_fact(doc, key, text, NAN);
}

void document_number(struct document *doc, const char *key, double number) {
    add_fact(doc, key, NULL, number);
}

void document_missing(struct document *doc, const char *key, const char *why) {
    add_fact(doc, key, NULL, NAN);
    doc->machine_missing =
        mem_push(doc->machine_missing, &doc->machine_missing_count, sizeof *doc->machine_missing);
    doc->machine_missing[doc->machine_missing_count - 1] =
        (struct json_pair){mem_text(key), mem_text(why), NAN};
}

const struct json_pair *document_find_fact(const struct document *doc, const char *key) {
    for (size_t i = 0; i < doc->machine_count; i++) {
        const struct json_pair *fact = &doc->machine[i];
        if (strcmp(fact->key, key) == 0)
            return fact->text == NULL && isnan(fact->number) ? NULL : fact;
    }
    return NULL;
}

// ---- Checking

static bool check_launches(const struct trial *trial, struct errmsg *why) {
    if (trial->calls == 0)
        return fail(why, "trial %s: measured with 0 calls in a batch", trial->name);
    if (trial->launch_count == 0)
        return fail(why, "trial %s: measured without a launch", trial->name);
    for (size_t i = 0; i < trial->launch_count; i++)
        if (trial->launches[i].span_count == 0)
            return fail(why, "trial %s: launch %zu has no sample", trial->name, i + 1);
    return true;
}

static bool check_counts(const struct trial *trial, struct errmsg *why) {
    if (trial->count_count > DOCUMENT_COUNTS_MAX)
        return fail(why, "trial %s: %zu counts, more than %d", trial->name, trial->count_count,
                    DOCUMENT_COUNTS_MAX);
    for (size_t i = 0; i < trial->count_count; i++) {
        const struct count *count = &trial->counts[i];
        if (isnan(count->value) && count->reason == NULL)
            return fail(why, "trial %s: no value of %s and no reason", trial->name, count->name);
        if (document_count_like(trial, count) != count)
            return fail(why, "trial %s: %s by %s is there twice", trial->name, count->name,
                        count->source);
    }
    return true;
}

static bool check_trial(const struct trial *trial, const struct document *doc, struct errmsg *why) {
    if (trial->threads < 1)
        return fail(why, "trial %s: %lld threads", trial->name, (long long)trial->threads);
    if (trial->unit < 0 || (trial->unit > 0 && (uint64_t)trial->unit >= doc->program.unit_count))
        return fail(why, "trial %s: unit %lld of %zu", trial->name, (long long)trial->unit,
                    doc->program.unit_count);
    for (size_t i = 0; i < trial->metric_count; i++)
        if (trial->metrics[i].value_count != trial->launch_count)
            return fail(why, "trial %s: metric %s has %zu values for %zu launches", trial->name,
                        trial->metrics[i].name, trial->metrics[i].value_count, trial->launch_count);
    for (size_t i = 0; i < trial->address_count; i++)
        if (trial->addresses[i].offset_count != trial->launch_count)
            return fail(why, "trial %s: address %s has %zu offsets for %zu launches", trial->name,
                        trial->addresses[i].name, trial->addresses[i].offset_count,
                        trial->launch_count);
    if (!check_counts(trial, why))
        return false;
    bool needs_reason = trial->status == TRIAL_FAILED || trial->status == TRIAL_SKIPPED;
    if (needs_reason && trial->reason == NULL)
        return fail(why, "trial %s: %s without a reason", trial->name,
                    trial_status_names[trial->status]);
    return trial->status != TRIAL_MEASURED || check_launches(trial, why);
}

static int compare_names(const void *a, const void *b) {
    return strcmp((*(const struct trial *const *)a)->name, (*(const struct trial *const *)b)->name);
}

static bool check_names(const struct trial *trials, size_t count, struct errmsg *why) {
    const struct trial **sorted = mem_zero(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &trials[i];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_names);
    const char *twice = NULL;
    for (size_t i = 1; i < count && twice == NULL; i++)
        if (compare_names(&sorted[i - 1], &sorted[i]) == 0)
            twice = sorted[i]->name;
    free(sorted);
    return twice == NULL || fail(why, "trial %s: is there twice", twice);
}

static bool check_trials(const struct document *doc, const struct trial *trials, size_t count,
                         struct errmsg *why) {
    for (size_t i = 0; i < count; i++)
        if (!check_trial(&trials[i], doc, why))
            return false;
    return check_names(trials, count, why);
}

static bool check_schema(int64_t schema, struct errmsg *why) {
    return schema == DOCUMENT_SCHEMA ||
           fail(why, "schema %lld, this tare reads %d; read it with the tare that wrote it",
                (long long)schema, DOCUMENT_SCHEMA);
}

bool document_check(const struct document *doc, struct errmsg *why) {
    if (!check_schema(doc->schema, why))
        return false;
    if (doc->settings.shard > doc->settings.shards)
        return fail(why, "settings: shard %llu of %llu", (unsigned long long)doc->settings.shard,
                    (unsigned long long)doc->settings.shards);
    return check_trials(doc, doc->yardsticks, doc->yardstick_count, why) &&
           check_trials(doc, doc->trials, doc->trial_count, why);
}

// ---- Reading and writing

// What another schema may have changed is no reason to complain about; its number is.
static bool has_other_schema(const char *text, size_t length, struct errmsg *why) {
    static const struct json_field field = {.name = "schema", .kind = JSON_INT, .required = true};
    static const struct json_shape shape = {&field, 1, sizeof(int64_t), 0};
    int64_t schema = 0;
    return json_read(&shape, text, length, &schema, NULL) && !check_schema(schema, why);
}

bool document_parse(struct document *doc, const char *text, size_t length, struct errmsg *why) {
    if (length == 0)
        return fail(why, "is empty; was the run that wrote it cut off?");
    *doc = (struct document){0};
    if (!json_read(&document_shape, text, length, doc, why)) {
        has_other_schema(text, length, why);
        return false;
    }
    bool is_sound = document_check(doc, why);
    if (!is_sound)
        document_release(doc);
    return is_sound;
}

bool document_refuse(const char *path, const struct errmsg *cause, struct errmsg *why) {
    return fail(why, "%s: no document of tare: %s", path, cause->text);
}

bool document_read(struct document *doc, const char *path, struct errmsg *why) {
    char *text;
    size_t length;
    struct errmsg cause;
    if (!textfile_read(path, DOCUMENT_BYTES_MAX, &text, &length, why))
        return false;
    bool is_read = document_parse(doc, text, length, &cause);
    free(text);
    return is_read || document_refuse(path, &cause, why);
}

char *document_text(const struct document *doc, size_t *length) {
    struct errmsg why;
    bool is_sound = document_check(doc, &why);
    if (!is_sound)
        fprintf(stderr, "tare: %s\n", why.text);
    assert(is_sound);
    return json_write(&document_shape, doc, length);
}

// ---- Summaries

// A launch's samples in ns per call; NULL without any.
static double *samples_of(const struct trial *trial, const struct launch *launch) {
    if (trial->calls == 0)
        return NULL;
    double *samples = mem_zero(launch->span_count, sizeof *samples);
    for (size_t i = 0; i < launch->span_count; i++)
        samples[i] = (double)launch->spans[i] / (double)trial->calls;
    return samples;
}

struct centre {
    double median;
    double spread; // MAD/median
};

// Sorts the samples.
static struct centre centre_of(double *samples, size_t count) {
    if (samples == NULL)
        return (struct centre){NAN, NAN};
    double median = stats_median_in_place(samples, count);
    return (struct centre){median, stats_mad(samples, count) / median};
}

double launch_ns(const struct trial *trial, const struct launch *launch) {
    double *samples = samples_of(trial, launch);
    double median = samples == NULL ? NAN : stats_median_in_place(samples, launch->span_count);
    free(samples);
    return median;
}

struct trial_summary trial_summarize(const struct trial *trial) {
    double *medians = mem_zero(trial->launch_count, sizeof *medians);
    double *spreads = mem_zero(trial->launch_count, sizeof *spreads);
    size_t median_count = 0, spread_count = 0;
    for (size_t i = 0; i < trial->launch_count; i++) {
        double *samples = samples_of(trial, &trial->launches[i]);
        struct centre centre = centre_of(samples, trial->launches[i].span_count);
        free(samples);
        if (!isnan(centre.median))
            medians[median_count++] = centre.median;
        if (!isnan(centre.spread))
            spreads[spread_count++] = centre.spread;
    }
    struct centre all = centre_of(medians, median_count);
    struct trial_summary summary = {
        .ns = all.median,
        .within = stats_median_in_place(spreads, spread_count),
        .between = all.spread,
        .fastest = median_count != 0 ? medians[0] : NAN, // centre_of has sorted them
        .low = median_count != 0 ? medians[median_count / 4] : NAN,
        .middle = median_count != 0 ? medians[median_count / 2] : NAN,
        .launches = median_count,
    };
    free(medians);
    free(spreads);
    return summary;
}

double trial_faults(const struct trial *trial) {
    double *values = mem_zero(trial->launch_count, sizeof *values);
    for (size_t i = 0; i < trial->launch_count; i++)
        values[i] = trial->launches[i].faults_minor;
    double median = stats_median_in_place(values, trial->launch_count);
    free(values);
    return median;
}

const struct count *document_count_like(const struct trial *trial, const struct count *count) {
    for (size_t i = 0; i < trial->count_count; i++) {
        const struct count *found = &trial->counts[i];
        if (strcmp(found->name, count->name) == 0 && strcmp(found->source, count->source) == 0)
            return found;
    }
    return NULL;
}

const struct trial_metric *document_metric(const struct trial *trial, const char *name) {
    for (size_t i = 0; i < trial->metric_count; i++)
        if (strcmp(trial->metrics[i].name, name) == 0)
            return &trial->metrics[i];
    return NULL;
}

double document_metric_median(const struct trial_metric *metric) {
    if (metric == NULL)
        return NAN;
    double *values = mem_zero(metric->value_count, sizeof *values);
    for (size_t i = 0; i < metric->value_count; i++)
        values[i] = metric->values[i];
    double median = stats_median_known_in_place(values, metric->value_count);
    free(values);
    return median;
}

// The lower the better.
static int rank_of(const struct count *count) {
    return isnan(count->value) ? 1 + COUNT_ESTIMATED : count->kind;
}

const struct count *document_count(const struct trial *trial, const char *name) {
    const struct count *best = NULL;
    for (size_t i = 0; i < trial->count_count; i++) {
        const struct count *count = &trial->counts[i];
        if (strcmp(count->name, name) == 0 && (best == NULL || rank_of(count) < rank_of(best)))
            best = count;
    }
    return best;
}
