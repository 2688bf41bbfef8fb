// SPDX-License-Identifier: MIT
// The store: baselines by machine and program, kept in one directory that can be moved and cached.
//
//   STORE                                            "tare store 1"
//   lock                                             held by whoever writes
//   programs/HASH/NAME                               see objects.h
//   machines/MACHINE/PROGRAM/0001/segment.json       see segment.h
//                                /2026-11-21T100000Z-0f1e2d3c4b5a6978.json, a document as it was
//
// A segment appears with its first documents, a document appears whole, and nothing is ever
// rewritten but a segment's record: what a killed writer leaves is invisible, and swept by the
// next.
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"
#include "segment.h"
#include "store_document.h"

#define STORE_PATH ".tare"

enum store_access {
    STORE_READ,
    STORE_WRITE,  // waits for other writers
    STORE_CREATE, // the same, and makes the store where there is none
};

struct store {
    char *path;
    int lock; // -1: reading
};

// A writer begins by sweeping. On false nothing is owned.
bool store_open(struct store *store, const char *path, enum store_access access,
                struct errmsg *why);
void store_close(struct store *store);

// Its directories, see above; free them.
char *store_machines(const struct store *store);
char *store_programs(const struct store *store);

// ---- Looking

struct store_segment {
    char *path;
    uint64_t number;
    struct segment record;
    char **documents; // paths, oldest first
    size_t document_count;
};

// Of one program on one machine; without segments there is none.
struct baseline {
    char *machine, *program;        // names in the store
    struct store_segment *segments; // oldest first; the last one is compared against
    size_t segment_count;
    char *damage; // why it cannot be read, and has no segments; NULL: it can
};

struct baselines {
    struct baseline *items;
    size_t count;
};

// By machine and program. One that is damaged hides no other: store_list says so of it, and
// store_find refuses it. Of a machine that is damaged as a whole the program is "". On false
// nothing is owned.
bool store_list(const struct store *store, struct baselines *all, struct errmsg *why);
bool store_find(const struct store *store, const char *machine, const char *program,
                struct baseline *baseline, struct errmsg *why);
void baseline_release(struct baseline *baseline);
void baselines_release(struct baselines *all);
// Moves the baseline to the end of the list.
void baselines_take(struct baselines *all, struct baseline *baseline);
// NULL if there is none.
const struct store_segment *baseline_current(const struct baseline *baseline);

// ---- Changing; the store is open for writing

// Begins the next segment of a baseline with these documents, all of one machine and program.
bool store_begin(const struct store *store, const struct baseline *baseline,
                 const struct segment *record, const struct store_document *documents, size_t count,
                 struct errmsg *why);

// Adds a document to a segment; `is_new` is false if it was there already.
bool store_append(const struct store_segment *segment, const struct store_document *document,
                  bool *is_new, struct errmsg *why);

bool store_write_record(const struct store_segment *segment, const struct segment *record,
                        struct errmsg *why);

// Copies a program, see objects_store. Until a record names it, the next sweep removes it.
bool store_program(const struct store *store, struct objects *objects, char *const *paths,
                   size_t count, const struct phases *phases, struct errmsg *why);

bool store_remove_baseline(const struct store *store, const struct baseline *baseline,
                           struct errmsg *why);
bool store_remove_segment(const struct store_segment *segment, struct errmsg *why);
uint64_t store_bytes(const struct store *store);

#endif
