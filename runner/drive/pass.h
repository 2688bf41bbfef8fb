// SPDX-License-Identifier: MIT
// A pass over trials that were timed: workers of its own count what a call does, see slope.h.
#ifndef PASS_H
#define PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "document.h"
#include "launch.h"
#include "pin.h"
#include "slope.h"

// What passes have in common.
struct pass_site {
    struct document *doc; // where facts and notes go
    struct trial *trials; // that are counted: its own, or some
    size_t trial_count;
    const struct launch_how *how; // how the trials were timed
    const struct pin *pin;
    struct console *console;
    uint64_t limit_ns; // for one request, where the case does not say
};

struct pass {
    const char *name;      // of what it counts, for the progress
    bool is_wanted;        // else only trials are counted that limit one of `names`
    struct launch_how how; // its workers; `meter` is set
    uint64_t slowness;     // how many times longer its workers may take
    unsigned rounds;       // of once, twice and three times as many calls
    unsigned rounds_min;   // as many however long they take; 0: all
    bool warms_rounds;     // each begins with a sample that is not kept
    enum count_kind kind;  // as slope_counts
    // What every trial has if its worker cannot count: names with one source, NULL at the end.
    const char *const *names;
    const char *source;
    // All may be NULL. Where trials differ in what they are asked for: gives `own` the `how.wanted`
    // and `names` of this trial, which must last until the next one's turn. Whether this trial is
    // to be counted at all. Before a worker is started: false if it cannot be counted so. After its
    // end: totals that it left elsewhere than on the wire. After its loss: why, if that is known
    // better; `tail` is of what it wrote.
    void (*suit)(void *context, const struct trial *trial, struct pass *own);
    bool (*applies)(const struct trial *trial);
    bool (*prepare)(void *context, const struct trial *trial, struct errmsg *why);
    bool (*collect)(void *context, struct slope *slope, struct errmsg *why);
    void (*explain)(void *context, const char *tail, struct errmsg *why);
    // The calls of a batch, given the totals of a batch of two and how long a call takes; then the
    // body is entered anew for each sample, so that all begin alike. NULL: both as it is timed.
    uint64_t (*calls)(void *context, double once_ns, const struct wire_count *counts,
                      uint32_t count);
    void *context;
};

// Whether the trial was measured and is to be counted.
bool pass_applies(const struct pass *pass, const struct trial *trial);

// Counts each trial that it applies to. One that cannot be counted has its counts without values,
// and a reason. After a signal (stop_signal) the rest have none.
void pass_run(const struct pass *pass, const struct pass_site *site);

#endif
