// SPDX-License-Identifier: MIT
// What must be equal before two runs are compared, what is worth a warning, and what differs. Pure.
#ifndef COMPARABLE_H
#define COMPARABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "errmsg.h"
#include "flags.h"

enum tier { TIER_MUST, TIER_WARN, TIER_INFORM };

enum comparison_mode { MODE_STORED, MODE_PAIRED, MODES };

extern const char *const tier_names[]; // NULL at the end

// What a difference that must not be makes incomparable.
enum fact_scope {
    FACT_MACHINE, // the whole comparison
    FACT_PROGRAM, // every trial
    FACT_UNIT,    // the trials of that translation unit
};

struct fact {
    const char *key;
    const char *label;
    enum fact_scope scope;
    enum tier tiers[MODES];
    double tolerance; // of numbers, as a fraction
};

struct difference {
    const struct fact *fact;
    enum tier tier;
    bool is_allowed;  // would make incomparable, but the user accepts it
    char *base, *new; // NULL: not known
};

struct differences {
    struct difference *items;
    size_t count;
    bool *unknown; // one per fact: not known on either side where it must match
};

// False if a name is not the key of a fact; lists those that there are.
bool comparable_check_allowed(const struct flag_texts *allowed, struct errmsg *why);

// Appends what differs between the machines and programs of two documents.
void comparable_documents(const struct document *base, const struct document *new,
                          enum comparison_mode mode, const struct flag_texts *allowed,
                          struct differences *found);

// How the code of a trial was built; a unit of which nothing is known if the document has none.
const struct unit *comparable_unit(const struct document *doc, const struct trial *trial);

// Appends what differs in how a trial's code was built.
void comparable_units(const struct document *base, const struct trial *base_trial,
                      const struct document *new, const struct trial *new_trial,
                      enum comparison_mode mode, const struct flag_texts *allowed,
                      struct differences *found);

// The first difference from `first` on that must not be, of this scope, or NULL.
const struct difference *comparable_obstacle(const struct differences *found, size_t first,
                                             enum fact_scope scope);

// Sorts by tier and fact, and drops repeats.
void comparable_tidy(struct differences *found);

// What must be equal of a document's machine, as "key=value" lines; free it.
char *comparable_fingerprint(const struct document *doc);

// The labels of facts that are not known on either side, "a, b"; NULL if there are none.
char *comparable_unknown(const struct differences *found);

void comparable_release(struct differences *found);

// A build that no number of it can be believed of: an unoptimised or sanitized unit.
struct build_fault {
    const char *id;      // of the check
    const char *feature; // the word in the unit's features
    bool must_have;      // or must not
    const char *text;    // what to say
};

// The first fault of a unit that is not silenced, or NULL.
const struct build_fault *comparable_build_fault(const struct unit *unit,
                                                 const struct flag_texts *silenced);

// A built-in trial that tells whether the machine is the same as it was.
struct yardstick {
    const char *name;
    double limit; // a larger change, either way, and nothing can be judged
};

extern const struct yardstick yardsticks[];
extern const size_t yardstick_count;

#endif
