// SPDX-License-Identifier: MIT
// The documents of one side of a comparison, without the raw samples.
#ifndef SIDE_H
#define SIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"
#include "flags.h"
#include "progfile.h"

enum side_index { SIDE_BASE, SIDE_NEW, SIDES };

extern const char *const side_names[SIDES]; // "base", "new"

// One run. Its trials have no launches any more: what they said is in the summaries.
struct run {
    char *path;
    char hash[PROGFILE_HASH_SIZE]; // of the document as it was read
    char *text;                    // of a pipe, which cannot be read again; else NULL
    struct document doc;
    struct trial_summary *summaries; // one per trial
    struct trial_summary *yardsticks;
};

struct side {
    struct run *runs;
    size_t count;
};

// Calls `take` with a path, or with each *.json of a directory by name, until it returns false.
bool side_each_document(const char *path,
                        bool (*take)(void *context, const char *path, struct errmsg *why),
                        void *context, struct errmsg *why);

// Reads every path into the zeroed side: a document, or a directory whose *.json files are
// documents. Only one document's samples are in memory at a time. A run that is named twice is
// refused: it would count as two. On false nothing is owned.
bool side_read(struct side *side, const struct flag_texts *paths, struct errmsg *why);

// Adds a run whose trials are only listed: they count as measured unless they failed or were
// skipped, and their summaries wait for the numbers. Takes over what the document owns.
void side_add_list(struct side *side, const struct document *list, const char *path);

// Refuses a run that is on both sides: nothing would be compared.
bool side_check_apart(const struct side sides[SIDES], struct errmsg *why);

// Whether every run of the side is a run of `other`, too.
bool side_is_within(const struct side *side, const struct side *other);

void side_release(struct side *side);

#endif
