// SPDX-License-Identifier: MIT
// Which files a process is made of.
#ifndef MAPPED_H
#define MAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "errmsg.h"

// Paths: the executable, then the shared objects that are no part of the system (/lib, /usr/lib and
// their kin) nor mere memory (memfd and its kin), in the order of their addresses.
struct mapped {
    char **paths;
    size_t count;
};

// From /proc/PID/maps and exe. A file that was removed or replaced since is refused.
bool mapped_read(struct mapped *mapped, pid_t pid, struct errmsg *why);

// The same from the text of such a file and the executable's path.
bool mapped_parse(struct mapped *mapped, const char *executable, FILE *maps, struct errmsg *why);

void mapped_release(struct mapped *mapped);

#endif
