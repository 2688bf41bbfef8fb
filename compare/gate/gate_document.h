// SPDX-License-Identifier: MIT
// What a gate measured, as JSON: the trials that each side lists and the epochs of each, enough to
// decide again without measuring.
#ifndef GATE_DOCUMENT_H
#define GATE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document.h"
#include "errmsg.h"
#include "gate_run.h"
#include "recording.h"
#include "side.h"

#define GATE_SCHEMA 1

// One trial. Without epochs its numbers are 0.
struct gate_record {
    char *name; // in new
    bool is_sentinel;
    uint64_t calls, batches, sample_ns; // as in epoch.h, of its last epoch
    double detect, ignore;              // of the rule that it was measured for
    double extra;                       // as in epoch.h
    uint64_t budget_ns;                 // as in gate_run.h
    struct recording recording;
};

struct gate_document {
    int64_t schema;
    char *tare; // version of the comparator
    char *started;
    uint64_t seed;
    uint64_t elapsed_ms;
    uint64_t epochs; // of each trial, at most
    bool is_stopped;
    char *paths[SIDES];           // what the programs were called
    struct document lists[SIDES]; // their trials, not measured
    struct gate_record *records;
    size_t record_count;
};

// Written safely, see textfile_write; with the paths of these sides, each of one run, and those of
// their trials that were chosen.
bool gate_document_write(const struct gate_document *document, const struct side sides[SIDES],
                         const struct settings *choice, const char *path, struct errmsg *why);

// Reads and checks; on false nothing is owned.
bool gate_document_read(struct gate_document *document, const char *path, struct errmsg *why);
void gate_document_release(struct gate_document *document);

// Adds a record for each trial; borrows from them. Free the array.
void gate_document_record(struct gate_document *document, const struct gate_trial *trials,
                          size_t count);

// Gives each trial its recording and its budget, so that it is not measured; one that has none is
// skipped. What sentinels were slowed down by is past: they keep the rule that they were measured
// for.
void gate_document_give(const struct gate_document *document, struct gate_trial *trials,
                        size_t count);

#endif
