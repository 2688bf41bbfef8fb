// SPDX-License-Identifier: MIT
// The command line of `tare compare`.
#ifndef COMPARE_OPTIONS_H
#define COMPARE_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "flags.h"
#include "report_output.h"
#include "side.h"
#include "terms.h"

struct compare_options {
    struct flag_texts paths[SIDES]; // from --base, --new and the operands; without base: the store
    const char *store;
    bool init; // begin a baseline where there is none
    struct terms terms;
    struct flag_texts allowed;  // facts that may differ
    struct flag_texts silenced; // ids of checks
    struct report_output output;
    bool wants_help;

    // said by tare gate, not by an option
    const char *unpaired; // why it compares documents; NULL: it does not
    bool spares_suspects; // what looks slower is undecided
};

// Reads and checks everything; on false nothing is owned.
bool compare_options_parse(struct compare_options *options, int argc, char **argv,
                           struct errmsg *why);

void compare_options_release(struct compare_options *options);

void compare_options_help(FILE *out);

#endif
