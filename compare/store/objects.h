// SPDX-License-Identifier: MIT
// Programs in the store: each file lies under the hash of its content, so that what was stored is
// what is executed.
//
//   DIRECTORY/HASH/NAME
//
// Where two programs have the same file under different names, HASH holds both.
#ifndef OBJECTS_H
#define OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"
#include "phases.h"

// A file of a program: the executable, or a shared object under the name that the loader looks for.
struct object {
    char *name;
    char *hash;     // XXH3-128, 32 hex digits
    uint64_t phase; // bytes by which the functions of this executable lie further on; 0: none
};

// A program: its executable comes first, its phases, all or none, last. Nothing is known of one
// without objects.
struct objects {
    struct object *items;
    size_t count;
};

void objects_release(struct objects *objects);

// Refuses names and hashes that objects_store would not have made. `where` is for the message.
bool objects_check(const struct objects *objects, const char *where, struct errmsg *why);

// Copies a program into `directory`: its executable, the shared objects that are no part of the
// system, and its phases. Refuses what would not run from there as it runs here: setuid and setgid
// files, DT_RPATH, and libraries needed by path. On false nothing is owned.
bool objects_store(struct objects *objects, const char *directory, char *const *paths, size_t count,
                   const struct phases *phases, struct errmsg *why);

// How to start a stored program: its path, and LD_LIBRARY_PATH for its libraries (NULL: it has
// none). Every file is hashed again first, and so is whatever else lies beside it: on false nothing
// may be executed, and nothing is owned.
struct objects_start {
    char *program;
    char *library_path;
    struct phases phases;
};
bool objects_verify(const struct objects *objects, const char *directory,
                    struct objects_start *start, struct errmsg *why);
void objects_start_release(struct objects_start *start);

#endif
