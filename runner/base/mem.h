// SPDX-License-Identifier: MIT
// Memory that is there or ends the program with a message (exit status 2), and growing arrays.
#ifndef MEM_H
#define MEM_H

#include <stdarg.h>
#include <stddef.h>

// `count` zeroed items of `size` bytes; NULL when that is 0 bytes. Free with free().
void *mem_zero(size_t count, size_t size);

// Appends one zeroed item to a growing array: `items = mem_push(items, &count, sizeof *items)`,
// then fill items[count - 1]. Capacity is the power of two at or above *count, so an array grown
// this way is grown no other way. Free with free().
void *mem_push(void *items, size_t *count, size_t size);

// Copies; NULL gives NULL. Free with free().
char *mem_text(const char *text);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

// Puts more behind an owned text, NULL being an empty one; the longer text takes its place.
char *mem_append(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Says that memory is used up and ends the program. For what allocates by other means.
_Noreturn void mem_exhausted(void);

#endif
