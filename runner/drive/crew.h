// SPDX-License-Identifier: MIT
// Pieces of work side by side: as many threads as there are CPUs, each takes the next piece.
#ifndef CREW_H
#define CREW_H

#include <stddef.h>

struct crew_work {
    size_t count; // of pieces
    // Does one piece with the CPU that is lent to it. Called by several threads at once, in the
    // order of the pieces.
    void (*work)(void *context, size_t piece, int cpu);
    // Called by one thread at a time when a piece is done; may be NULL.
    void (*tell)(void *context, size_t done);
    void *context;
};

// Returns when all is done; after a signal (stop_signal) no piece is begun any more.
void crew_run(const struct crew_work *work, const int *cpus, size_t cpu_count);

#endif
