// SPDX-License-Identifier: MIT
// tare merge: the documents of a run that was split with --shard become one.
#include "command.h"
#include "comparable.h"
#include "document.h"
#include "exitstatus.h"
#include "flags.h"
#include "mem.h"
#include "textfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct merge_options {
    const char *output;
    bool wants_help;
    struct flag_texts paths;
};

#define FIELD(member) offsetof(struct merge_options, member)

static const struct flag rows[] = {
    {"output", FLAG_TEXT, FIELD(output), .arg = "FILE",
     .help = "the whole run's document; - is standard output"},
    {"help", FLAG_SWITCH, FIELD(wants_help), .help = "this text", .letter = 'h'},
};

static const struct flag_table table = {rows, sizeof rows / sizeof *rows};

static const char head[] =
    "usage: tare merge --output FILE SHARD...\n"
    "\n"
    "Joins the documents of one run that was split with --shard. Every shard must be there, once,\n"
    "from the same program, seed and settings, on machines that can be compared.\n"
    "\n"
    "  build/bench --seed 7 --shard 1/2 --json one.json\n"
    "  build/bench --seed 7 --shard 2/2 --json two.json\n"
    "  tare merge --output whole.json one.json two.json\n"
    "\n";

struct shard {
    const char *path;
    struct document doc;
};

struct shards {
    struct shard *items;
    size_t count;
};

static bool read_shards(struct shards *shards, const struct flag_texts *paths, struct errmsg *why) {
    for (size_t i = 0; i < paths->count; i++) {
        struct document doc = {0};
        if (!document_read(&doc, paths->items[i], why))
            return false;
        shards->items = mem_push(shards->items, &shards->count, sizeof *shards->items);
        shards->items[i] = (struct shard){paths->items[i], doc};
        if (doc.settings.shards == 0)
            return fail(why, "%s: not a shard; it was measured without --shard", paths->items[i]);
    }
    return true;
}

static void release_shards(struct shards *shards) {
    for (size_t i = 0; i < shards->count; i++)
        document_release(&shards->items[i].doc);
    free(shards->items);
}

// ---- Checks ----------------------------------------------------------------------------------

static int by_shard(const void *a, const void *b) {
    uint64_t p = ((const struct shard *)a)->doc.settings.shard;
    uint64_t q = ((const struct shard *)b)->doc.settings.shard;
    return (p > q) - (p < q);
}

// Expects the shards in order.
static bool check_complete(const struct shards *shards, struct errmsg *why) {
    uint64_t total = shards->items[0].doc.settings.shards;
    for (size_t i = 0; i < shards->count; i++) {
        const struct shard *s = &shards->items[i];
        uint64_t shard = s->doc.settings.shard;
        if (s->doc.settings.shards != total)
            return fail(why, "%s is of a run in %llu shards, %s of one in %llu", s->path,
                        (unsigned long long)s->doc.settings.shards, shards->items[0].path,
                        (unsigned long long)total);
        if (i != 0 && shard == s[-1].doc.settings.shard)
            return fail(why, "%s and %s are both shard %llu of %llu", s[-1].path, s->path,
                        (unsigned long long)shard, (unsigned long long)total);
        if (shard != i + 1)
            return fail(why, "shard %zu of %llu is missing", i + 1, (unsigned long long)total);
    }
    if (shards->count != total)
        return fail(why, "shard %zu of %llu is missing", shards->count + 1,
                    (unsigned long long)total);
    return true;
}

static bool is_same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_same_list(char *const *a, size_t a_count, char *const *b, size_t b_count) {
    bool same = a_count == b_count;
    for (size_t i = 0; same && i < a_count; i++)
        same = strcmp(a[i], b[i]) == 0;
    return same;
}

struct setting {
    const char *name;
    const char *option;
    bool is_same;
};

static bool check_settings(const struct shard *first, const struct shard *second,
                           struct errmsg *why) {
    const struct settings *a = &first->doc.settings, *b = &second->doc.settings;
    const struct setting settings[] = {
        {"seed", "--seed", a->seed == b->seed},
        {"launches", "--launches", a->launches == b->launches},
        {"samples", "--samples", a->samples == b->samples},
        {"batch time", "--batch-time", a->batch_ns == b->batch_ns},
        {"sample time", "--sample-time", a->sample_ns == b->sample_ns},
        {"budget", "--budget", a->budget_ns == b->budget_ns},
        {"trial budget", "--trial-budget", a->trial_budget_ns == b->trial_budget_ns},
        {"fixed layout", "--fixed-layout", a->fixed_layout == b->fixed_layout},
        {"malloc policy", "--malloc", is_same_text(a->malloc_policy, b->malloc_policy)},
        {"filters", "--filter",
         is_same_list(a->filters, a->filter_count, b->filters, b->filter_count)},
        {"exclusions", "--exclude",
         is_same_list(a->excludes, a->exclude_count, b->excludes, b->exclude_count)},
        {"tags", "--tag", is_same_list(a->tags, a->tag_count, b->tags, b->tag_count)},
        {"silenced checks", "--silence",
         is_same_list(a->silenced, a->silenced_count, b->silenced, b->silenced_count)},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!settings[i].is_same)
            return fail(why,
                        "%s and %s are not of one run, different %s; give all shards the same %s",
                        first->path, second->path, settings[i].name, settings[i].option);
    return true;
}

static bool check_machine(const struct shard *a, const struct shard *b, struct errmsg *why) {
    struct differences found = {0};
    const struct flag_texts none = {0};
    comparable_documents(&a->doc, &b->doc, MODE_STORED, &none, &found);
    const struct difference *d = comparable_obstacle(&found, 0, FACT_MACHINE);
    bool good =
        d == NULL || fail(why, "%s and %s are of different machines: %s is %s and %s", a->path,
                          b->path, d->fact->label, d->base != NULL ? d->base : "not known",
                          d->new != NULL ? d->new : "not known");
    comparable_release(&found);
    return good;
}

static bool check_one_run(const struct shard *a, const struct shard *b, struct errmsg *why) {
    if (!check_settings(a, b, why))
        return false;
    if (a->doc.program.hash == NULL || !is_same_text(a->doc.program.hash, b->doc.program.hash))
        return fail(why, "%s and %s are not of one program: its hash is %s and %s", a->path,
                    b->path, a->doc.program.hash != NULL ? a->doc.program.hash : "not known",
                    b->doc.program.hash != NULL ? b->doc.program.hash : "not known");
    return check_machine(a, b, why);
}

struct place {
    const char *name;
    const char *path;
};

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct place *)a)->name, ((const struct place *)b)->name);
}

static bool check_disjoint(const struct shards *shards, struct errmsg *why) {
    struct place *places = NULL;
    size_t count = 0;
    for (size_t i = 0; i < shards->count; i++) {
        const struct shard *s = &shards->items[i];
        for (size_t j = 0; j < s->doc.trial_count; j++) {
            places = mem_push(places, &count, sizeof *places);
            places[count - 1] = (struct place){s->doc.trials[j].name, s->path};
        }
    }
    if (count != 0)
        qsort(places, count, sizeof *places, by_name);
    bool good = true;
    for (size_t i = 1; good && i < count; i++)
        if (by_name(&places[i - 1], &places[i]) == 0)
            good = fail(why, "trial %s is in both %s and %s", places[i].name, places[i - 1].path,
                        places[i].path);
    free(places);
    return good;
}

static bool check(struct shards *shards, struct errmsg *why) {
    qsort(shards->items, shards->count, sizeof *shards->items, by_shard);
    if (!check_complete(shards, why))
        return false;
    for (size_t i = 1; i < shards->count; i++)
        if (!check_one_run(&shards->items[0], &shards->items[i], why))
            return false;
    return check_disjoint(shards, why);
}

// ---- Joining ---------------------------------------------------------------------------------

static void take_trials(struct document *into, struct document *from) {
    for (size_t i = 0; i < from->trial_count; i++) {
        into->trials = mem_push(into->trials, &into->trial_count, sizeof *into->trials);
        into->trials[into->trial_count - 1] = from->trials[i];
        from->trials[i] = (struct trial){0};
    }
}

static void take_notes(struct document *into, struct document *from) {
    for (size_t i = 0; i < from->note_count; i++) {
        into->notes = mem_push(into->notes, &into->note_count, sizeof *into->notes);
        into->notes[into->note_count - 1] = from->notes[i];
        from->notes[i] = (struct note){0};
    }
}

static bool is_same_fact(const struct json_pair *a, const struct json_pair *b) {
    if (a == NULL || b == NULL)
        return a == b;
    bool same_number = a->number == b->number || (isnan(a->number) && isnan(b->number));
    return is_same_text(a->text, b->text) && same_number;
}

static struct json_pair *missing_reason(struct document *doc, const char *key) {
    for (size_t i = 0; i < doc->machine_missing_count; i++)
        if (strcmp(doc->machine_missing[i].key, key) == 0)
            return &doc->machine_missing[i];
    doc->machine_missing =
        mem_push(doc->machine_missing, &doc->machine_missing_count, sizeof *doc->machine_missing);
    struct json_pair *pair = &doc->machine_missing[doc->machine_missing_count - 1];
    *pair = (struct json_pair){.key = mem_text(key), .number = NAN};
    return pair;
}

// What is not true of all shards is not known of the run.
static void forget_different_facts(struct document *into, const struct document *from) {
    for (size_t i = 0; i < into->machine_count; i++) {
        struct json_pair *fact = &into->machine[i];
        const struct json_pair *known = document_find_fact(into, fact->key);
        if (is_same_fact(known, document_find_fact(from, fact->key)))
            continue;
        free(fact->text);
        fact->text = NULL;
        fact->number = NAN;
        struct json_pair *reason = missing_reason(into, fact->key);
        free(reason->text);
        reason->text = mem_text("differs between the shards");
    }
}

// The first shard becomes the whole; its yardsticks stay. Start times sort as texts.
static void join(struct shards *shards) {
    struct document *whole = &shards->items[0].doc;
    for (size_t i = 1; i < shards->count; i++) {
        struct document *doc = &shards->items[i].doc;
        take_trials(whole, doc);
        take_notes(whole, doc);
        forget_different_facts(whole, doc);
        whole->elapsed_ms = json_whole_sum(whole->elapsed_ms, doc->elapsed_ms);
        whole->interrupted |= doc->interrupted;
        if (whole->started != NULL && doc->started != NULL &&
            strcmp(doc->started, whole->started) < 0) {
            char *later = whole->started;
            whole->started = doc->started;
            doc->started = later;
        }
    }
    whole->settings.shard = whole->settings.shards = 0;
}

static bool merge(const struct merge_options *options, struct errmsg *why) {
    struct shards shards = {0};
    bool good = textfile_can_write(options->output, why) &&
                read_shards(&shards, &options->paths, why) && check(&shards, why);
    if (good) {
        join(&shards);
        size_t length;
        char *text = document_text(&shards.items[0].doc, &length);
        good = textfile_write(options->output, text, length, why);
        free(text);
    }
    release_shards(&shards);
    return good;
}

bool merge_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct merge_options options = {0};
    bool good = flags_parse(&table, argc, argv, &options, &options.paths, why);
    *status = STATUS_PASS;
    if (good && options.wants_help) {
        fputs(head, stdout);
        flags_help(&table, 100, stdout);
    } else if (good && (options.output == NULL || options.paths.count == 0)) {
        good = fail(why, "merge takes --output FILE and the documents of all shards; "
                         "tare merge --help has an example");
    } else if (good) {
        good = merge(&options, why);
    }
    flags_release(&table, &options);
    free(options.paths.items);
    return good;
}
