// SPDX-License-Identifier: MIT
// Writes a made-up document: any size, known noise, known slowdowns. See make-fixtures.sh.
#include "document.h"
#include "flags.h"
#include "mem.h"
#include "random.h"
#include "textfile.h"
#include "yardstick_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t trials, launches, samples;
    uint64_t seed;
    double noise, spread, drift; // of samples, of launches, of trials between runs
    const char *factor;          // of the time of the trials that moved, the first ones
    uint64_t moved;
    const char *yardsticks; // their factor
    uint64_t shard, shards;
    struct flag_texts facts;
    struct flag_texts statuses, dropped, renamed, advisory;
    const char *compiler, *features, *libc, *hash, *filter;
};

#define FIELD(member) .offset = offsetof(struct options, member)

static const struct flag rows[] = {
    {.name = "trials", .kind = FLAG_COUNT, FIELD(trials)},
    {.name = "launches", .kind = FLAG_COUNT, FIELD(launches)},
    {.name = "samples", .kind = FLAG_COUNT, FIELD(samples)},
    {.name = "seed", .kind = FLAG_SEED, FIELD(seed)},
    {.name = "noise", .kind = FLAG_PERCENT, FIELD(noise)},
    {.name = "spread", .kind = FLAG_PERCENT, FIELD(spread)},
    {.name = "drift", .kind = FLAG_PERCENT, FIELD(drift)},
    {.name = "factor", .kind = FLAG_TEXT, FIELD(factor)},
    {.name = "moved", .kind = FLAG_COUNT, FIELD(moved)},
    {.name = "yardsticks", .kind = FLAG_TEXT, FIELD(yardsticks)},
    {.name = "shard", .kind = FLAG_COUNT, FIELD(shard)},
    {.name = "shards", .kind = FLAG_COUNT, FIELD(shards)},
    {.name = "fact", .kind = FLAG_TEXTS, FIELD(facts)},
    {.name = "status", .kind = FLAG_TEXTS, FIELD(statuses)},
    {.name = "drop", .kind = FLAG_TEXTS, FIELD(dropped)},
    {.name = "rename", .kind = FLAG_TEXTS, FIELD(renamed)},
    {.name = "advisory", .kind = FLAG_TEXTS, FIELD(advisory)},
    {.name = "compiler", .kind = FLAG_TEXT, FIELD(compiler)},
    {.name = "features", .kind = FLAG_TEXT, FIELD(features)},
    {.name = "libc", .kind = FLAG_TEXT, FIELD(libc)},
    {.name = "hash", .kind = FLAG_TEXT, FIELD(hash)},
    {.name = "filter", .kind = FLAG_TEXT, FIELD(filter)},
};

static double uniform(uint64_t *state) {
    return ((double)(random_next(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state) {
    return sqrt(-2 * log(uniform(state))) * cos(6.283185307179586 * uniform(state));
}

static void add_launches(struct trial *trial, const struct options *o, double ns, uint64_t *state) {
    trial->launches = mem_zero(o->launches, sizeof *trial->launches);
    trial->launch_count = o->launches;
    for (size_t i = 0; i < o->launches; i++) {
        struct launch *launch = &trial->launches[i];
        double level = ns * exp(o->spread * normal(state)) * (double)trial->calls;
        launch->spans = mem_zero(o->samples, sizeof *launch->spans);
        launch->span_count = o->samples;
        for (size_t j = 0; j < o->samples; j++)
            launch->spans[j] = (uint64_t)(level * exp(o->noise * normal(state)));
    }
}

static struct trial make_trial(const char *group, const char *name, double old_ns, double ns,
                               const struct options *o, uint64_t *state) {
    struct trial trial = {
        .name = mem_printf("%s/%s", group, name),
        .group = mem_text(group),
        .case_name = mem_text(name),
        .threads = 1,
        .file = mem_printf("bench/%s.c", group),
        .line = 10,
        .policy = {.detect = NAN},
        .status = TRIAL_MEASURED,
        .calls = (uint64_t)(20000 / old_ns) + 1,
        .batches = 50,
        .setup_ns = NAN,
        .bytes = NAN,
        .items = NAN,
    };
    add_launches(&trial, o, ns * exp(o->drift * normal(state)), state);
    return trial;
}

static void add_trials(struct document *doc, const struct options *o, uint64_t *state) {
    doc->trials = mem_zero(o->trials, sizeof *doc->trials);
    doc->trial_count = o->trials;
    for (size_t i = 0; i < o->trials; i++) {
        char group[32], name[32];
        snprintf(group, sizeof group, "file%02zu", i / 100);
        snprintf(name, sizeof name, "case%05zu", i);
        double old_ns = 10 * pow(1000, (double)(i * 37 % 101) / 101); // 10 ns to 10 us
        double ns = i < o->moved ? old_ns * atof(o->factor) : old_ns;
        doc->trials[i] = make_trial(group, name, old_ns, ns, o, state);
    }
}

// The machine is quiet, however noisy the trials are.
static void add_yardsticks(struct document *doc, const struct options *o, uint64_t *state) {
    struct options quiet = *o;
    quiet.noise = quiet.spread = quiet.drift = 0.005;
    static const struct {
        const char *name;
        double ns;
    } sticks[] = {{YARDSTICK_EMPTY, 0.3},
                  {YARDSTICK_ALU, 20},
                  {YARDSTICK_WIDTH, 4},
                  {YARDSTICK_L2, 4},
                  {YARDSTICK_MEMORY, 80}};
    doc->yardstick_count = sizeof sticks / sizeof *sticks;
    doc->yardsticks = mem_zero(doc->yardstick_count, sizeof *doc->yardsticks);
    for (size_t i = 0; i < doc->yardstick_count; i++) {
        const char *name = strchr(sticks[i].name, '/') + 1;
        doc->yardsticks[i] = make_trial(YARDSTICK_GROUP, name, sticks[i].ns,
                                        sticks[i].ns * atof(o->yardsticks), &quiet, state);
    }
}

// The part of "NAME=VALUE" behind the sign, which becomes a NUL of the copy in `room`.
static char *split(char *room, size_t size, const char *text) {
    snprintf(room, size, "%s", text);
    char *equals = strchr(room, '=');
    if (equals == NULL)
        return room + strlen(room);
    *equals = '\0';
    return equals + 1;
}

static void add_facts(struct document *doc, const struct options *o) {
    static const struct {
        const char *key, *text;
    } facts[] = {
        {"cpu.vendor", "GenuineExample"}, {"cpu.brand", "Example CPU 3000"},
        {"cpu.core_class", "uniform"},    {"cpu.arch", "x86_64"},
        {"cpu.hypervisor", "kvm"},        {"kernel.release", "6.1.0-18"},
        {"cpu.governor", "performance"},  {"host", "example"},
    };
    char room[256];
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const char *text = facts[i].text;
        for (size_t j = 0; j < o->facts.count; j++) {
            const char *value = split(room, sizeof room, o->facts.items[j]);
            if (strcmp(room, facts[i].key) == 0)
                text = mem_text(value);
        }
        document_fact(doc, facts[i].key, text);
    }
    document_number(doc, "cpu.family", 25);
    document_number(doc, "cpu.model", 17);
    document_number(doc, "cpu.stepping", 1);
    document_number(doc, "cpu.count", 2);
}

static struct trial *find_trial(struct document *doc, const char *name) {
    for (size_t i = 0; i < doc->trial_count; i++)
        if (strcmp(doc->trials[i].name, name) == 0)
            return &doc->trials[i];
    fprintf(stderr, "generate: no trial %s\n", name);
    exit(2);
}

static void set_status(struct document *doc, const char *text) {
    char room[256];
    const char *status = split(room, sizeof room, text);
    struct trial *trial = find_trial(doc, room);
    for (int i = 0; trial_status_names[i] != NULL; i++)
        if (strcmp(trial_status_names[i], status) == 0)
            trial->status = i;
    trial->reason = mem_printf("made up as %s", status);
    for (size_t i = 0; i < trial->launch_count; i++)
        free(trial->launches[i].spans);
    free(trial->launches);
    trial->launches = NULL;
    trial->launch_count = 0;
}

static void drop(struct document *doc, const char *name) {
    struct trial *trial = find_trial(doc, name);
    json_release(&trial_shape, trial);
    size_t behind = doc->trial_count - (size_t)(trial - doc->trials) - 1;
    memmove(trial, trial + 1, behind * sizeof *trial);
    doc->trial_count--;
}

static void rename_trial(struct document *doc, const char *text) {
    char room[256];
    const char *name = split(room, sizeof room, text);
    struct trial *trial = find_trial(doc, room);
    trial->former = trial->name;
    trial->name = mem_text(name);
    free(trial->case_name);
    trial->case_name = mem_text(strchr(name, '/') + 1);
}

static void edit(struct document *doc, const struct options *o) {
    for (size_t i = 0; i < o->statuses.count; i++)
        set_status(doc, o->statuses.items[i]);
    for (size_t i = 0; i < o->dropped.count; i++)
        drop(doc, o->dropped.items[i]);
    for (size_t i = 0; i < o->renamed.count; i++)
        rename_trial(doc, o->renamed.items[i]);
    for (size_t i = 0; i < o->advisory.count; i++)
        find_trial(doc, o->advisory.items[i])->policy.advisory = true;
}

static void make_document(struct document *doc, const struct options *o) {
    uint64_t state = o->seed;
    *doc = (struct document){
        .schema = DOCUMENT_SCHEMA,
        .tare = mem_text("0.1.0"),
        .started = mem_text("2026-11-21T10:00:00Z"),
        .settings = {.seed = 1,
                     .launches = o->launches,
                     .samples = o->samples,
                     .shard = o->shard,
                     .shards = o->shards},
        .program = {.name = mem_text("bench"),
                    .hash = mem_text(o->hash),
                    .libc = mem_text(o->libc),
                    .loop_version = 1},
    };
    if (o->filter != NULL) {
        doc->settings.filters = mem_push(NULL, &doc->settings.filter_count, sizeof(char *));
        doc->settings.filters[0] = mem_text(o->filter);
    }
    doc->program.units = mem_push(NULL, &doc->program.unit_count, sizeof *doc->program.units);
    doc->program.units[0] = (struct unit){.file = mem_text("bench/file00.c"),
                                          .compiler = mem_text(o->compiler),
                                          .options = mem_text("-O2"),
                                          .features = mem_text(o->features),
                                          .function_align = 64};
    add_facts(doc, o);
    add_yardsticks(doc, o, &state);
    add_trials(doc, o, &state);
    edit(doc, o);
}

int main(int argc, char **argv) {
    const struct flag_table table = {rows, sizeof rows / sizeof *rows};
    struct options options = {
        .trials = 10,
        .launches = 5,
        .samples = 5,
        .noise = 0.005,
        .spread = 0.005,
        .drift = 0.005,
        .factor = "1",
        .yardsticks = "1",
        .compiler = "gcc 12.2.0",
        .features = "optimized ndebug",
        .libc = "glibc 2.36",
        .hash = "00112233445566778899aabbccddeeff",
    };
    struct errmsg why;
    bool good = flags_parse(&table, argc, argv, &options, NULL, &why);
    if (good) {
        struct document doc;
        make_document(&doc, &options);
        size_t length;
        char *text = document_text(&doc, &length);
        good = textfile_write("-", text, length, &why);
        free(text);
        document_release(&doc);
    }
    flags_release(&table, &options);
    if (!good)
        fprintf(stderr, "generate: %s\n", why.text);
    return good ? 0 : 2;
}
