// SPDX-License-Identifier: MIT
// Whose code the workers of a gate run: each side's must be its own. A library that both find in
// the same place would be held against itself, and could never be slower.
#ifndef GATE_CODE_H
#define GATE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "errmsg.h"
#include "mapped.h"
#include "side.h"

// Where the code of one side is. Borrowed.
struct gate_origin {
    const char *path;         // the executable, without links
    const char *copy;         // of it, that is run; NULL: itself
    const char *library_path; // of a stored one: directories with ':' between; NULL: it has none
    bool is_stored;           // these directories, and the executable's, hold only what was stored
};

// A file, as it was when a worker was first seen with it.
struct gate_file {
    char *path;
    struct stat info;
};

struct gate_code {
    struct gate_origin origins[SIDES];
    char *homes[SIDES]; // the repository that each executable is in, or else its directory
    struct gate_file *files;
    size_t file_count;
    char **shared; // files from elsewhere that both sides map
    size_t shared_count;
    char **own; // libraries that one side maps alone: run where they lie, not as copies
    size_t own_count;
};

void gate_code_init(struct gate_code *code, const struct gate_origin origins[SIDES]);
void gate_code_release(struct gate_code *code);

// Looks at two workers, one of each side. False if the trial cannot be compared: a stored program
// maps what was not stored with it, or both map the same file out of either's home. What both map
// from elsewhere is somebody else's library. `context` is the code; see epoch.h.
bool gate_code_admit(void *context, const pid_t pids[SIDES], struct errmsg *why);

// The same of what they map; pure.
bool gate_code_judge(struct gate_code *code, const struct mapped mapped[SIDES], struct errmsg *why);

// Whether the executables and every file that was mapped are still as they were.
bool gate_code_check(const struct gate_code *code, struct errmsg *why);
// The same, as an error that is noted: nothing can be judged.
void gate_code_note(const struct gate_code *code, struct document *doc);

#endif
