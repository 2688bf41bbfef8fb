// SPDX-License-Identifier: MIT
// The record of a segment: a stretch of a baseline in which the code is the same.
#ifndef SEGMENT_H
#define SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"
#include "objects.h"

#define SEGMENT_SCHEMA    1
#define SEGMENT_BYTES_MAX ((size_t)1 << 20)

struct json_shape;

// Texts are owned; NULL is "not known".
struct segment {
    int64_t schema;
    char *begun;  // UTC
    char *reason; // why its numbers were accepted
    char *commit;
    char *branch;
    bool dirty;             // what was measured is not quite that commit
    char *program_hash;     // of the executable that made the documents
    struct objects objects; // the program, if it was stored
};

extern const struct json_shape segment_shape;

// Reads and checks a record; `where` is for messages. On false nothing is owned.
bool segment_parse(struct segment *segment, const char *where, const char *text, size_t length,
                   struct errmsg *why);

// As JSON; free it.
char *segment_text(const struct segment *segment, size_t *length);

void segment_release(struct segment *segment);

#endif
