// SPDX-License-Identifier: MIT
// What an executable or a shared object tells the loader about libraries.
#ifndef ELFFILE_H
#define ELFFILE_H

#include <stdbool.h>

#include "errmsg.h"

// Texts are owned; NULL: it says nothing of that kind.
struct elffile {
    char *soname;
    char *rpath;       // DT_RPATH, which nothing overrides
    char *runpath;     // DT_RUNPATH
    char *needed_path; // the first library that is needed by a path, not by a name
    bool is_loaded;    // by a loader, which it names: it is a program that is not static
};

// Reads an ELF file of this machine's class and byte order; another kind of file is refused,
// and so is one whose entries lead nowhere. A static executable says nothing. On false nothing is
// owned.
bool elffile_read(struct elffile *elf, const char *path, struct errmsg *why);

void elffile_release(struct elffile *elf);

#endif
