// SPDX-License-Identifier: MIT
// What is to be said of a self-test from what it counted. Pure.
//
// A probe is one trial of one suite against itself, slowed down by a known amount or not at all,
// measured until it is decided as a gate decides. Some errors are promised: a false alarm in
// `alpha` of the probes of identical code, a slowdown of `detect` missed in `miss` of them. Chance
// makes a few more; a promise counts as broken where it would make so many in one self-test of 600.
// So of the six that are held against the counts, all kept, one is called broken in at most one
// self-test of 100.
#ifndef SELFTEST_TALLY_H
#define SELFTEST_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document.h"
#include "exitstatus.h"
#include "verdict.h"

#define SELFTEST_SCHEMA 1

// By how much probes are slowed down.
enum selftest_strength { SELFTEST_SAME, SELFTEST_DETECT, SELFTEST_TWICE, SELFTEST_STRENGTHS };

// Of `detect`.
extern const double selftest_factors[SELFTEST_STRENGTHS];

struct selftest_tally {
    uint64_t probes, regressed, passed, undecided;
};

void selftest_count(struct selftest_tally *tally, enum verdict verdict);

struct selftest_trial {
    char *name;
    double detect, ignore; // fractions
    struct selftest_tally tallies[SELFTEST_STRENGTHS];
    double spread;     // of contrasts about what they should be; NaN: no probe
    double detectable; // the smallest change that a gate sees here with all its epochs
    double verdict_ms; // the median probe
    bool has_failed;   // its worker did
    char *obstacle;    // why a probe was undecided whatever its contrasts say, or NULL
    char *untested;    // why there are no more probes of it, or NULL
};

struct selftest {
    int64_t schema;
    char *tare, *suite;
    double alpha, miss; // of a probe
    uint64_t epochs;    // of a probe, at most
    uint64_t seed;
    double seconds;
    bool is_stopped; // by the user
    struct selftest_trial *trials;
    size_t trial_count;

    // filled in by selftest_judge
    struct selftest_tally total[SELFTEST_STRENGTHS];
    struct note *notes; // owned; what is not as it should be
    size_t note_count;
    int64_t status;
    char *status_words;
};

void selftest_judge(struct selftest *selftest);

#endif
