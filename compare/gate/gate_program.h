// SPDX-License-Identifier: MIT
// The two programs of a gate, made ready to be launched alike.
#ifndef GATE_PROGRAM_H
#define GATE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"
#include "gate_code.h"
#include "launch.h"
#include "phases.h"
#include "side.h"

// One of them. Borrowed.
struct gate_program {
    const char *path;
    const char *name;         // what the user knows it by
    const char *library_path; // as in gate_code.h
    bool is_stored;
    const struct phases *phases; // of one that is stored; others have them beside them
    bool is_in_place;            // run where it is, as its user wants
};

// Both are started under paths of equal length in a directory of their own, and with environments
// of equal size: as copies that are written anew for each launch, see image.h, or as links where a
// copy would not find its libraries.
struct gate_programs {
    struct gate_program given[SIDES];
    char *directory;
    char *paths[SIDES];
    char *argv[SIDES][2];
    char *entries[SIDES]; // of the environment, or NULL
    char *files[SIDES];   // the programs, without links
    struct image images[SIDES];
    const char *in_place[SIDES]; // why it is no copy; NULL: it is one
    struct gate_code code;
    struct launch_how hows[SIDES]; // borrows from the above
};

// On false nothing is owned, and nothing is left behind.
bool gate_programs_init(struct gate_programs *programs, const struct gate_program given[SIDES],
                        struct errmsg *why);
void gate_programs_release(struct gate_programs *programs);

// Asks a program for its trials. Refuses what is no suite, and what goes on for longer than the
// limit. On false nothing is owned.
bool gate_program_list(struct document *list, const struct gate_program *given, uint64_t limit_ns,
                       struct errmsg *why);

#endif
