// SPDX-License-Identifier: MIT
// The command line of `tare selftest`.
#ifndef SELFTEST_OPTIONS_H
#define SELFTEST_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "flags.h"
#include "policy.h"

enum selftest_format { SELFTEST_TEXT, SELFTEST_JSON };

struct selftest_options {
    const char *suite;
    struct flag_texts filters; // which of its trials
    bool is_full;
    uint64_t time_ns; // 0: as many probes as `is_full` wants
    const char *policy;
    double said[POLICY_KEYS]; // NaN: nothing
    double alpha, miss;
    uint64_t epochs; // of each probe, at most
    bool is_in_place;
    uint64_t sample_ns;
    uint64_t limit_ns;
    const char *cpu;  // NULL: the quietest
    uint64_t seed;    // 0: a new one
    int format;       // enum selftest_format
    const char *path; // "-": standard output
    bool quiet;
    bool wants_help;
};

// Reads and checks everything; on false nothing is owned.
bool selftest_options_parse(struct selftest_options *options, int argc, char **argv,
                            struct errmsg *why);
void selftest_options_release(struct selftest_options *options);
void selftest_options_help(FILE *out);

#endif
