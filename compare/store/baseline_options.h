// SPDX-License-Identifier: MIT
// What the commands of tare baseline share: their options, and the store opened with its list.
#ifndef BASELINE_OPTIONS_H
#define BASELINE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "errmsg.h"
#include "flags.h"
#include "store.h"

enum baseline_format { BASELINE_TEXT, BASELINE_JSON };

struct baseline_options {
    const char *store;
    const char *program;
    const char *reason;
    bool init;
    int format;    // enum baseline_format
    uint64_t keep; // 0: all
    uint64_t max_size;
    bool wants_help;
    struct flag_texts operands;
};

// Opens the store and lists it, and refuses operands that name no baseline. On false nothing is
// owned.
bool baseline_open(struct store *store, struct baselines *all, enum store_access access,
                   const struct baseline_options *options, struct errmsg *why);

// By "MACHINE/PROGRAM"; NULL if there is none.
const struct baseline *baseline_named(const struct baselines *all, const char *name);

// Drops the others from the list; without operands all are meant.
void baseline_keep_meant(struct baselines *all, const struct baseline_options *options);

// The commands that look, and those that remove.
bool baseline_list(const struct baseline_options *options, struct errmsg *why);
bool baseline_show(const struct baseline_options *options, struct errmsg *why);
bool baseline_remove(const struct baseline_options *options, struct errmsg *why);
bool baseline_prune(const struct baseline_options *options, struct errmsg *why);

#endif
