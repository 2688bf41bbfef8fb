// SPDX-License-Identifier: MIT
// Stores as tests fill them: baselines of one document a segment.
#ifndef STORED_H
#define STORED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made.h"
#include "mem.h"
#include "room.h"
#include "store.h"
#include "told.h"

#define HASH "00112233445566778899aabbccddeeff"

// ---- Documents -------------------------------------------------------------------------------

// What differs between the documents of these tests.
struct made {
    const char *brand, *program, *started;
};

static const struct made first = {"Example CPU 3000", "bench", "2026-11-21T10:00:00Z"};

static inline void make_document(struct document *doc, const struct made *made) {
    *doc = (struct document){
        .schema = DOCUMENT_SCHEMA,
        .tare = mem_text("0.1.0"),
        .started = mem_text(made->started),
        .settings = {.seed = 1, .launches = 1, .samples = 1},
        .program = {.name = mem_text(made->program), .hash = mem_text(HASH), .loop_version = 1},
    };
    document_fact(doc, "cpu.vendor", "GenuineExample");
    document_fact(doc, "cpu.brand", made->brand);
    doc->trials = mem_push(NULL, &doc->trial_count, sizeof *doc->trials);
    doc->trials[0] = made_trial("g/c");
    struct trial *trial = &doc->trials[0];
    trial->launches = mem_push(NULL, &trial->launch_count, sizeof *trial->launches);
    struct launch *launch = &trial->launches[0];
    launch->spans = mem_push(NULL, &launch->span_count, sizeof *launch->spans);
    launch->spans[0] = 20000;
}

static inline struct store_document document_of(const struct made *made) {
    struct store_document document;
    struct document doc;
    size_t length;
    make_document(&doc, made);
    char *text = document_text(&doc, &length);
    room_put_bytes("run.json", text, length);
    document_release(&doc);
    free(text);
    take(store_document_read(&document, "run.json", &why));
    return document;
}

// ---- A store with one baseline ---------------------------------------------------------------

static inline void open_store(struct store *store, enum store_access access) {
    take(store_open(store, "store", access, &why));
}

static inline void begin(const struct store *store, const struct made *made) {
    struct store_document document = document_of(made);
    struct baseline baseline;
    struct segment record = {.schema = SEGMENT_SCHEMA, .begun = (char *)made->started};
    take(store_find(store, document.names.machine, document.names.program, &baseline, &why));
    take(store_begin(store, &baseline, &record, &document, 1, &why));
    baseline_release(&baseline);
    store_document_release(&document);
}

static inline void find(const struct store *store, const struct made *made,
                        struct baseline *baseline) {
    struct store_document document = document_of(made);
    take(store_find(store, document.names.machine, document.names.program, baseline, &why));
    store_document_release(&document);
}

// "NUMBER:DOCUMENTS" of each segment.
static inline void assert_segments(const struct store *store, const struct made *made,
                                   const char *expected) {
    struct baseline baseline;
    char text[200] = "";
    find(store, made, &baseline);
    for (size_t i = 0; i < baseline.segment_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu:%zu", i == 0 ? "" : " ",
                 (unsigned long long)baseline.segments[i].number,
                 baseline.segments[i].document_count);
    assert_string_equal(text, expected);
    baseline_release(&baseline);
}

static inline size_t count_listed(const struct store *store) {
    struct baselines all;
    take(store_list(store, &all, &why));
    size_t count = all.count;
    baselines_release(&all);
    return count;
}

static inline char *machine_of(const struct made *made) {
    struct store_document document = document_of(made);
    char *name = mem_text(document.names.machine);
    store_document_release(&document);
    return name;
}

// The path of something in the machine's directory; free it.
static inline char *path_in_machine(const char *rest) {
    char *machine = machine_of(&first);
    char *path = mem_printf("store/machines/%s%s", machine, rest);
    free(machine);
    return path;
}

static inline void make_store(void) {
    struct store store;
    open_store(&store, STORE_CREATE);
    begin(&store, &first);
    store_close(&store);
}

#endif
