// SPDX-License-Identifier: MIT
// What stands around the rows of a report.
#include "report_frame.h"

#include "effective.h"
#include "mem.h"

#include <tare/bench.h>

#include <stdlib.h>
#include <string.h>

static struct report_run *list_runs(const struct side *side, size_t *count) {
    struct report_run *runs = mem_zero(side->count, sizeof *runs);
    for (size_t i = 0; i < side->count; i++) {
        const struct document *doc = &side->runs[i].doc;
        runs[i] = (struct report_run){
            .path = mem_text(side->runs[i].path),
            .started = mem_text(doc->started),
            .program = mem_text(doc->program.name),
            .hash = mem_text(doc->program.hash),
            .trials = doc->trial_count,
        };
    }
    *count = side->count;
    return runs;
}

void report_begin(struct report *report, const struct side sides[SIDES],
                  const struct report_asked *asked) {
    struct effective general;
    effective_resolve(&general, asked->policy, &(struct subject){0}, asked->terms->said,
                      asked->mode);
    *report = (struct report){
        .schema = REPORT_SCHEMA,
        .tare = mem_text(TARE_VERSION),
        .policy = mem_text(asked->policy->path),
        .rule = {.detect = general.values[POLICY_DETECT].value,
                 .ignore = general.values[POLICY_IGNORE].value,
                 .alpha = asked->terms->alpha,
                 .miss = asked->terms->miss,
                 .interval = 1 - 2 * asked->terms->miss},
    };
    report->base = list_runs(&sides[SIDE_BASE], &report->base_count);
    report->new = list_runs(&sides[SIDE_NEW], &report->new_count);
    for (size_t i = 0; i < asked->silenced->count; i++) {
        report->silenced =
            mem_push(report->silenced, &report->silenced_count, sizeof *report->silenced);
        report->silenced[i] = mem_text(asked->silenced->items[i]);
    }
}

// The first run that does not say which program made it, or NULL.
static const struct run *find_unknown(const struct side sides[SIDES]) {
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            if (sides[side].runs[i].doc.program.hash == NULL)
                return &sides[side].runs[i];
    return NULL;
}

static bool is_one_program(const struct side sides[SIDES]) {
    const char *hash = sides[SIDE_BASE].runs[0].doc.program.hash;
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            if (strcmp(sides[side].runs[i].doc.program.hash, hash) != 0)
                return false;
    return true;
}

void report_note_same_program(struct report *report, const struct side sides[SIDES]) {
    if (sides[SIDE_BASE].count == 0)
        return;
    const struct run *unknown = find_unknown(sides);
    if (unknown != NULL)
        report_note(report, NOTE_WARNING, "same-program",
                    "%s does not say which program made it: whether base and new are runs of the "
                    "same one is not known",
                    unknown->path);
    else if (is_one_program(sides))
        report_note(
            report, NOTE_INFO, "same-program",
            "base and new are runs of the same executable: only its libraries can have changed");
}

void report_note_interrupted(struct report *report, const struct side sides[SIDES]) {
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            if (sides[side].runs[i].doc.interrupted)
                report_note(report, NOTE_WARNING, "interrupted",
                            "%s: this run of %s was interrupted: it has fewer launches or trials "
                            "than were asked for; measure again",
                            sides[side].runs[i].path, side_names[side]);
}

// Rows that both sides have, whatever became of them; what both skipped is not one.
static bool has_matched(const struct matches *matches) {
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        char *reason = NULL;
        enum match_state state = match_state(match, &reason);
        free(reason);
        if (match->counts[SIDE_BASE] != 0 && match->counts[SIDE_NEW] != 0 && state != MATCH_SKIPPED)
            return true;
    }
    return false;
}

void report_set_status(struct report *report, const struct matches *matches, bool is_refused,
                       bool is_unfit, const struct terms *terms) {
    bool is_empty = report->base_count == 0 ? matches->count == 0 : !has_matched(matches);
    struct status_case facts = {.is_refused = is_refused || is_empty, .is_unfit = is_unfit};
    for (size_t i = 0; i < report->row_count; i++)
        facts.gated[report->rows[i].verdict] += report->rows[i].gated;
    if (is_empty)
        report_note(report, NOTE_ERROR, "nothing",
                    terms_are_narrowed(terms)
                        ? "no trial of both sides is left by --filter and --exclude"
                        : "no trial of base is in new: nothing was compared");
    enum status status = status_of(&facts, &terms->map);
    report->status = (int)status;
    report->status_words = mem_text(status_words(status));
}
