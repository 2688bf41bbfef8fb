// SPDX-License-Identifier: MIT
// The options that tare compare and tare gate share: defaults and checks.
#include "terms.h"

#include "mem.h"
#include "verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_among(const char *const *known, const char *text) {
    for (; *known != NULL; known++)
        if (strcmp(*known, text) == 0)
            return true;
    return false;
}

static bool refuse_silenced(const char *text, const char *const *known, struct errmsg *why) {
    char *list = NULL;
    for (const char *const *id = known; *id != NULL; id++)
        list = mem_append(list, "%s%s", id == known ? "" : ", ", *id);
    fail(why, "--silence %s: no such check; those that can be silenced are %s", text, list);
    free(list);
    return false;
}

bool terms_check_silenced(const struct flag_texts *silenced, const char *const *known,
                          struct errmsg *why) {
    for (size_t i = 0; i < silenced->count; i++)
        if (!is_among(known, silenced->items[i]))
            return refuse_silenced(silenced->items[i], known, why);
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
