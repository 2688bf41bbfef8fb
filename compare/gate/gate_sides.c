// SPDX-License-Identifier: MIT
// Where the two sides of a gate come from.
#include "gate_sides.h"

#include "cpuident.h"
#include "gate_cases.h"
#include "machine.h"
#include "mem.h"
#include "stop.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct gate_program program_of(const char *path, const struct gate_source *source) {
    return (struct gate_program){.path = path, .name = path, .is_in_place = source->is_in_place};
}

// Takes over the lists.
static bool make_ready(struct gate_sides *s, const struct gate_program given[SIDES],
                       struct document lists[SIDES], struct errmsg *why) {
    if (!gate_programs_init(&s->programs, given, why))
        return false;
    for (int side = 0; side < SIDES; side++) {
        side_add_list(&s->sides[side], &lists[side], given[side].name);
        lists[side] = (struct document){0};
    }
    return true;
}

// ---- Executables, and cases of one -----------------------------------------------------------

static bool open_files(struct gate_sides *s, const struct gate_source *source, struct errmsg *why) {
    bool has_cases = source->cases[SIDE_NEW] != NULL;
    const struct gate_program given[SIDES] = {
        program_of(has_cases ? source->new : source->old, source), program_of(source->new, source)};
    struct document lists[SIDES] = {0};
    bool good = gate_program_list(&lists[SIDE_BASE], &given[SIDE_BASE], source->limit_ns, why) &&
                gate_program_list(&lists[SIDE_NEW], &given[SIDE_NEW], source->limit_ns, why) &&
                (!has_cases || gate_cases_pair(lists, source->cases, why)) &&
                make_ready(s, given, lists, why);
    for (int side = 0; side < SIDES; side++)
        document_release(&lists[side]);
    return good;
}

// ---- The store -------------------------------------------------------------------------------

// A list does not say what machine a run would be of.
static bool find_base(struct gate_sides *s, const struct gate_source *source,
                      const struct document *list, struct errmsg *why) {
    struct document run = {.program = list->program};
    struct cpuident ident;
    struct errmsg cause;
    cpuident_read(&ident);
    machine_read(&run, "", &ident, source->cpu);
    bool is_found = base_find(&s->base, source->store, &run, false, &cause);
    run.program = (struct program){0};
    document_release(&run);
    if (!is_found)
        return fail(why, "%s; or name the old suite with --against", cause.text);
    s->base_name = mem_printf("%s/%s", s->base.baseline.machine, s->base.baseline.program);
    return true;
}

static bool verify(struct gate_sides *s, const struct objects *objects, const char *store,
                   struct errmsg *why) {
    char *place = realpath(store, NULL);
    char *directory = mem_printf("%s/programs", place != NULL ? place : store);
    bool good = objects_verify(objects, directory, &s->start, why);
    free(directory);
    free(place);
    return good;
}

// What does not run here leaves its documents.
static bool open_stored(struct gate_sides *s, const struct gate_source *source,
                        struct document lists[SIDES], struct errmsg *why) {
    const struct objects *objects = &baseline_current(&s->base.baseline)->record.objects;
    if (objects->count == 0) {
        s->unpaired = mem_text("the baseline's program was not kept; tare baseline add --program "
                               "SUITE keeps it");
        return true;
    }
    if (!verify(s, objects, source->store, why))
        return false;
    const struct gate_program given[SIDES] = {{.path = s->start.program,
                                               .name = s->base_name,
                                               .library_path = s->start.library_path,
                                               .is_stored = true,
                                               .phases = &s->start.phases,
                                               .is_in_place = source->is_in_place},
                                              program_of(source->new, source)};
    struct errmsg cause;
    if (gate_program_list(&lists[SIDE_BASE], &given[SIDE_BASE], source->limit_ns, &cause))
        return make_ready(s, given, lists, why);
    if (stop_signal() != 0)
        return fail(why, "%s", cause.text);
    s->unpaired = mem_printf("the baseline's program does not run here: %s", cause.text);
    return true;
}

static bool open_store(struct gate_sides *s, const struct gate_source *source, struct errmsg *why) {
    const struct gate_program new = program_of(source->new, source);
    struct document lists[SIDES] = {0};
    bool good = gate_program_list(&lists[SIDE_NEW], &new, source->limit_ns, why) &&
                find_base(s, source, &lists[SIDE_NEW], why) && open_stored(s, source, lists, why);
    for (int side = 0; side < SIDES; side++)
        document_release(&lists[side]);
    return good;
}

// ---- Both ------------------------------------------------------------------------------------

bool gate_sides_init(struct gate_sides *sides, const struct gate_source *source,
                     struct errmsg *why) {
    *sides = (struct gate_sides){0};
    bool is_stored = source->old == NULL && source->cases[SIDE_NEW] == NULL;
    assert(!is_stored || source->store != NULL);
    bool good = is_stored ? open_store(sides, source, why) : open_files(sides, source, why);
    if (!good)
        gate_sides_release(sides);
    return good;
}

void gate_sides_release(struct gate_sides *sides) {
    for (int side = 0; side < SIDES; side++)
        side_release(&sides->sides[side]);
    gate_programs_release(&sides->programs);
    objects_start_release(&sides->start);
    base_release(&sides->base);
    free(sides->base_name);
    free(sides->unpaired);
    *sides = (struct gate_sides){0};
}

// ---- Telling ---------------------------------------------------------------------------------

static void note_base(const struct gate_sides *sides, struct document *doc) {
    const struct store_segment *current = baseline_current(&sides->base.baseline);
    if (current == NULL)
        return;
    const struct segment *record = &current->record;
    document_note(doc, NOTE_INFO, "baseline", NULL,
                  "base is the program of %s, segment %04llu, begun %s%s%.12s%s: %s",
                  sides->base_name, (unsigned long long)current->number,
                  record->begun != NULL ? record->begun : "at a time not known",
                  record->commit != NULL ? " at " : "",
                  record->commit != NULL ? record->commit : "",
                  record->commit != NULL && record->dirty ? " and changes to it" : "",
                  record->reason != NULL ? record->reason : "no reason given");
}

static void note_in_place(const struct gate_programs *programs, struct document *doc) {
    for (int side = 0; side < SIDES; side++)
        if (programs->in_place[side] != NULL)
            document_note(doc, NOTE_WARNING, "in-place", NULL,
                          "%s is run where it is (%s): where its file lies in memory can cost or "
                          "save 1 %% by itself, for as long as it lies there",
                          side_names[side], programs->in_place[side]);
}

void gate_sides_note(const struct gate_sides *sides, struct document *doc) {
    const struct gate_code *code = &sides->programs.code;
    note_base(sides, doc);
    note_in_place(&sides->programs, doc);
    if (code->own_count != 0)
        document_note(
            doc, NOTE_WARNING, "in-place", NULL,
            "%s%s a library that only one side runs, and where it is: where its file lies "
            "in memory can cost or save time by itself, for as long as it lies there; "
            "link what is measured into the suite",
            code->own[0], code->own_count == 1 ? " is" : " and others are each");
    for (size_t i = 0; i < code->shared_count; i++)
        document_note(doc, NOTE_WARNING, "shared", NULL,
                      "both sides run %s: what changed in there is not seen", code->shared[i]);
    gate_code_note(code, doc);
}
