// SPDX-License-Identifier: MIT
// Allocates or ends the program.
#include "mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_exhausted(void) {
    fputs("tare: out of memory; close other programs or measure fewer trials at once\n", stderr);
    exit(2);
}

static void *alive(void *pointer) {
    if (pointer == NULL)
        mem_exhausted();
    return pointer;
}

void *mem_zero(size_t count, size_t size) {
    return count == 0 || size == 0 ? NULL : alive(calloc(count, size));
}

void *mem_push(void *items, size_t *count, size_t size) {
    size_t old = *count;
    bool is_full = (old & (old - 1)) == 0; // 0, 1, 2, 4, ...
    if (is_full) {
        size_t capacity = old == 0 ? 1 : 2 * old;
        if (capacity > SIZE_MAX / 2 / size)
            mem_exhausted();
        items = alive(realloc(items, capacity * size));
    }
    memset((char *)items + old * size, 0, size);
    *count = old + 1;
    return items;
}

char *mem_text(const char *text) { return text == NULL ? NULL : alive(strdup(text)); }

char *mem_vprintf(const char *format, va_list args) {
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        mem_exhausted();
    return text;
}

char *mem_printf(const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = mem_vprintf(format, args);
    va_end(args);
    return text;
}

char *mem_append(char *text, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *more = mem_vprintf(format, args);
    va_end(args);
    char *longer = mem_printf("%s%s", text != NULL ? text : "", more);
    free(more);
    free(text);
    return longer;
}
