// SPDX-License-Identifier: MIT
// Gathers, configures and orders the cases of this program.

#include "registry.h"

#include "config.h"
#include "mem.h"
#include "yardsticks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bench_entry *entries;

void bench_register(struct bench_entry *entry) {
    entry->next = entries;
    entries = entry;
}

// Constructors run in no promised order.
static int by_place(const void *left, const void *right) {
    const struct bench_entry *a = *(struct bench_entry *const *)left;
    const struct bench_entry *b = *(struct bench_entry *const *)right;
    int order = strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order ? order : strcmp(a->name, b->name);
}

// For looking up what belongs to a case: in the same unit, of a kind, by name. Without a name any
// fits.
static int by_unit(const void *left, const void *right) {
    const struct bench_entry *a = *(struct bench_entry *const *)left;
    const struct bench_entry *b = *(struct bench_entry *const *)right;
    if (a->unit != b->unit)
        return (uintptr_t)a->unit < (uintptr_t)b->unit ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->name && b->name ? strcmp(a->name, b->name) : 0;
}

// All entries, in two orders.
struct index {
    struct bench_entry **placed;
    struct bench_entry **united;
    size_t count;
};

static struct index index_entries(void) {
    struct index index = {0};
    for (struct bench_entry *entry = entries; entry; entry = entry->next) {
        index.placed = mem_push(index.placed, &index.count, sizeof *index.placed);
        index.placed[index.count - 1] = entry;
    }
    index.united = mem_zero(index.count, sizeof *index.united);
    if (index.count) {
        memcpy(index.united, index.placed, index.count * sizeof *index.united);
        qsort(index.placed, index.count, sizeof *index.placed, by_place);
        qsort(index.united, index.count, sizeof *index.united, by_unit);
    }
    return index;
}

static void index_release(struct index *index) {
    free(index->placed);
    free(index->united);
}

static const struct bench_entry *find_entry(const struct index *index,
                                            const struct bench_unit *unit,
                                            enum bench_entry_kind kind, const char *name) {
    struct bench_entry wanted = {.unit = unit, .kind = kind, .name = name};
    const struct bench_entry *key = &wanted;
    struct bench_entry **found =
        bsearch(&key, index->united, index->count, sizeof *index->united, by_unit);
    return found ? *found : NULL;
}

static const struct {
    uint32_t flag;
    const char *word;
} feature_words[] = {
    {BENCH_UNIT_OPTIMIZED, "optimized"},
    {BENCH_UNIT_SIZE, "size"},
    {BENCH_UNIT_FAST_MATH, "fast-math"},
    {BENCH_UNIT_NDEBUG, "ndebug"},
    {BENCH_UNIT_ASAN, "asan"},
    {BENCH_UNIT_TSAN, "tsan"},
    {BENCH_UNIT_MSAN, "msan"},
    {BENCH_UNIT_PIC, "pic"},
    {BENCH_UNIT_AVX, "avx"},
    {BENCH_UNIT_AVX2, "avx2"},
    {BENCH_UNIT_AVX512, "avx512"},
    {BENCH_UNIT_SVE, "sve"},
    {BENCH_UNIT_CPLUSPLUS, "c++"},
};

static char *features(uint32_t flags) {
    char text[128] = "";
    size_t length = 0;
    for (size_t i = 0; i < sizeof feature_words / sizeof *feature_words; i++)
        if (flags & feature_words[i].flag)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       length ? " " : "", feature_words[i].word);
    return mem_text(text);
}

static void describe_unit(struct unit *unit, const struct bench_unit *built) {
    *unit = (struct unit){
        .file = mem_text(built->file),
        .compiler = mem_text(built->compiler),
        .options = mem_text(built->options),
        .features = features(built->flags),
        .function_align = built->function_align,
    };
}

// Units come in the order of the sorted entries, so the same one is nearly always the last.
static size_t unit_index(struct suite *suite, const struct bench_unit ***seen, size_t *seen_count,
                         const struct bench_unit *built) {
    for (size_t i = *seen_count; i-- > 0;)
        if ((*seen)[i] == built)
            return i;
    *seen = mem_push((void *)*seen, seen_count, sizeof **seen);
    (*seen)[*seen_count - 1] = built;
    suite->units = mem_push(suite->units, &suite->unit_count, sizeof *suite->units);
    describe_unit(&suite->units[suite->unit_count - 1], built);
    return suite->unit_count - 1;
}

static char *file_stem(const char *file) {
    const char *slash = strrchr(file, '/');
    char *stem = mem_text(slash ? slash + 1 : file);
    char *dot = strrchr(stem, '.');
    if (dot && dot != stem)
        *dot = '\0';
    return stem;
}

// What the build says of its functions is believed as far as they lie so: all at the same place in
// that many bytes.
static void check_alignment(struct unit *unit, const struct suite_case *a,
                            const struct suite_case *b) {
    uintptr_t at[2];
    memcpy(&at[0], &a->body, sizeof at[0]);
    memcpy(&at[1], &b->body, sizeof at[1]);
    while (unit->function_align > 1 && (at[0] - at[1]) % unit->function_align != 0)
        unit->function_align /= 2;
}

static struct suite_case *add_case(struct suite *suite, const struct bench_entry *entry,
                                   size_t unit, char *take_group) {
    suite->cases = mem_push(suite->cases, &suite->case_count, sizeof *suite->cases);
    struct suite_case *c = &suite->cases[suite->case_count - 1];
    suite_case_init(c);
    c->group = take_group;
    c->name = mem_text(entry->name);
    c->file = mem_text(entry->file);
    c->line = entry->line;
    c->unit = unit;
    memcpy(&c->body, &entry->body, sizeof c->body);
    if (suite->case_count > 1 && c[-1].unit == unit)
        check_alignment(&suite->units[unit], &c[-1], c);
    return c;
}

static bool configure(struct suite_case *c, const struct bench_entry *config, struct errmsg *why) {
    struct bench_config setting = {.target = c};
    config->setting(&setting);
    if (setting.is_wrong)
        *why = setting.why;
    return !setting.is_wrong;
}

static bool add_entry(struct suite *suite, const struct index *index,
                      const struct bench_entry *entry, size_t unit, struct errmsg *why) {
    const struct bench_entry *group = find_entry(index, entry->unit, BENCH_ENTRY_GROUP, NULL);
    const struct bench_entry *config =
        find_entry(index, entry->unit, BENCH_ENTRY_CONFIG, entry->name);
    struct suite_case *c =
        add_case(suite, entry, unit, group ? mem_text(group->name) : file_stem(entry->file));
    if (strcmp(c->group, YARDSTICK_GROUP) == 0)
        return fail(why,
                    "%s:%d: group '" YARDSTICK_GROUP "' is tare's own; choose another with "
                    "BENCH_GROUP(\"...\")",
                    entry->file, entry->line);
    return !config || configure(c, config, why);
}

static bool is_current(const struct bench_entry *entry, struct errmsg *why) {
    if (entry->unit->api == TARE_API && entry->unit->loop_version == TARE_LOOP_VERSION)
        return true;
    return fail(why,
                "%s was compiled with another version of tare/bench.h than this library; "
                "rebuild it",
                entry->file);
}

static bool has_case(const struct index *index, const struct bench_entry *config,
                     struct errmsg *why) {
    if (find_entry(index, config->unit, BENCH_ENTRY_CASE, config->name))
        return true;
    return fail(why, "%s:%d: BENCH_CONFIG(%s) has no BENCH(%s) in its file", config->file,
                config->line, config->name, config->name);
}

bool registry_build(struct suite *suite, struct errmsg *why) {
    *suite = (struct suite){0};
    struct index index = index_entries();
    const struct bench_unit **seen = NULL;
    size_t seen_count = 0;
    bool is_good = true;
    for (size_t i = 0; i < index.count && is_good; i++) {
        const struct bench_entry *entry = index.placed[i];
        is_good = is_current(entry, why);
        if (is_good && entry->kind == BENCH_ENTRY_CONFIG)
            is_good = has_case(&index, entry, why);
        if (is_good && entry->kind == BENCH_ENTRY_CASE)
            is_good = add_entry(suite, &index, entry,
                                unit_index(suite, &seen, &seen_count, entry->unit), why);
    }
    free((void *)seen);
    index_release(&index);
    if (!is_good)
        suite_release(suite);
    return is_good;
}

static void add_built_in(struct suite *suite, const struct bench_entry *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        add_case(suite, &list[i], 0, mem_text(YARDSTICK_GROUP));
}

void registry_yardsticks(struct suite *suite, bool with_sentinels) {
    *suite = (struct suite){0};
    size_t count, sentinel_count;
    const struct bench_entry *yardsticks = yardsticks_entries(&count);
    const struct bench_entry *sentinels = yardsticks_sentinels(&sentinel_count);
    suite->units = mem_push(suite->units, &suite->unit_count, sizeof *suite->units);
    describe_unit(&suite->units[0], yardsticks[0].unit);
    add_built_in(suite, yardsticks, count);
    if (with_sentinels)
        add_built_in(suite, sentinels, sentinel_count);
}
