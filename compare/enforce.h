// SPDX-License-Identifier: MIT
// Holds the rows of a report against the policy's limits, and regressions against its waivers.
#ifndef ENFORCE_H
#define ENFORCE_H

#include "effective.h"
#include "match.h"
#include "policy.h"
#include "report.h"

struct enforcement {
    const struct policy *policy;
    const char *started; // when the newest run was; begins with its day; NULL: not known
    struct tally *tallies;
};

// Days come from the documents, so that the same documents always get the same answer.
void enforce_begin(struct enforcement *enforcement, const struct policy *policy,
                   const struct side sides[SIDES]);

// A limit that is exceeded makes the row regressed and gated, one whose metric is not known makes
// it undecided; a waiver takes a regression out of the gate, or says why it does not.
void enforce_row(struct enforcement *enforcement, struct report_row *row, const struct match *match,
                 const struct effective *effective);

// Notes waivers that have expired and were not needed. Releases.
void enforce_end(struct enforcement *enforcement, struct report *report);

// Notes lines whose glob matches no trial of either side, whatever the filters leave out.
void enforce_note_unmatched(const struct policy *policy, const struct side sides[SIDES],
                            struct report *report);

#endif
