// SPDX-License-Identifier: MIT
// Files by their content, first of all the program that is measured: its name and hash.
#ifndef PROGFILE_H
#define PROGFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"

#define PROGFILE_HASH_SIZE 33 // XXH3-128, 32 hex digits

// Path by which this program can be executed again; free with free().
char *progfile_self(void);

// Fills in name and hash of `program`. False if the file cannot be read.
bool progfile_describe(struct program *program, const char *path, struct errmsg *why);

// The hash of a file's content, or of a text's.
bool progfile_hash(const char *path, char hash[PROGFILE_HASH_SIZE], struct errmsg *why);
void progfile_hash_text(const char *text, size_t length, char hash[PROGFILE_HASH_SIZE]);

// "xxHash 0.8.1"
const char *progfile_hash_library(void);

#endif
