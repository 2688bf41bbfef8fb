// SPDX-License-Identifier: MIT
// The program that is measured, as a file: its name and content hash.
#ifndef PROGFILE_H
#define PROGFILE_H

#include <stdbool.h>

#include "document.h"
#include "errmsg.h"

// Path by which this program can be executed again; free with free().
char *progfile_self(void);

// Fills in name and hash of `program`. False if the file cannot be read.
bool progfile_describe(struct program *program, const char *path, struct errmsg *why);

// "xxHash 0.8.1"
const char *progfile_hash_library(void);

#endif
