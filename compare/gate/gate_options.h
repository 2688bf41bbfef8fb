// SPDX-License-Identifier: MIT
// The command line of `tare gate`.
#ifndef GATE_OPTIONS_H
#define GATE_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "report_output.h"
#include "revision.h"
#include "side.h"
#include "terms.h"

// What becomes of what looks slower where only the documents of base are left.
enum gate_suspects { SUSPECTS_UNDECIDED, SUSPECTS_FAIL };

struct gate_options {
    const char *files[SIDES];       // the programs; base may be NULL: see the next four
    struct revision_asked revision; // base is to be built
    const char *cases[SIDES];       // base and new are trials of one program
    const char *store;              // otherwise base is kept there
    int suspects;                   // enum gate_suspects
    struct terms terms;
    struct flag_texts silenced; // ids of checks
    uint64_t epochs;            // of each trial, at most
    uint64_t sample_ns;
    uint64_t budget_ns; // of each trial; 0: none
    uint64_t limit_ns;
    bool counts;          // of all trials
    bool is_in_place;     // programs are run where they are
    const char *cpu;      // NULL: the quietest
    uint64_t seed;        // 0: a new one
    const char *document; // where it is kept; NULL: nowhere
    const char *replay;   // the document that is decided again; NULL: it is measured
    bool quiet;
    struct report_output output;
    bool wants_help;
};

// Reads and checks everything; on false nothing is owned.
bool gate_options_parse(struct gate_options *options, int argc, char **argv, struct errmsg *why);
void gate_options_release(struct gate_options *options);
void gate_options_help(FILE *out);

#endif
