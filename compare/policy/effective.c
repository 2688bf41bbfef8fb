// SPDX-License-Identifier: MIT
// What holds for each trial, and who said so. Pure.
#include "effective.h"

#include "mem.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IGNORE_SHARE 0.3 // of detect

// Documents: two single runs of identical code see 10 to 15 %, and where threads meet, see
// spread_min_threads in verdict.h, far less. Programs side by side: 1 %.
static const struct {
    double one_thread, threads;
} detects[MODES] = {
    [MODE_STORED] = {0.10, 0.30},
    [MODE_PAIRED] = {0.01, 0.05},
};

static const double defaults[POLICY_KEYS] = {
    [POLICY_DETECT] = NAN, // see above
    [POLICY_IGNORE] = NAN, // IGNORE_SHARE
    [POLICY_REQUIRED] = 1, [POLICY_WEIGHT] = 1, [POLICY_BUDGET] = NAN,
};

static void say(struct effective_value *value, double said, enum source source,
                const struct policy_glob *glob) {
    if (!isnan(said))
        *value = (struct effective_value){said, source, glob};
}

static void push_limit(struct effective_limits *limits, const struct effective_limit *limit) {
    if (limits->count > POLICY_LIMITS_MAX) // refused, see effective_check()
        return;
    limits->items = mem_push(limits->items, &limits->count, sizeof *limits->items);
    limits->items[limits->count - 1] = *limit;
}

static void add_case(struct effective *e, const struct trial *trial) {
    if (trial == NULL)
        return;
    say(&e->values[POLICY_DETECT], trial->policy.detect, SOURCE_CASE, NULL);
    say(&e->values[POLICY_REQUIRED], trial->policy.advisory ? 0 : NAN, SOURCE_CASE, NULL);
    for (size_t i = 0; i < trial->limit_count; i++)
        push_limit(&e->limits, &(struct effective_limit){trial->limits[i].metric,
                                                         trial->limits[i].value, NULL});
}

static bool is_of_policy(const struct effective_limit *limit, const char *metric) {
    return limit->glob != NULL && strcmp(limit->metric, metric) == 0;
}

static void add_limit(struct effective_limits *limits, const struct policy_limit *limit,
                      const struct policy_glob *glob) {
    const struct effective_limit said = {limit->metric, limit->value, glob};
    size_t i = 0;
    while (i < limits->count && !is_of_policy(&limits->items[i], limit->metric))
        i++;
    if (i == limits->count)
        push_limit(limits, &said);
    else if (policy_glob_is_closer(glob, limits->items[i].glob))
        limits->items[i] = said;
}

static void add_line(struct effective *e, const struct policy_line *line) {
    for (int i = 0; i < POLICY_KEYS; i++)
        if (policy_glob_is_closer(&line->glob, e->values[i].glob))
            say(&e->values[i], line->values[i], SOURCE_POLICY, &line->glob);
    for (size_t i = 0; i < line->limits.count; i++)
        add_limit(&e->limits, &line->limits.items[i], &line->glob);
    for (size_t i = 0; i < line->rises.count; i++)
        add_limit(&e->rises, &line->rises.items[i], &line->glob);
}

static void add_lines(struct effective *e, const struct policy *policy,
                      const struct subject *subject) {
    struct glob_entries found = {0};
    glob_index_find(&policy->line_index, subject, &found);
    for (size_t i = 0; i < found.count; i++)
        add_line(e, &policy->lines[found.items[i].position]);
    free(found.items);
}

static void add_waivers(struct effective *e, const struct policy *policy,
                        const struct subject *subject) {
    struct glob_entries found = {0};
    glob_index_find(&policy->waiver_index, subject, &found);
    e->waivers = mem_zero(found.count, sizeof *e->waivers);
    for (; e->waiver_count < found.count; e->waiver_count++)
        e->waivers[e->waiver_count] = &policy->waivers[found.items[e->waiver_count].position];
    free(found.items);
}

void effective_resolve(struct effective *effective, const struct policy *policy,
                       const struct subject *subject, const double command[POLICY_KEYS],
                       enum comparison_mode mode) {
    *effective = (struct effective){0};
    for (int i = 0; i < POLICY_KEYS; i++)
        effective->values[i].value = defaults[i];
    bool has_threads = subject->now != NULL && subject->now->threads > 1;
    effective->values[POLICY_DETECT].value =
        has_threads ? detects[mode].threads : detects[mode].one_thread;
    add_case(effective, subject->now);
    add_lines(effective, policy, subject);
    add_waivers(effective, policy, subject);
    for (int i = 0; i < POLICY_KEYS; i++)
        say(&effective->values[i], command[i], SOURCE_COMMAND, NULL);
    struct effective_value *ignore = &effective->values[POLICY_IGNORE];
    if (isnan(ignore->value))
        ignore->value = IGNORE_SHARE * effective->values[POLICY_DETECT].value;
}

void effective_release(struct effective *effective) {
    free(effective->limits.items);
    free(effective->rises.items);
    free(effective->waivers);
    *effective = (struct effective){0};
}

bool effective_check(const struct effective *effective, const struct policy *policy,
                     const char *trial, struct errmsg *why) {
    const struct effective_value *detect = &effective->values[POLICY_DETECT];
    const struct effective_value *ignore = &effective->values[POLICY_IGNORE];
    if (effective->limits.count > POLICY_LIMITS_MAX || effective->rises.count > POLICY_LIMITS_MAX)
        return fail(why, "%s: %s and the case have more than %d limits for it; leave some out",
                    trial, policy->path != NULL ? policy->path : "the policy", POLICY_LIMITS_MAX);
    if (ignore->source == SOURCE_DEFAULT || ignore->value < detect->value)
        return true;
    char *detect_from = effective_origin(policy, detect);
    char *ignore_from = effective_origin(policy, ignore);
    fail(why, "%s: ignore %s (%s) is not less than detect %s (%s); change one of them", trial,
         units_print(UNIT_PERCENT, ignore->value).text, ignore_from,
         units_print(UNIT_PERCENT, detect->value).text, detect_from);
    free(detect_from);
    free(ignore_from);
    return false;
}

bool effective_resolve_all(struct effective **all, const struct matches *matches,
                           const struct policy *policy, const double command[POLICY_KEYS],
                           enum comparison_mode mode, struct errmsg *why) {
    *all = mem_zero(matches->count, sizeof **all);
    bool good = true;
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        struct subject subject = policy_subject(match);
        effective_resolve(&(*all)[i], policy, &subject, command, mode);
        good = good && effective_check(&(*all)[i], policy, match->name, why);
    }
    return good;
}

void effective_release_all(struct effective *all, const struct matches *matches) {
    for (size_t i = 0; all != NULL && i < matches->count; i++)
        effective_release(&all[i]);
    free(all);
}

char *effective_place(const struct policy *policy, const struct policy_glob *glob) {
    return mem_printf("%s:%zu", policy->path, glob->line);
}

char *effective_origin(const struct policy *policy, const struct effective_value *value) {
    static const char *const names[] = {
        [SOURCE_DEFAULT] = "default", [SOURCE_CASE] = "case", [SOURCE_COMMAND] = "command line"};
    return value->source == SOURCE_POLICY ? effective_place(policy, value->glob)
                                          : mem_text(names[value->source]);
}
