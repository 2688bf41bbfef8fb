// SPDX-License-Identifier: MIT
// What a suite declares: its cases, their arguments and policies, and the trials they expand to.
#ifndef SUITE_H
#define SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document.h"
#include "errmsg.h"

#define SUITE_TRIALS_MAX 100000
#define TRIAL_NAME_MAX   500 // bytes; wire.h has room for it and its NUL

struct suite_arg {
    char *name;
    int64_t *ints; // one of ints and texts is NULL
    char **texts;
    size_t count;
};

struct suite_case {
    char *group;
    char *name;
    char *file;
    int line;
    size_t unit; // index into units
    void *body;  // opaque here; the worker knows the function
    char *description;
    char *former; // "case" or "group/case"
    char **tags;
    size_t tag_count;
    struct suite_arg *args;
    size_t arg_count;
    int64_t *threads; // NULL: {1}
    size_t thread_count;
    struct trial_policy policy;
    struct trial_limit *limits;
    size_t limit_count;
    uint64_t limit_ns, budget_ns, launches; // 0: not said
};

struct suite {
    struct suite_case *cases; // sorted by file, line, name
    size_t case_count;
    struct unit *units;
    size_t unit_count;
};

// Initial values of a case: everything empty, `detect` NaN.
void suite_case_init(struct suite_case *c);

// Appends the case's trials in the order of declaration, the last argument turning fastest, thread
// counts innermost. False if a name is too long or there would be more than SUITE_TRIALS_MAX
// trials.
bool suite_expand_case(const struct suite_case *c, struct trial **trials, size_t *count,
                       struct errmsg *why);

// All cases; false also for two trials of one name, naming both places.
bool suite_expand(const struct suite *suite, struct trial **trials, size_t *count,
                  struct errmsg *why);

// Finds the case that the trial belongs to and expands it into `trial` (release with
// json_release(&trial_shape, ...)). NULL if the suite has no such trial.
const struct suite_case *suite_find(const struct suite *suite, const char *trial_name,
                                    struct trial *trial);

void suite_release(struct suite *suite);

#endif
