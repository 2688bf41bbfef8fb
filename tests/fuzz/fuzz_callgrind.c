// SPDX-License-Identifier: MIT
// What callgrind is said to have written is refused in words, or all its totals are whole numbers
// that a document holds. What valgrind is said to have written explains in words.
#include "fuzz.h"

#include "callgrind.h"
#include "callgrind_part.h"
#include "json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void read_part(const char *bytes, size_t size) {
    struct callgrind_part part;
    struct errmsg why = {""};
    uint64_t total;
    callgrind_part_init(&part);
    callgrind_part_feed(&part, bytes, size / 2);
    callgrind_part_feed(&part, bytes + size / 2, size - size / 2);
    if (!callgrind_part_end(&part, "tare", &why)) {
        assert(why.text[0] != '\0');
        return;
    }
    for (size_t i = 0; i < part.event_count; i++)
        assert(callgrind_part_total(&part, part.events[i].name, &total) && total <= JSON_WHOLE_MAX);
}

static void read_log(const char *bytes, size_t size) {
    struct errmsg why = {""};
    char *log = strndup(bytes, size);
    callgrind_explain("3.19.0", log, log, "killed", &why);
    assert(why.text[0] != '\0');
    free(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    read_part((const char *)data, size);
    read_log((const char *)data, size);
    return 0;
}
