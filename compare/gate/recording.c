// SPDX-License-Identifier: MIT
// The epochs of one trial in the order in which they were measured, and how that ended.
#include "recording.h"

#include "mem.h"

#include <stdlib.h>

void recording_add(struct recording *recording, const struct epoch *epoch) {
    recording->epochs = mem_push(recording->epochs, &recording->count, sizeof *recording->epochs);
    recording->epochs[recording->count - 1] = *epoch;
}

void recording_end(struct recording *recording, enum epoch_end end, int culprit, const char *why) {
    recording->end = (int)end;
    recording->culprit = culprit;
    recording->why = mem_text(why);
}

void recording_release(struct recording *recording) {
    free(recording->epochs);
    free(recording->why);
    *recording = (struct recording){0};
}
