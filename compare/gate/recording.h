// SPDX-License-Identifier: MIT
// The epochs of one trial in the order in which they were measured, and how that ended.
#ifndef RECORDING_H
#define RECORDING_H

#include <stddef.h>

#include "epoch.h"

// Zeroed: nothing was measured yet.
struct recording {
    struct epoch *epochs; // owned; those that were dropped for longer samples, too
    size_t count;
    int end;     // enum epoch_end of the last one that was begun; INTERRUPTED: it was not decided
    int culprit; // enum side_index, of EPOCH_FAILED
    char *why;   // owned; NULL: it was measured
};

// How an epoch that gave no contrast ended.
void recording_end(struct recording *recording, enum epoch_end end, int culprit, const char *why);
void recording_add(struct recording *recording, const struct epoch *epoch);
void recording_release(struct recording *recording);

#endif
