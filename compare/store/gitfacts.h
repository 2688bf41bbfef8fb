// SPDX-License-Identifier: MIT
// What git says of the directory that we are in.
#ifndef GITFACTS_H
#define GITFACTS_H

#include <stdbool.h>

struct gitfacts {
    char *commit;  // NULL: no git here, or no commit yet
    char *branch;  // NULL: not on one
    bool is_dirty; // tracked files differ from the commit
};

// Asks the git program, which may be missing: nothing is known then. Owned texts.
void gitfacts_read(struct gitfacts *facts);
// From what `git status --porcelain=v2 --branch` printed.
void gitfacts_parse(struct gitfacts *facts, const char *text);
void gitfacts_release(struct gitfacts *facts);

#endif
