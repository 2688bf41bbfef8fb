// SPDX-License-Identifier: MIT
// Files and directories of the store. What lies in it may come from strangers: names are of a small
// alphabet, symbolic links are refused, and what appears at all appears whole.
//
// Not safe against one who changes the store at the same moment; against what was put there before.
#ifndef STOREFS_H
#define STOREFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"

#define STOREFS_NAME_MAX 120

// What is half made, or being removed: such names are listed by nobody, and swept by writers.
#define STOREFS_TEMPORARY ".tare-"

// A name made fit for a file: every other character than A-Za-z0-9._+- and a leading dot becomes
// %XX, nothing becomes "%", and what is longer than STOREFS_NAME_MAX ends in a hash: different
// texts have different names. Free it.
char *storefs_name(const char *text);

// Whether it is made of what storefs_name makes: no path leads out of a directory by such a name.
bool storefs_is_name(const char *name);

// "DIRECTORY/NAME"; free it.
char *storefs_path(const char *directory, const char *name);

// The names in a directory that storefs_name could have made, sorted. None where there is no such
// directory. On false nothing is owned.
struct storefs_names {
    char **items;
    size_t count;
};
bool storefs_list(const char *directory, struct storefs_names *names, struct errmsg *why);
// Whatever is there.
bool storefs_list_all(const char *directory, struct storefs_names *names, struct errmsg *why);
// Appends an owned name.
void storefs_names_take(struct storefs_names *names, char *name);
void storefs_names_release(struct storefs_names *names);

// True if there is nothing, or nothing but what is half made.
bool storefs_is_empty(const char *directory);

// Refuses what is there but is a symbolic link, or no directory, or no file; missing is refused,
// too.
bool storefs_check_directory(const char *path, struct errmsg *why);
bool storefs_check_file(const char *path, struct errmsg *why);

// Makes the directory unless it is there.
bool storefs_make(const char *path, struct errmsg *why);

// A directory beside the one to come, empty: fill it, then storefs_appear() gives it its name, or
// storefs_remove() undoes it. NULL on failure; free it.
char *storefs_begin(const char *directory, struct errmsg *why);
bool storefs_appear(const char *temporary, const char *path, struct errmsg *why);

// Removes a file, or a directory with all that is in it; follows no link. Missing is fine. The name
// goes first, so that a reader sees all of it or nothing.
bool storefs_remove(const char *path, struct errmsg *why);

// Removes what killed writers left in this directory. Only for who holds the store's lock.
bool storefs_sweep(const char *directory, struct errmsg *why);

// The same in all directories below, too; those that are empty go as well.
bool storefs_sweep_below(const char *directory, struct errmsg *why);

// Copies a file, to the disk. Mode 0555: it may be executed, and nobody changes it by mistake.
bool storefs_copy(const char *from, const char *to, struct errmsg *why);

// Bytes of the files in `path`; 0 where there are none.
uint64_t storefs_bytes(const char *path);

#endif
