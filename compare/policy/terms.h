// SPDX-License-Identifier: MIT
// On what terms two sides are compared: which trials, how strictly, and what a verdict costs. The
// options that tare compare and tare gate share.
#ifndef TERMS_H
#define TERMS_H

#include <stdbool.h>

#include "document.h"
#include "errmsg.h"
#include "exitstatus.h"
#include "flags.h"
#include "policy.h"

struct terms {
    struct flag_texts filters, excludes;
    const char *policy;       // NULL: POLICY_FILE, if there is one
    double said[POLICY_KEYS]; // of what a policy says; NaN: nothing
    double alpha, miss;
    struct flag_texts on;
    struct status_map map; // from `on`
};

// What holds where the command line says nothing.
void terms_init(struct terms *terms);

// Checks what was read, and fills the map.
bool terms_check(struct terms *terms, struct errmsg *why);

// Refuses what is none of these ids of checks; `known` ends with NULL.
bool terms_check_silenced(const struct flag_texts *silenced, const char *const *known,
                          struct errmsg *why);

// The filters and exclusions as match_sides takes them; borrows.
struct settings terms_choice(const struct terms *terms);

bool terms_are_narrowed(const struct terms *terms);

// The rows of a table of options, for a member of this type at `at` in the options struct. `usual`
// is the detect that holds where nothing is said; the risks are those that the command can keep.
#define TERMS_ROWS(at, usual, alpha_min, miss_min)                                                 \
    {"filter", FLAG_TEXTS, (at) + offsetof(struct terms, filters), .arg = "GLOB",                  \
     .help = "only these trials; may be repeated"},                                                \
        {"exclude", FLAG_TEXTS, (at) + offsetof(struct terms, excludes), .arg = "GLOB",            \
         .help = "not these trials; may be repeated"},                                             \
        {.help = "How strictly"},                                                                  \
        {"policy", FLAG_TEXT, (at) + offsetof(struct terms, policy), .arg = "FILE",                \
         .help = "read the policy there (the first " POLICY_FILE                                   \
                 " from this directory up to the repository's)"},                                  \
        {"detect",                                                                                 \
         FLAG_PERCENT,                                                                             \
         (at) + offsetof(struct terms, said[POLICY_DETECT]),                                       \
         .min = 0.001,                                                                             \
         .max = 100,                                                                               \
         .arg = "PERCENT",                                                                         \
         .help = "the slowdown that must be caught, whatever policy and case say (" usual ")"},    \
        {"ignore",                                                                                 \
         FLAG_PERCENT,                                                                             \
         (at) + offsetof(struct terms, said[POLICY_IGNORE]),                                       \
         .min = 0,                                                                                 \
         .max = 100,                                                                               \
         .arg = "PERCENT",                                                                         \
         .help = "slowdowns up to this are no regression (0.3 x detect)"},                         \
        {"alpha",                                                                                  \
         FLAG_PERCENT,                                                                             \
         (at) + offsetof(struct terms, alpha),                                                     \
         .min = alpha_min,                                                                         \
         .max = 0.5,                                                                               \
         .arg = "PERCENT",                                                                         \
         .help = "risk of any false alarm, over all trials (1 %)"},                                \
        {"miss",                                                                                   \
         FLAG_PERCENT,                                                                             \
         (at) + offsetof(struct terms, miss),                                                      \
         .min = miss_min,                                                                          \
         .max = 0.5,                                                                               \
         .arg = "PERCENT",                                                                         \
         .help = "risk of passing a trial that is slower by detect (5 %)"},                        \
    {                                                                                              \
        "on", FLAG_TEXTS, (at) + offsetof(struct terms, on),                                       \
            .arg = "VERDICT=STATUS",                                                               \
            .help = "exit status for a verdict, say undecided=0; may be repeated"                  \
    }

#endif
