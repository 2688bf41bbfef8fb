// SPDX-License-Identifier: MIT
// A segment's record from a stranger is refused in words, or it leads nowhere and what is written
// of it reads the same again.
#include "fuzz.h"

#include "segment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void look_at_object(const struct object *object) {
    assert(strlen(object->hash) == 32 && strspn(object->hash, "0123456789abcdef") == 32);
    assert(object->name[0] != '\0' && object->name[0] != '.');
    assert(object->name[strcspn(object->name, "/:\033\n ")] == '\0');
}

static void write_and_read_again(const struct segment *segment) {
    struct segment again;
    struct errmsg why;
    size_t length, length_again;
    char *text = segment_text(segment, &length);
    bool is_read = segment_parse(&again, "s", text, length, &why);
    assert(is_read);
    char *text_again = segment_text(&again, &length_again);
    assert(length == length_again && memcmp(text, text_again, length) == 0);
    segment_release(&again);
    free(text);
    free(text_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct segment segment;
    struct errmsg why = {""};
    if (!segment_parse(&segment, "s", (const char *)data, size, &why)) {
        assert(strncmp(why.text, "s: ", 3) == 0 && why.text[3] != '\0');
        return 0;
    }
    assert(segment.schema == SEGMENT_SCHEMA);
    for (size_t i = 0; i < segment.objects.count; i++)
        look_at_object(&segment.objects.items[i]);
    write_and_read_again(&segment);
    segment_release(&segment);
    return 0;
}
