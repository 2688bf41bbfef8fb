// SPDX-License-Identifier: MIT
// Lines of the policy whose glob matches nothing.
#include "unmatched.h"

#include "mem.h"

#include <stdlib.h>

#define NOTED_MAX 20

// Which lines of the index cover any trial of either side; free it.
static bool *mark_matched(const struct glob_index *index, size_t count,
                          const struct side sides[SIDES]) {
    bool *is_matched = mem_zero(count, sizeof *is_matched);
    for (int side = 0; side < SIDES && count != 0; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            for (size_t j = 0; j < sides[side].runs[i].doc.trial_count; j++)
                glob_index_mark(index, &sides[side].runs[i].doc.trials[j], is_matched);
    return is_matched;
}

// The first ones are enough to see what is wrong.
static void note_line(struct report *report, const struct policy *policy,
                      const struct policy_glob *glob, size_t before) {
    if (before < NOTED_MAX)
        report_note(report, NOTE_WARNING, "policy", "%s:%zu: '%s' matches no trial of base or new",
                    policy->path, glob->line, glob->text);
}

void unmatched_note(struct report *report, const struct policy *policy,
                    const struct side sides[SIDES]) {
    size_t unmatched = 0;
    bool *lines = mark_matched(&policy->line_index, policy->line_count, sides);
    for (size_t i = 0; i < policy->line_count; i++)
        if (!lines[i])
            note_line(report, policy, &policy->lines[i].glob, unmatched++);
    bool *waivers = mark_matched(&policy->waiver_index, policy->waiver_count, sides);
    for (size_t i = 0; i < policy->waiver_count; i++)
        if (!waivers[i])
            note_line(report, policy, &policy->waivers[i].glob, unmatched++);
    if (unmatched > NOTED_MAX)
        report_note(report, NOTE_WARNING, "policy", "%s: %zu more lines match no trial",
                    policy->path, unmatched - NOTED_MAX);
    free(lines);
    free(waivers);
}
