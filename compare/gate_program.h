// SPDX-License-Identifier: MIT
// The two programs of a gate, made ready to be launched alike.
#ifndef GATE_PROGRAM_H
#define GATE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"
#include "launch.h"
#include "side.h"

// Both are started under paths of equal length, as links in a directory of their own.
struct gate_programs {
    char *directory;
    char *paths[SIDES];
    char *argv[SIDES][2];
    struct launch_how hows[SIDES]; // borrows from the above
};

// On false nothing is owned, and nothing is left behind.
bool gate_programs_init(struct gate_programs *programs, const char *const files[SIDES],
                        struct errmsg *why);
void gate_programs_release(struct gate_programs *programs);

// Asks a program for its trials: the zeroed side gets one run, whose trials count as measured and
// whose summaries wait for their numbers. Refuses what is no suite, and what goes on for longer
// than the limit.
bool gate_program_list(struct side *side, const char *path, const char *file, uint64_t limit_ns,
                       struct errmsg *why);

#endif
