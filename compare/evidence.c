// SPDX-License-Identifier: MIT
// From matched trials to what the verdict needs of them. Pure.
#include "evidence.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static bool is_measured(const struct reading *r) { return r->trial->status == TRIAL_MEASURED; }

// The policy of new counts: it is the one under review.
static const struct trial_policy *policy_of(const struct match *match) {
    int side = match->counts[SIDE_NEW] != 0 ? SIDE_NEW : SIDE_BASE;
    return &match->readings[side][0].trial->policy;
}

bool evidence_is_gated(const struct match *match) { return !policy_of(match)->advisory; }

double evidence_ignore(double detect, double ignore) {
    return isnan(ignore) ? 0.3 * detect : fmin(ignore, detect);
}

double evidence_ns(const struct match *match, enum side_index side) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < match->counts[side]; i++) {
        if (!is_measured(&match->readings[side][i]))
            continue;
        sum += log(match->readings[side][i].summary->ns);
        count++;
    }
    return count != 0 ? exp(sum / (double)count) : NAN;
}

// fmin and fmax pass over a NaN.
static struct evidence gather(const struct match *match, const struct evidence_default *fallback,
                              double *logs) {
    const struct trial_policy *policy = policy_of(match);
    double detect = isnan(policy->detect) ? fallback->detect : policy->detect;
    struct evidence e = {
        .spread = NAN,
        .detect = detect,
        .ignore = evidence_ignore(detect, fallback->ignore),
        .family = match->family,
        .gated = evidence_is_gated(match),
    };
    for (int side = 0; side < SIDES; side++) {
        e.logs[side] = logs;
        e.fastest[side] = NAN;
        for (size_t i = 0; i < match->counts[side]; i++) {
            const struct reading *r = &match->readings[side][i];
            if (!is_measured(r))
                continue;
            *logs++ = log(r->summary->ns);
            e.runs[side]++;
            e.launches[side] += r->summary->launches;
            e.fastest[side] = fmin(e.fastest[side], log(r->summary->fastest));
            e.spread = fmax(e.spread, r->summary->between);
        }
    }
    return e;
}

static bool has_both(const struct match *match) {
    char *reason = NULL;
    enum match_state state = match_state(match, &reason);
    free(reason);
    return state == MATCH_BOTH;
}

void evidence_gather(struct evidence_set *set, const struct matches *matches,
                     const struct evidence_default *fallback) {
    size_t readings = 0;
    for (size_t i = 0; i < matches->count; i++)
        for (int side = 0; side < SIDES; side++)
            readings += matches->items[i].counts[side];
    *set = (struct evidence_set){
        .items = mem_zero(matches->count, sizeof *set->items),
        .match = mem_zero(matches->count, sizeof *set->match),
        .logs = mem_zero(readings, sizeof *set->logs),
    };
    double *logs = set->logs;
    for (size_t i = 0; i < matches->count; i++) {
        if (!has_both(&matches->items[i]))
            continue;
        struct evidence e = gather(&matches->items[i], fallback, logs);
        logs += e.runs[SIDE_BASE] + e.runs[SIDE_NEW];
        set->match[set->count] = i;
        set->items[set->count++] = e;
    }
}

void evidence_release(struct evidence_set *set) {
    free(set->items);
    free(set->match);
    free(set->logs);
    *set = (struct evidence_set){0};
}
