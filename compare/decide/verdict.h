// SPDX-License-Identifier: MIT
// Decides, from the values of each trial in each run, what may be said of it. Pure: arrays in,
// verdicts out. The specification is stored mode: two sets of documents, no pairing.
//
// Changes are logarithms: ln(new / base), positive is slower. NaN is "not known".
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "side.h"

// In the order in which a report lists them.
enum verdict {
    VERDICT_FAILED,
    VERDICT_MISSING,
    VERDICT_REGRESSED,
    VERDICT_INCOMPARABLE,
    VERDICT_UNDECIDED,
    VERDICT_NEW,
    VERDICT_IMPROVED,
    VERDICT_PASS,
    VERDICTS
};

extern const char *const verdict_names[VERDICTS + 1]; // NULL at the end

// What one trial gave on each side.
struct evidence {
    const double *logs[SIDES]; // ln of ns per call, one per run
    size_t runs[SIDES];
    size_t launches[SIDES]; // of all runs together
    double fastest[SIDES];  // ln of ns per call of a run's fastest launch: mean over runs
    double middle[SIDES];   // the same of the launch in its middle
    double detect, ignore;  // fractions
    double weight;          // its share of alpha, beside those of the others
    size_t family;          // equal for the trials of one case
    bool gated;
    bool has_threads; // more than one
};

struct rule {
    double alpha;              // any false red in the whole comparison
    double miss;               // per trial
    double ignore;             // fraction; what a shift common to all trials must exceed
    double spread_min;         // no standard deviation between runs is believed to be smaller
    double spread_min_threads; // nor where threads meet
    double df_assumed;         // degrees of freedom where too few runs tell the variance
    double df_prior_max;       // of the suite's variance
    size_t runs_min;           // a side, for a variance of its own
    size_t launches_min;       // a side, for any verdict but undecided
    double shift_share;        // of the trials, for a common shift; above 1: never
    size_t shift_families;
};

extern const struct rule verdict_rule; // the defaults, with their reasons

struct judgement {
    enum verdict verdict;
    double change, low, high; // estimate and its interval, `miss` beyond either end
    double detectable;        // the smallest change that would have been seen
    char *reason;             // in words; owned
};

// A shift common to most trials; `trials` is 0 where there is none.
struct shift {
    double change; // its median
    size_t trials; // that moved so
    size_t total;
};

// Fills `judgements[0 .. count)`; free each reason. Verdicts are pass, improved, regressed and
// undecided.
struct shift verdict_judge(const struct evidence *evidence, size_t count, const struct rule *rule,
                           struct judgement *judgements);

#endif
