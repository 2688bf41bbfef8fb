// SPDX-License-Identifier: MIT
// From matched trials to what the verdict needs of them. Pure.
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "effective.h"
#include "match.h"
#include "verdict.h"

struct evidence_set {
    struct evidence *items;
    size_t *match; // the match that each item is of
    size_t count;
    double *logs;
};

// Takes the matches that have numbers on both sides; `effective` is what holds for each match.
void evidence_gather(struct evidence_set *set, const struct matches *matches,
                     const struct effective *effective);

void evidence_release(struct evidence_set *set);

// Mean of the runs, in ns per call, from the logarithms: the geometric one. NaN without runs.
double evidence_ns(const struct match *match, enum side_index side);

#endif
