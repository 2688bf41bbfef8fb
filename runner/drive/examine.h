// SPDX-License-Identifier: MIT
// What would spoil measurements on a machine: its facts in, findings out. One table of checks, for
// tare doctor and for each run.
#ifndef EXAMINE_H
#define EXAMINE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"

struct perf_state;

// What is looked at.
struct subject {
    const struct document *doc;    // the facts of machine_read
    const char *root;              // as there; for files that a setting would be written to
    int cpu;                       // the one that is measured
    const struct perf_state *perf; // of the fact `counters`; NULL where that is not known
};

// A file that could be written, what it holds and what it should hold. path NULL: none.
struct setting {
    char *path; // without the root
    char *now;
    char *wanted;
};

struct finding {
    char *id;
    int level; // enum note_level
    char *text;
    char *fix; // what to do about it; NULL where there is nothing
    struct setting setting;
};

// Whether a check found something, nothing, or could not look because a fact is missing.
enum examine_answer { EXAMINE_FINE, EXAMINE_FOUND, EXAMINE_UNKNOWN };

// The checks are numbered; some share an id.
extern const size_t examine_count;
const char *examine_id(size_t check);

// The key of a fact that the check would need and that is not known; NULL: it can look.
const char *examine_missing(size_t check, const struct document *doc);

// `found` is filled in where something was found; free it with finding_release.
enum examine_answer examine(size_t check, const struct subject *subject, struct finding *found);
void finding_release(struct finding *finding);

// When a finding is worth a note in a run, too.
enum examine_when {
    EXAMINE_EACH_RUN,
    EXAMINE_WITH_DRIFT, // when the core's clock was seen to move
    EXAMINE_DOCTOR,     // never: a run measures better, or it changes nothing by itself
};

// Adds the findings of checks of this kind to the document's notes, at `level` or higher.
void examine_note(struct document *doc, const char *root, int cpu, enum examine_when when,
                  enum note_level level);

#endif
