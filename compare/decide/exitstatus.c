// SPDX-License-Identifier: MIT
// From verdicts to the exit status. Pure.
#include "exitstatus.h"

#include <string.h>

const struct status_map status_map_default = {{
    [VERDICT_FAILED] = STATUS_INCOMPLETE,
    [VERDICT_MISSING] = STATUS_INCOMPLETE,
    [VERDICT_REGRESSED] = STATUS_REGRESSED,
    [VERDICT_INCOMPARABLE] = STATUS_UNDECIDED,
    [VERDICT_UNDECIDED] = STATUS_UNDECIDED,
    [VERDICT_NEW] = STATUS_PASS,
    [VERDICT_IMPROVED] = STATUS_PASS,
    [VERDICT_PASS] = STATUS_PASS,
}};

static const enum status gravest_first[STATUSES] = {
    STATUS_REFUSED,   STATUS_INCOMPLETE, STATUS_UNFIT,
    STATUS_REGRESSED, STATUS_UNDECIDED,  STATUS_PASS,
};

static const char *const words[STATUSES] = {
    [STATUS_PASS] = "pass",
    [STATUS_REGRESSED] = "a trial regressed",
    [STATUS_REFUSED] = "nothing was compared",
    [STATUS_UNDECIDED] = "no regression found, but not everything could be decided",
    [STATUS_UNFIT] = "this run cannot be judged",
    [STATUS_INCOMPLETE] = "a trial failed or is missing",
};

static bool find_verdict(const char *text, size_t length, enum verdict *verdict) {
    for (int i = 0; i < VERDICTS; i++) {
        if (strlen(verdict_names[i]) == length && memcmp(verdict_names[i], text, length) == 0) {
            *verdict = (enum verdict)i;
            return true;
        }
    }
    return false;
}

bool status_map_set(struct status_map *map, const char *text, struct errmsg *why) {
    const char *equals = strchr(text, '=');
    enum verdict verdict;
    if (equals == NULL || !find_verdict(text, (size_t)(equals - text), &verdict))
        return fail(why,
                    "--on %s: not VERDICT=STATUS; a verdict is one of failed, missing, regressed, "
                    "incomparable, undecided, new, improved, pass",
                    text);
    if (equals[1] < '0' || equals[1] >= '0' + STATUSES || equals[2] != '\0')
        return fail(why, "--on %s: a status is a number from 0 to %d", text, STATUSES - 1);
    map->of[verdict] = (enum status)(equals[1] - '0');
    return true;
}

static bool asks_for(const struct status_case *c, const struct status_map *map,
                     enum status status) {
    if ((status == STATUS_REFUSED && c->is_refused) || (status == STATUS_UNFIT && c->is_unfit))
        return true;
    for (int i = 0; i < VERDICTS; i++)
        if (c->gated[i] != 0 && map->of[i] == status)
            return true;
    return false;
}

enum status status_of(const struct status_case *c, const struct status_map *map) {
    for (size_t i = 0; i < STATUSES; i++)
        if (asks_for(c, map, gravest_first[i]))
            return gravest_first[i];
    return STATUS_PASS;
}

const char *status_words(enum status status) { return words[status]; }
