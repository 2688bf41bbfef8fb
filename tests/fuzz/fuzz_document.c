// SPDX-License-Identifier: MIT
// A document from a stranger is refused in words, or what is written of it reads the same again.
#include "fuzz.h"

#include "document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void summarize(const struct trial *trials, size_t count) {
    for (size_t i = 0; i < count; i++)
        trial_summarize(&trials[i]);
}

static void write_and_read_again(const struct document *doc) {
    struct document again;
    struct errmsg why;
    size_t length, length_again;
    char *text = document_text(doc, &length);
    bool is_read = document_parse(&again, text, length, &why);
    assert(is_read);
    char *text_again = document_text(&again, &length_again);
    assert(length == length_again && memcmp(text, text_again, length) == 0);
    document_release(&again);
    free(text);
    free(text_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document doc;
    struct errmsg why = {""};
    if (!document_parse(&doc, (const char *)data, size, &why)) {
        assert(why.text[0] != '\0');
        return 0;
    }
    write_and_read_again(&doc);
    summarize(doc.trials, doc.trial_count);
    summarize(doc.yardsticks, doc.yardstick_count);
    document_release(&doc);
    return 0;
}
