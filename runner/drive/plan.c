// SPDX-License-Identifier: MIT
// Chooses which of a suite's trials are run.

#include "plan.h"

#include "suite.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool plan_matches(const struct trial *trial, const char *glob) {
    char case_path[TRIAL_NAME_MAX + 1];
    snprintf(case_path, sizeof case_path, "%s/%s", trial->group, trial->case_name);
    return fnmatch(glob, trial->name, 0) == 0 || fnmatch(glob, case_path, 0) == 0 ||
           fnmatch(glob, trial->group, 0) == 0;
}

static bool has_tag(const struct trial *trial, const char *tag) {
    for (size_t i = 0; i < trial->tag_count; i++)
        if (strcmp(trial->tags[i], tag) == 0)
            return true;
    return false;
}

typedef bool matcher(const struct trial *trial, const char *pattern);

static bool matches_any(const struct trial *trial, char **patterns, size_t count,
                        matcher *matches) {
    for (size_t i = 0; i < count; i++)
        if (matches(trial, patterns[i]))
            return true;
    return false;
}

static bool each_matches_some(const struct trial *trials, size_t trial_count, char **patterns,
                              size_t count, matcher *matches, const char *what,
                              struct errmsg *why) {
    for (size_t i = 0; i < count; i++) {
        size_t t = 0;
        while (t < trial_count && !matches(&trials[t], patterns[i]))
            t++;
        if (t == trial_count)
            return fail(why, "%s '%s' matched no benchmark; --list shows their names", what,
                        patterns[i]);
    }
    return true;
}

bool plan_chooses(const struct settings *choice, const struct trial *trial) {
    if (choice->filter_count &&
        !matches_any(trial, choice->filters, choice->filter_count, plan_matches))
        return false;
    if (choice->tag_count && !matches_any(trial, choice->tags, choice->tag_count, has_tag))
        return false;
    return !matches_any(trial, choice->excludes, choice->exclude_count, plan_matches);
}

static bool in_shard(const struct settings *choice, size_t position) {
    return choice->shards == 0 || position % choice->shards == choice->shard - 1;
}

bool plan_select(const struct settings *choice, struct trial **trials, size_t *count,
                 struct errmsg *why) {
    if (*count == 0)
        return fail(why, "no benchmark in this program; is -DTARE_ENABLE missing where the cases "
                         "are compiled, or were their objects left in an archive?");
    if (!each_matches_some(*trials, *count, choice->filters, choice->filter_count, plan_matches,
                           "filter", why) ||
        !each_matches_some(*trials, *count, choice->tags, choice->tag_count, has_tag, "tag", why))
        return false;
    size_t chosen = 0, kept = 0;
    for (size_t i = 0; i < *count; i++) {
        struct trial *trial = &(*trials)[i];
        if (plan_chooses(choice, trial) && in_shard(choice, chosen++))
            (*trials)[kept++] = *trial;
        else
            json_release(&trial_shape, trial);
    }
    *count = kept;
    if (chosen == 0)
        return fail(why, "no benchmark is left: the exclusions or tags remove all that the filters "
                         "chose");
    return true;
}

bool plan_parse_shard(const char *text, uint64_t *shard, uint64_t *shards, struct errmsg *why) {
    int end = 0;
    if (sscanf(text, "%5" SCNu64 "/%5" SCNu64 "%n", shard, shards, &end) == 2 && !text[end] &&
        *shard >= 1 && *shard <= *shards)
        return true;
    return fail(why, "--shard %s: give it as I/N with 1 <= I <= N, for example 2/5", text);
}
