// SPDX-License-Identifier: MIT
// The options that tare compare and tare gate share: defaults and checks.
#include "terms.h"

#include "verdict.h"

#include <math.h>

void terms_init(struct terms *terms) {
    *terms = (struct terms){
        .alpha = verdict_rule.alpha,
        .miss = verdict_rule.miss,
        .map = status_map_default,
    };
    for (int i = 0; i < POLICY_KEYS; i++)
        terms->said[i] = NAN;
}

bool terms_check(struct terms *terms, struct errmsg *why) {
    if (terms->said[POLICY_IGNORE] >= terms->said[POLICY_DETECT])
        return fail(why, "--ignore must be less than --detect");
    for (size_t i = 0; i < terms->on.count; i++)
        if (!status_map_set(&terms->map, terms->on.items[i], why))
            return false;
    return true;
}

struct settings terms_choice(const struct terms *terms) {
    return (struct settings){
        .filters = (char **)terms->filters.items,
        .filter_count = terms->filters.count,
        .excludes = (char **)terms->excludes.items,
        .exclude_count = terms->excludes.count,
    };
}

bool terms_are_narrowed(const struct terms *terms) {
    return terms->filters.count + terms->excludes.count != 0;
}
