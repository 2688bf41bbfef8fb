// SPDX-License-Identifier: MIT
// The command line of a suite.
#ifndef SUITE_OPTIONS_H
#define SUITE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "document.h"
#include "errmsg.h"
#include "flags.h"

enum malloc_policy { MALLOC_DEFAULT, MALLOC_WARM };

struct suite_options {
    bool help, version, list, smoke, in_process, quiet, verbose, fixed_layout;
    bool counts, allocs;
    const char *counters; // a list of names; NULL: not wanted
    int malloc_policy;    // enum malloc_policy
    const char *json;
    const char *calls_from;
    const char *cpu;
    const char *shard;
    struct flag_texts filters, excludes, tags, silenced, kept_variables;
    uint64_t seed; // 0: draw one
    uint64_t launches, samples;
    uint64_t batch_ns, sample_ns, budget_ns, trial_budget_ns, limit_ns;
};

// False with a message for anything that is not understood; nothing has been done then. Release in
// either case.
bool suite_options_parse(struct suite_options *options, int argc, char **argv, struct errmsg *why);
void suite_options_release(struct suite_options *options);

// The options as a document keeps them; draws the seed if none was given.
bool suite_options_settings(const struct suite_options *options, struct settings *settings,
                            struct errmsg *why);

void suite_options_help(const char *program, int width, FILE *out);

#endif
