// SPDX-License-Identifier: MIT
// The command line of `tare doctor`.
#ifndef DOCTOR_OPTIONS_H
#define DOCTOR_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "flags.h"

struct doctor_options {
    const char *root; // "": this machine
    const char *cpu;  // NULL: the quietest
    bool is_strict, is_json, prints_tune, wants_help;
    struct flag_texts silenced; // ids of checks
};

// Reads and checks everything; on false nothing is owned.
bool doctor_options_parse(struct doctor_options *options, int argc, char **argv,
                          struct errmsg *why);

void doctor_options_release(struct doctor_options *options);

void doctor_options_help(FILE *out);

#endif
