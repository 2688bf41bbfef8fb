// SPDX-License-Identifier: MIT
// A segment's record as JSON.
#include "segment.h"

#include "json_table.h"

#include <stdlib.h>

#define T struct object
static const struct json_field object_fields[] = {
    {FIELD("name", JSON_TEXT, name), REQUIRED},
    {FIELD("hash", JSON_TEXT, hash), REQUIRED},
    {FIELD("phase", JSON_COUNT, phase), LEAN},
};
static const struct json_shape object_shape = SHAPE(object_fields, T, 0);
#undef T

#define T struct segment
static const struct json_field fields[] = {
    {FIELD("tare_segment", JSON_INT, schema), REQUIRED},
    {FIELD("begun", JSON_TEXT, begun)},
    {FIELD("reason", JSON_TEXT, reason)},
    {FIELD("commit", JSON_TEXT, commit)},
    {FIELD("branch", JSON_TEXT, branch)},
    {FIELD("dirty", JSON_BOOL, dirty)},
    {FIELD("program_hash", JSON_TEXT, program_hash)},
    {ARRAY("program", JSON_OBJECTS, objects.items, objects.count), .shape = &object_shape},
};
const struct json_shape segment_shape = SHAPE(fields, T, 2);
#undef T

static bool check_schema(int64_t schema, const char *where, struct errmsg *why) {
    return schema == SEGMENT_SCHEMA ||
           fail(why, "%s: a record of version %lld; this tare knows %d: use a newer one", where,
                (long long)schema, SEGMENT_SCHEMA);
}

// What another version may have changed is no reason to complain about; its number is.
static bool has_other_schema(const char *where, const char *text, size_t length,
                             struct errmsg *why) {
    static const struct json_shape shape = {fields, 1, sizeof(struct segment), 0};
    struct segment segment = {0};
    return json_read(&shape, text, length, &segment, NULL) &&
           !check_schema(segment.schema, where, why);
}

bool segment_parse(struct segment *segment, const char *where, const char *text, size_t length,
                   struct errmsg *why) {
    struct errmsg cause;
    *segment = (struct segment){0};
    if (!json_read(&segment_shape, text, length, segment, &cause)) {
        fail(why, "%s: %s", where, cause.text);
        has_other_schema(where, text, length, why);
        return false;
    }
    if (check_schema(segment->schema, where, why) && objects_check(&segment->objects, where, why))
        return true;
    segment_release(segment);
    return false;
}

char *segment_text(const struct segment *segment, size_t *length) {
    return json_write(&segment_shape, segment, length);
}

void segment_release(struct segment *segment) { json_release(&segment_shape, segment); }
