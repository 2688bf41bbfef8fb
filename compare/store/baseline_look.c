// SPDX-License-Identifier: MIT
// tare baseline list and show.
#include "baseline_options.h"

#include "json_table.h"
#include "mem.h"
#include "plaintext.h"

#include <stdio.h>
#include <stdlib.h>

#define T struct store_segment
static const struct json_field segment_fields[] = {
    {FIELD("number", JSON_COUNT, number)},
    {FIELD("path", JSON_TEXT, path)},
    {FIELD("record", JSON_OBJECT, record), .shape = &segment_shape},
    {ARRAY("documents", JSON_TEXTS, documents, document_count)},
};
static const struct json_shape store_segment_shape = SHAPE(segment_fields, T, 0);
#undef T

#define T struct baseline
static const struct json_field baseline_fields[] = {
    {FIELD("machine", JSON_TEXT, machine)},
    {FIELD("program", JSON_TEXT, program)},
    {ARRAY("segments", JSON_OBJECTS, segments, segment_count), .shape = &store_segment_shape},
    {FIELD("damage", JSON_TEXT, damage)},
};
static const struct json_shape baseline_shape = SHAPE(baseline_fields, T, 1);
#undef T

#define T struct baselines
static const struct json_field baselines_fields[] = {
    {ARRAY("baselines", JSON_OBJECTS, items, count), .shape = &baseline_shape},
};
static const struct json_shape baselines_shape = SHAPE(baselines_fields, T, 2);
#undef T

static void print_json(const struct baselines *all) {
    size_t length;
    char *text = json_write(&baselines_shape, all, &length);
    fputs(text, stdout);
    free(text);
}

static void print_plain(const char *before, const char *text, const char *behind) {
    char *plain = plain_text(text);
    printf("%s%s%s", before, plain, behind);
    free(plain);
}

static void print_commit(const struct segment *record) {
    if (record->commit == NULL)
        return;
    char *commit = mem_printf("%.12s", record->commit);
    print_plain(", commit ", commit, "");
    free(commit);
    if (record->branch != NULL)
        print_plain(" on ", record->branch, "");
    fputs(record->dirty ? " with changes" : "", stdout);
}

static void print_line(const struct baseline *baseline) {
    const struct store_segment *last = baseline_current(baseline);
    print_plain("", baseline->machine, "/");
    print_plain("", baseline->program, ": ");
    if (baseline->damage != NULL) {
        print_plain("damaged: ", baseline->damage, "\n");
        return;
    }
    printf("%zu segment%s; the last has %zu document%s%s", baseline->segment_count,
           baseline->segment_count == 1 ? "" : "s", last->document_count,
           last->document_count == 1 ? "" : "s",
           last->record.objects.count == 0 ? "" : " and the program");
    print_plain(", begun ", last->record.begun, "");
    print_commit(&last->record);
    putchar('\n');
}

// What is kept of a program, each file hashed again.
static void print_program(const struct objects *objects, const char *programs) {
    if (objects->count == 0)
        return;
    fputs("    program", stdout);
    for (size_t i = 0; i < objects->count; i++)
        print_plain(i == 0 ? " " : ", ", objects->items[i].name, "");
    struct objects_start start;
    struct errmsg why;
    if (objects_verify(objects, programs, &start, &why))
        puts(": as it was stored");
    else
        print_plain(": cannot be used: ", why.text, "\n");
    objects_start_release(&start);
}

static void print_segment(const struct store_segment *segment, const char *programs) {
    printf("  segment %llu", (unsigned long long)segment->number);
    print_plain(", begun ", segment->record.begun, "");
    print_commit(&segment->record);
    print_plain(": ", segment->record.reason, "\n");
    for (size_t i = 0; i < segment->document_count; i++)
        print_plain("    ", segment->documents[i], "\n");
    print_program(&segment->record.objects, programs);
}

static bool check_damage(const struct baselines *all, struct errmsg *why) {
    size_t damaged = 0;
    for (size_t i = 0; i < all->count; i++)
        damaged += all->items[i].damage != NULL;
    return damaged == 0 || fail(why,
                                "%zu damaged baseline%s; tare baseline remove takes what cannot be "
                                "mended",
                                damaged, damaged == 1 ? "" : "s");
}

static bool look(const struct baseline_options *options, bool shows_all, struct errmsg *why) {
    struct store store;
    struct baselines all;
    if (!baseline_open(&store, &all, STORE_READ, options, why))
        return false;
    baseline_keep_meant(&all, options);
    char *programs = store_programs(&store);
    if (options->format == BASELINE_JSON)
        print_json(&all);
    for (size_t i = 0; i < all.count && options->format == BASELINE_TEXT; i++) {
        print_line(&all.items[i]);
        for (size_t j = 0; shows_all && j < all.items[i].segment_count; j++)
            print_segment(&all.items[i].segments[j], programs);
    }
    if (all.count == 0 && options->format == BASELINE_TEXT)
        puts("no baselines");
    bool good = check_damage(&all, why);
    free(programs);
    baselines_release(&all);
    store_close(&store);
    return good;
}

bool baseline_list(const struct baseline_options *options, struct errmsg *why) {
    return look(options, false, why);
}

bool baseline_show(const struct baseline_options *options, struct errmsg *why) {
    return look(options, true, why);
}
