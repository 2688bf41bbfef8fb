// SPDX-License-Identifier: MIT
// Feeds files to a fuzz target, one after the other: the inputs that are known, without a fuzzer.
#include "fuzz.h"

#include "mem.h"
#include "textfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX ((size_t)1 << 20)

// A copy of just its size, so that sanitizers see a step beyond the end.
static void feed(const char *text, size_t length) {
    uint8_t *data = mem_zero(length, 1);
    if (length > 0)
        memcpy(data, text, length);
    LLVMFuzzerTestOneInput(data, length);
    free(data);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct errmsg why;
        char *text;
        size_t length;
        fprintf(stderr, "%s\n", argv[i]); // the last one named is the one that broke it
        if (!textfile_read(argv[i], INPUT_MAX, &text, &length, &why)) {
            fprintf(stderr, "%s\n", why.text);
            return 1;
        }
        feed(text, length);
        free(text);
    }
    return argc > 1 ? 0 : 1;
}
