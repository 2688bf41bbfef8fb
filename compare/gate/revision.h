// SPDX-License-Identifier: MIT
// The suite as an earlier revision builds it: a git worktree of its own, the user's build command
// run in it, and the program that this made.
#ifndef REVISION_H
#define REVISION_H

#include <stdbool.h>

#include "errmsg.h"

// As the command line says it. Borrowed.
struct revision_asked {
    const char *rev;   // what git takes for a commit: main, HEAD~1, v1.2
    const char *build; // a shell command, run where in the worktree we are in the repository
    const char *suite; // what it makes, relative to there
};

// All zero: there is none.
struct revision {
    char *commit; // the full hash
    char *suite;  // path of the program
    char *room;   // the directory that holds the worktree and the log of the build
    char *tree;   // the worktree, named like the repository's own
};

// Whether the three make sense together; asks nobody.
bool revision_check(const struct revision_asked *asked, struct errmsg *why);

// Of the repository that the current directory is in, whatever a hook or make says in the
// environment; hooks are not run, submodules are not fetched. What the build prints is shown, its
// last lines, on standard error and only if it fails. It has no time limit: a signal to us ends it
// (launch_prepare() comes first). On false nothing is owned and nothing is left behind.
bool revision_build(struct revision *revision, const struct revision_asked *asked,
                    struct errmsg *why);

// Takes the worktree away again, also after a signal to us. What cannot be removed is told on
// standard error.
void revision_release(struct revision *revision);

#endif
