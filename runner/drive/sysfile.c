// SPDX-License-Identifier: MIT
// Reads small files of /proc and /sys and finds lines in them.

#include "sysfile.h"

#include "textfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((size_t)32 << 20)

struct path {
    char text[SYSFILE_PATH_MAX];
};

static bool __attribute__((format(printf, 3, 0)))
path_make(struct path *path, const char *root, const char *format, va_list args) {
    size_t size = sizeof path->text;
    size_t used = strlen(root);
    if (used >= size)
        return false;
    memcpy(path->text, root, used);
    int more = vsnprintf(path->text + used, size - used, format, args);
    return more >= 0 && (size_t)more < size - used;
}

bool sysfile_peek(const char *root, char *text, size_t size, const char *path, ...) {
    struct path whole;
    va_list args;
    va_start(args, path);
    bool fits = path_make(&whole, root, path, args);
    va_end(args);
    return fits && textfile_peek(whole.text, text, size);
}

bool sysfile_count(const char *root, uint64_t *count, const char *path, ...) {
    struct path whole;
    char text[64];
    va_list args;
    va_start(args, path);
    bool fits = path_make(&whole, root, path, args);
    va_end(args);
    return fits && textfile_peek(whole.text, text, sizeof text) && sysfile_number(text, count);
}

bool sysfile_exists(const char *root, const char *path, ...) {
    struct path whole;
    va_list args;
    va_start(args, path);
    bool fits = path_make(&whole, root, path, args);
    va_end(args);
    return fits && access(whole.text, F_OK) == 0;
}

char *sysfile_read(const char *root, const char *path) {
    char whole[SYSFILE_PATH_MAX];
    char *text = NULL;
    size_t length;
    int used = snprintf(whole, sizeof whole, "%s%s", root, path);
    if (used < 0 || (size_t)used >= sizeof whole)
        return NULL;
    return textfile_read(whole, FILE_BYTES_MAX, &text, &length, NULL) ? text : NULL;
}

bool sysfile_number(const char *text, uint64_t *number) {
    if (text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return *end == '\0' && errno == 0;
}

static size_t key_length(const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    size_t end = colon ? (size_t)(colon - line) : strcspn(line, " \t\n");
    while (end > 0 && strchr(" \t", line[end - 1]))
        end--;
    return end;
}

bool sysfile_line(const char *text, const char *key, char *value, size_t size) {
    size_t wanted = strlen(key);
    for (const char *line = text; *line && *line != '\n';) {
        size_t length = strcspn(line, "\n");
        if (key_length(line, length) == wanted && memcmp(line, key, wanted) == 0) {
            size_t skip = wanted + strspn(line + wanted, " \t:");
            snprintf(value, size, "%.*s", (int)(skip < length ? length - skip : 0), line + skip);
            return true;
        }
        line += length + (line[length] == '\n');
    }
    return false;
}

bool sysfile_has_word(const char *text, const char *word) {
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}
