// SPDX-License-Identifier: MIT
// From matched trials to what the verdict needs of them. Pure.
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "match.h"
#include "verdict.h"

struct evidence_set {
    struct evidence *items;
    size_t *match; // the match that each item is of
    size_t count;
    double *logs;
};

// What a trial's policy does not say: the slowdown that must be caught, and the one that may be
// ignored (NaN: 0.3 of the first).
struct evidence_default {
    double detect, ignore;
};

// Takes the matches that have numbers on both sides.
void evidence_gather(struct evidence_set *set, const struct matches *matches,
                     const struct evidence_default *fallback);

void evidence_release(struct evidence_set *set);

// False for a trial that its author declared advisory.
bool evidence_is_gated(const struct match *match);

// The slowdown to ignore beside `detect`.
double evidence_ignore(double detect, double ignore);

// Mean of the runs, in ns per call, from the logarithms: the geometric one. NaN without runs.
double evidence_ns(const struct match *match, enum side_index side);

#endif
