// SPDX-License-Identifier: MIT
// A segment's record as JSON.
#include "segment.h"

#include "json.h"

#include <stdlib.h>

#define AT(member)    .offset = offsetof(struct OWNER, member)
#define COUNT(member) .count_offset = offsetof(struct OWNER, member)
#define SHAPE(fields, owner, lines)                                                                \
    { (fields), sizeof(fields) / sizeof *(fields), sizeof(struct owner), (lines) }

#define OWNER object
static const struct json_field object_fields[] = {
    {"name", JSON_TEXT, .required = true, AT(name)},
    {"hash", JSON_TEXT, .required = true, AT(hash)},
};
static const struct json_shape object_shape = SHAPE(object_fields, object, 0);
#undef OWNER

#define OWNER segment
static const struct json_field fields[] = {
    {"tare_segment", JSON_INT, .required = true, AT(schema)},
    {"begun", JSON_TEXT, AT(begun)},
    {"reason", JSON_TEXT, AT(reason)},
    {"commit", JSON_TEXT, AT(commit)},
    {"branch", JSON_TEXT, AT(branch)},
    {"dirty", JSON_BOOL, AT(dirty)},
    {"program_hash", JSON_TEXT, AT(program_hash)},
    {"program", JSON_OBJECTS, .shape = &object_shape, AT(objects.items), COUNT(objects.count)},
};
const struct json_shape segment_shape = SHAPE(fields, segment, 2);
#undef OWNER

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
