// SPDX-License-Identifier: MIT
// The files of /proc and /sys below a root: "" for this machine, a directory that holds another's.
#ifndef SYSFILE_H
#define SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSFILE_PATH_MAX 1024

// The path is printf's: "/sys/devices/system/cpu/cpu%d/online". All are false or NULL, without a
// message, when there is no such file, it cannot be read, or does not hold what was asked for.
bool sysfile_peek(const char *root, char *text, size_t size, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
bool sysfile_count(const char *root, uint64_t *count, const char *path, ...)
    __attribute__((format(printf, 3, 4)));
bool sysfile_exists(const char *root, const char *path, ...) __attribute__((format(printf, 2, 3)));

// The whole file, for those that grow with the machine; free with free().
char *sysfile_read(const char *root, const char *path);

// A whole decimal number, and nothing else in `text`.
bool sysfile_number(const char *text, uint64_t *number);

// The value of "key: value", or of "key value" in lines without a colon. The search ends at an
// empty line, which is where /proc/cpuinfo ends a CPU. A value too long for `value` is cut.
bool sysfile_line(const char *text, const char *key, char *value, size_t size);

// Whether `word` is among the words of `text`, which have a blank between them.
bool sysfile_has_word(const char *text, const char *word);

#endif
