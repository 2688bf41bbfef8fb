// SPDX-License-Identifier: MIT
// What holds for each trial, and who said so. Pure.
//
// For each key alone: command line before policy before case before default. Within the policy the
// closest glob wins, see policy_glob.h; so a limit is not loosened by a line that speaks of more
// trials. A limit of the case holds beside those of the policy.
#ifndef EFFECTIVE_H
#define EFFECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "comparable.h"
#include "errmsg.h"
#include "match.h"
#include "policy.h"

enum source { SOURCE_DEFAULT, SOURCE_CASE, SOURCE_POLICY, SOURCE_COMMAND };

struct effective_value {
    double value; // NaN only for a budget that nobody set
    enum source source;
    const struct policy_glob *glob; // for SOURCE_POLICY
};

struct effective_limit {
    const char *metric;
    double value;
    const struct policy_glob *glob; // NULL: the case says so itself
};

struct effective_limits {
    struct effective_limit *items;
    size_t count;
};

// Borrows from the policy and from the subject's trials.
struct effective {
    struct effective_value values[POLICY_KEYS];
    struct effective_limits limits; // those of the case, and one per metric of the policy
    struct effective_limits rises;  // one per count that the policy speaks of
    const struct waiver **waivers;  // that cover the trial
    size_t waiver_count;
};

// `command` is what the command line says, NaN where it is silent. A subject without trials gives
// what holds where neither policy nor case say anything.
void effective_resolve(struct effective *effective, const struct policy *policy,
                       const struct subject *subject, const double command[POLICY_KEYS],
                       enum comparison_mode mode);

void effective_release(struct effective *effective);

// False unless `ignore` is less than `detect`, whoever said each, and the limits are not too many.
bool effective_check(const struct effective *effective, const struct policy *policy,
                     const char *trial, struct errmsg *why);

// Of every match, resolved and checked; release also on false.
bool effective_resolve_all(struct effective **all, const struct matches *matches,
                           const struct policy *policy, const double command[POLICY_KEYS],
                           enum comparison_mode mode, struct errmsg *why);

// `all` may be NULL.
void effective_release_all(struct effective *all, const struct matches *matches);

// "tare.policy:3", "command line", "case" or "default"; free it.
char *effective_origin(const struct policy *policy, const struct effective_value *value);
// "tare.policy:3"; free it.
char *effective_place(const struct policy *policy, const struct policy_glob *glob);

#endif
