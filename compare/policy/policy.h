// SPDX-License-Identifier: MIT
// The policy: what is gated and how strictly, one line per glob, and the waivers.
//
//   GLOB   detect=5% ignore=1% required|advisory weight=2 budget=3s limit.METRIC=VALUE
//          detect.METRIC=0.2%|off
//   waive GLOB metric=time limit=12% until=2026-12-31 reason="..." issue=#123
//
// Globs mean what they mean to --filter. How lines, words and quotes are read: policy_words.h.
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "errmsg.h"
#include "glob_index.h"
#include "waiver.h"

#define POLICY_FILE      "tare.policy"
#define POLICY_BYTES_MAX ((size_t)1 << 20)

// What costs time for every trial is bounded; lines without wildcards are not.
#define POLICY_PATTERNS_MAX 1000 // lines with wildcards
#define POLICY_LIMITS_MAX   100  // of a line, and of a trial

enum policy_key {
    POLICY_DETECT,   // fraction: the slowdown that must be caught
    POLICY_IGNORE,   // fraction: slowdowns up to this are no regression
    POLICY_REQUIRED, // 1; advisory: 0
    POLICY_WEIGHT,   // of alpha
    POLICY_BUDGET,   // ns, for measuring
    POLICY_KEYS
};

// The farthest that a metric may go: nanoseconds for METRIC_TIME, else in the metric's own unit.
struct policy_limit {
    const char *metric;
    double value;
};

struct policy_limits {
    struct policy_limit *items;
    size_t count;
};

struct policy_line {
    struct policy_glob glob;
    double values[POLICY_KEYS]; // NaN: not said
    struct policy_limits limits;
    struct policy_limits rises; // fractions by which a count may not rise; infinite: as it likes
};

// Zeroed it says nothing of any trial.
struct policy {
    const char *path; // NULL: there is no policy
    struct policy_line *lines;
    size_t line_count;
    struct waiver *waivers;
    size_t waiver_count;
    size_t pattern_count; // of both, with wildcards
    struct glob_index line_index, waiver_index;
    struct arena texts;
};

// Reads and checks the text; `path` is what messages call it. On false nothing is owned.
bool policy_parse(struct policy *policy, const char *path, const char *text, size_t length,
                  struct errmsg *why);

// Reads the file. `path` NULL: the first POLICY_FILE, if there is one, in this directory and those
// above it, up to the one that holds .git. On false nothing is owned.
bool policy_read(struct policy *policy, const char *path, struct errmsg *why);

void policy_release(struct policy *policy);

#endif
