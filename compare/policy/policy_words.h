// SPDX-License-Identifier: MIT
// The words of a policy file: lines, comments, quotes, and where each word stands.
//
// Words are parted by spaces and tabs. A word in double quotes may hold both, and \" and \\; quotes
// are around a whole word or a whole value, nowhere else. `#` begins a comment at a line's start or
// after white space. A carriage return before the line's end is part of that end.
#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "errmsg.h"
#include "units.h"

// A place in a policy. Everything but `line` is private.
struct words {
    size_t line; // from 1
    const char *path;
    struct arena *texts;
    struct errmsg *why;
    const char *next, *end;   // the lines that were not begun
    const char *start, *stop; // this line
    const char *at;           // what was not read of it
};

struct word {
    const char *text; // without its quotes, kept in the arena; NULL: there is none
    const char *at;   // where it stands
    bool is_quoted;
};

// NAME or NAME=VALUE.
struct pair {
    struct word name, value;
};

// Stands before the first line. `path` is what messages call the text. False for what is not UTF-8
// or holds a control character. All is borrowed; what was read stays in the arena.
bool words_open(struct words *words, const char *path, const char *text, size_t length,
                struct arena *texts, struct errmsg *why);

// Steps to the next line that is neither blank nor a comment; false behind the last.
bool words_next_line(struct words *words);

// Steps over white space; false at the end of the line.
bool words_remain(struct words *words);

// Reads a word of the line, which has one.
bool words_read(struct words *words, struct word *word);
bool words_read_pair(struct words *words, struct pair *pair);

// The pair's value as a number with its unit, from `min` to `max`.
bool words_number(const struct words *words, const struct pair *pair, enum unit_kind kind,
                  double min, double max, double *value);

// False, with a message that begins "PATH:LINE:COLUMN: "; the column is that of `at`.
bool words_refuse(const struct words *words, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
