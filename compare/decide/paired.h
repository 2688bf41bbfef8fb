// SPDX-License-Identifier: MIT
// Decides on one trial from the contrasts of old and new, looking again as they come in. Pure.
//
// Two one-sided exact tests (signed_rank.h) at the looks of spending.h: slower than `ignore` for
// certain is regressed, not slower by `detect` for certain is pass; both is pass, too. Where the
// spread is so wide that twice `detect` would not be seen, that must be ruled out as well. What
// passed and seems faster goes on until it is improved for certain, or seems so no longer. Changes
// are logarithms, positive is slower.
#ifndef PAIRED_H
#define PAIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "signed_rank.h"
#include "spending.h"
#include "verdict.h"

struct paired_rule {
    double detect, ignore; // fractions
    double alpha;          // of this trial: to be called regressed though it is not
    double praise;         // likewise improved
    double miss;           // to pass though it is slower by `detect`
    size_t epochs_max;     // at most SIGNED_RANK_MAX
};

// A look that was taken.
struct paired_look {
    size_t count; // contrasts
    double level; // of pass
};

struct paired {
    struct paired_rule rule;
    double contrasts[SIGNED_RANK_MAX];
    size_t count;
    struct spending red, pass, sure, praise;
    bool is_bounded, is_sure; // at some look: not slower by `detect`; not by twice that
    size_t looks[SPENDING_LOOKS];
    size_t look_count, next_look;
    enum verdict verdict; // PASS, IMPROVED, REGRESSED or UNDECIDED
    bool is_over;
    bool is_spoilt; // by a contrast that is no number: undecided, whatever the others say
    struct paired_look taken[SPENDING_LOOKS]; // what its interval stands on
    size_t taken_count;
};

void paired_init(struct paired *paired, const struct paired_rule *rule);

// There will be no more contrasts than so many, whatever was said before: more than there are, and
// at least SPENDING_COUNT_MIN. What the looks so far have spent is spent.
void paired_limit(struct paired *paired, size_t epochs_max);

// What is slower by twice `detect` passes so many times more seldom than `miss`.
#define PAIRED_SURE 50

// Takes one more contrast and looks if it is time. One that is not finite ends it.
void paired_add(struct paired *paired, double contrast);

// The smallest change that is found, but for `miss`, in `count` contrasts that spread by `spread`.
double paired_detectable(const struct paired_rule *rule, double spread, size_t count);

// What may be said now; the reason is owned by the caller.
struct judgement paired_judgement(const struct paired *paired);

#endif
