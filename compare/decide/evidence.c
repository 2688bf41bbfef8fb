// SPDX-License-Identifier: MIT
// From matched trials to what the verdict needs of them. Pure.
#include "evidence.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static bool is_measured(const struct reading *r) { return r->trial->status == TRIAL_MEASURED; }

double evidence_ns(const struct match *match, enum side_index side) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < match->counts[side]; i++) {
        if (!is_measured(&match->readings[side][i]))
            continue;
        sum += log(match->readings[side][i].summary->low);
        count++;
    }
    return count != 0 ? exp(sum / (double)count) : NAN;
}

static struct evidence gather(const struct match *match, const struct effective *effective,
                              double *logs) {
    const struct effective_value *values = effective->values;
    struct evidence e = {
        .detect = values[POLICY_DETECT].value,
        .ignore = values[POLICY_IGNORE].value,
        .weight = values[POLICY_WEIGHT].value,
        .family = match->family,
        .has_threads = match->readings[SIDE_BASE][0].trial->threads > 1,
        .gated = values[POLICY_REQUIRED].value != 0,
    };
    for (int side = 0; side < SIDES; side++) {
        e.logs[side] = logs;
        for (size_t i = 0; i < match->counts[side]; i++) {
            const struct reading *r = &match->readings[side][i];
            if (!is_measured(r))
                continue;
            *logs++ = log(r->summary->low);
            e.runs[side]++;
            e.launches[side] += r->summary->launches;
            e.fastest[side] += log(r->summary->fastest);
            e.middle[side] += log(r->summary->middle);
        }
        e.fastest[side] /= (double)e.runs[side];
        e.middle[side] /= (double)e.runs[side];
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
                     const struct effective *effective) {
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
        struct evidence e = gather(&matches->items[i], &effective[i], logs);
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
