// SPDX-License-Identifier: MIT
// Command lines from tables: one row is an option's name, kind, target, range, default and help.
#ifndef FLAGS_H
#define FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "errmsg.h"

enum flag_kind {
    FLAG_SWITCH,  // bool
    FLAG_TEXT,    // const char *
    FLAG_WISH,    // const char *: "" where it stands alone, a value only from --name=value
    FLAG_TEXTS,   // struct flag_texts; the only kind that may be given more than once
    FLAG_COUNT,   // uint64_t, a whole number
    FLAG_TIME,    // uint64_t, nanoseconds; see units.h
    FLAG_BYTES,   // uint64_t; see units.h
    FLAG_PERCENT, // double, a fraction; see units.h
    FLAG_SEED,    // uint64_t, decimal or 0x...
    FLAG_CHOICE,  // int, the index in `choices`
};

// Borrowed from argv; release with flags_release.
struct flag_texts {
    const char **items;
    size_t count;
};

void flag_texts_add(struct flag_texts *texts, const char *text);
bool flag_texts_have(const struct flag_texts *texts, const char *text);

struct flag {
    const char *name; // without the dashes; NULL: a heading, `help` is its text
    enum flag_kind kind;
    size_t offset;              // of the target in the options struct
    double min, max;            // for COUNT, TIME (ns), PERCENT (fraction); both 0: any
    const char *const *choices; // for FLAG_CHOICE, NULL at the end
    const char *arg;            // "TIME"; what --help calls the value
    const char *help;           // one phrase; continued lines are wrapped
    char letter;                // 'h' for -h, or 0
};

struct flag_table {
    const struct flag *rows;
    size_t count;
};

// Reads argv[1..] into `options`: --name=value, --name value, -x; `--` ends them; what remains goes
// to `operands`. A repeat, an unknown name (the nearest one is suggested), a value missing,
// malformed or out of range is false with a message; the targets then hold whatever was read
// before. Defaults are what `options` holds on entry. `operands` NULL: none are taken; otherwise
// free operands->items. A value that starts with "--" is only taken from --name=value.
bool flags_parse(const struct flag_table *table, int argc, char **argv, void *options,
                 struct flag_texts *operands, struct errmsg *why);

// Reads a whole command line: parses it, has it checked together with its operands, and on false
// releases what `options` owns.
bool flags_read(const struct flag_table *table, int argc, char **argv, void *options,
                bool (*check)(void *options, const struct flag_texts *operands, struct errmsg *why),
                struct errmsg *why);

// Frees every FLAG_TEXTS in `options`.
void flags_release(const struct flag_table *table, void *options);

// The option lines of --help, aligned and wrapped to `width` columns.
void flags_help(const struct flag_table *table, int width, FILE *out);

#endif
