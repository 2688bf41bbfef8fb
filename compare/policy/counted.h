// SPDX-License-Identifier: MIT
// What was counted of a trial on both sides: whether there is more of it, and what that says of its
// time. Pure.
//
// A count needs no statistics where it is exact: it rose if it is more than base has by half of
// what must be detected, so that what is to be detected is found though it is diluted by the loop's
// own. One that is not must rise by three times as much as it differs from itself, too: as a run
// does within, or the runs of a side among each other; and instructions by 50 a call, which is what
// entering a function otherwise may cost. How much it differs must be known.
#ifndef COUNTED_H
#define COUNTED_H

#include <stdbool.h>
#include <stddef.h>

#include "effective.h"
#include "match.h"

enum counted_outcome {
    COUNTED_EQUAL,
    COUNTED_MORE,
    COUNTED_LESS,
    COUNTED_UNKNOWN,
    COUNTED_OUTCOMES
};

extern const char *const counted_outcome_names[COUNTED_OUTCOMES + 1]; // NULL at the end

// Borrows its texts from the documents.
struct counted {
    const char *name, *unit, *source; // unit "": a plain number
    double base, new;                 // per call, medians over the runs; NaN: not known
    double detect;                    // fraction
    double most;                      // that new may have
    bool is_gated;
    enum counted_outcome outcome;
    const char *reason;             // of UNKNOWN
    const struct policy_glob *glob; // who said what to detect; NULL: nobody
};

struct counted_list {
    struct counted *items;
    size_t count;
};

// Each count of new, against the same by the same source in base. Both must have been made by the
// same version of the tool, under the same name.
void counted_compare(struct counted_list *list, const struct match *match,
                     const struct effective *effective);
void counted_release(struct counted_list *list);

// Whether some source tells of this count how it changed; else why none does.
bool counted_is_known(const struct counted_list *list, const char *name, const char **reason);

// Why the time may have changed: "instructions +6.0 %: more work"; NULL if nothing that was counted
// tells. Free it.
char *counted_explain(const struct counted_list *list);

#endif
