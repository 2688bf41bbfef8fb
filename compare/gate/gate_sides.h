// SPDX-License-Identifier: MIT
// Where the two sides of a gate come from: two executables, an executable and the program of a
// baseline, or two sets of cases of one executable.
#ifndef GATE_SIDES_H
#define GATE_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "base.h"
#include "errmsg.h"
#include "gate_program.h"
#include "objects.h"
#include "side.h"

// What the user named. Borrowed.
struct gate_source {
    const char *new;          // the suite under test
    const char *old;          // the suite that it is held against; NULL: one of those below
    const char *cases[SIDES]; // globs, both or none: trials of new against other trials of new
    const char *store;        // otherwise the baseline of new that is kept there
    bool is_in_place;         // programs are run where they are
    int cpu;                  // that is measured: the store knows machines by it
    uint64_t limit_ns;        // for a program to list its trials
};

struct gate_sides {
    struct gate_programs programs;
    struct side sides[SIDES]; // ready for match_sides
    struct base base;         // of the store
    char *base_name;          // "MACHINE/PROGRAM"
    struct objects_start start;
    // Why the program of the baseline cannot be run, so that only its documents are left: see
    // gate_stored.h. Then there are no sides and programs. NULL: both are ready.
    char *unpaired;
};

// To be called after launch_prepare, and while the thread may use all CPUs that the user allows.
// What is stored, but not as it was, is refused. On false nothing is owned and nothing is left
// behind.
bool gate_sides_init(struct gate_sides *sides, const struct gate_source *source,
                     struct errmsg *why);
void gate_sides_release(struct gate_sides *sides);

// After measuring: notes where the old side comes from, and libraries that both sides run. An error
// is noted if a program changed meanwhile, so that nothing can be judged.
void gate_sides_note(const struct gate_sides *sides, struct document *doc);

#endif
