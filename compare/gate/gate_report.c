// SPDX-License-Identifier: MIT
// What a gate has to say: a row for each trial, and what the sentinels tell of the machine.
#include "gate_report.h"

#include "again.h"
#include "enforce.h"
#include "mem.h"
#include "report_frame.h"
#include "rows.h"
#include "signed_rank.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>

// Of the trials; fewer are no reason to look for a common cause.
static const double common_share = 0.6;
enum { COMMON_MIN = 3 };

static bool has_no_numbers(const struct gate_trial *trial) {
    return trial->taken.end == EPOCH_FAILED || trial->taken.end == EPOCH_SKIPPED ||
           trial->taken.end == EPOCH_INCOMPARABLE;
}

// ---- Rows ------------------------------------------------------------------------------------

// A trial's numbers, where the rows look for them.
static void keep_numbers(struct side *sides, const struct gate_trial *trial,
                         const struct match *match) {
    for (int side = 0; side < SIDES; side++) {
        const struct reading *r = &match->readings[side][0];
        struct run *run = &sides[side].runs[0];
        struct trial *listed = &run->doc.trials[r->trial - run->doc.trials];
        struct trial_summary *summary = &run->summaries[r->trial - run->doc.trials];
        summary->launches = trial->paired.count;
        summary->low = exp(trial->logs[side] / (double)trial->paired.count);
        bool is_failed = trial->taken.end == EPOCH_FAILED && trial->taken.culprit == side;
        if (is_failed || trial->taken.end == EPOCH_SKIPPED) {
            listed->status = is_failed ? TRIAL_FAILED : TRIAL_SKIPPED;
            listed->reason = mem_text(trial->taken.why);
        }
    }
}

// Why nothing can be said of a trial, whatever its contrasts say; NULL: nothing stands against it.
static char *obstacle_of(const struct gate_trial *trial, bool is_stopped) {
    bool is_decided = trial->is_over || trial->paired.verdict != VERDICT_UNDECIDED;
    if (trial->obstacle != NULL)
        return mem_text(trial->obstacle);
    return is_stopped && !is_decided ? mem_printf("stopped after %zu epochs", trial->paired.count)
                                     : NULL;
}

static void add_judgement(struct report_row *row, const struct gate_trial *trial, bool is_stopped) {
    struct judgement j = paired_judgement(&trial->paired);
    char *obstacle = obstacle_of(trial, is_stopped);
    if (obstacle != NULL) {
        free(j.reason);
        j.reason = obstacle;
        j.verdict = VERDICT_UNDECIDED;
    }
    row_add_judgement(row, &j);
    free(j.reason);
}

static void add_rows(struct report *report, const struct gate_result *r) {
    const struct gate_plan *plan = r->plan;
    report->row_count = r->matches->count;
    report->rows = mem_zero(report->row_count, sizeof *report->rows);
    for (size_t i = 0, next = 0; i < report->row_count; i++) {
        const struct match *match = &r->matches->items[i];
        bool is_planned = next < plan->count && plan->match_of[next] == i;
        const struct gate_trial *trial = is_planned ? &plan->trials[next++] : NULL;
        if (is_planned)
            keep_numbers(r->from->sides, trial, match);
        report->rows[i] = row_of(match, &r->effective[i], r->policy);
        if (is_planned && !has_no_numbers(trial))
            add_judgement(&report->rows[i], trial, r->is_stopped);
        if (obstacles_of(r->obstacles, i) != NULL && match_is_on_both(match))
            row_add_obstacle(&report->rows[i], obstacles_of(r->obstacles, i));
        if (is_planned && trial->taken.end == EPOCH_INCOMPARABLE)
            row_add_obstacle(&report->rows[i], trial->taken.why);
        report->rule.gated += is_planned && report->rows[i].gated;
    }
    report->outside = r->matches->outside;
    enforce(report, r->policy, r->from->sides, r->matches, r->effective);
    report_finish(report);
}

// For whatever may turn a build red.
static void add_commands(struct report *report, const struct gate_result *r) {
    for (size_t i = 0; i < report->row_count && r->argc != 0; i++) {
        struct report_row *row = &report->rows[i];
        if (row->gated && row->verdict <= VERDICT_UNDECIDED && row->verdict != VERDICT_MISSING)
            row->again = again_command(r->argc, r->argv, row->name);
    }
}

// ---- Notes -----------------------------------------------------------------------------------

// What a sentinel that did not do what it must did.
static void note_sentinel(struct report *report, const struct gate_trial *trial) {
    if (trial->taken.end != EPOCH_MEASURED) {
        report_note(report, NOTE_ERROR, "sentinel",
                    "nothing shows that a slowdown would be seen: %s cannot be measured: %s; are "
                    "both suites linked with this version of tare?",
                    trial->name, trial->taken.why);
        return;
    }
    double change = signed_rank_estimate(trial->paired.contrasts, trial->paired.count);
    char *words = trial->how.extra == 0
                      ? mem_text("identical code was found slower")
                      : mem_printf("%s more work was not found",
                                   units_print(UNIT_PERCENT, trial->how.extra).text);
    report_note(report, NOTE_ERROR, "sentinel",
                "this machine cannot judge now: %s (%s%s%s); try again when it is quieter", words,
                units_change(exp(change)).text, trial->obstacle != NULL ? ": " : "",
                trial->obstacle != NULL ? trial->obstacle : "");
    free(words);
}

// True if a sentinel did not do what it must: be found slower if it is, and only then.
static bool note_sentinels(struct report *report, const struct gate_plan *plan) {
    bool is_unfit = false;
    for (size_t i = plan->count; i < plan->total; i++) {
        const struct gate_trial *trial = &plan->trials[i];
        bool is_slower = trial->how.extra != 0;
        bool is_found = trial->paired.verdict == VERDICT_REGRESSED;
        if (trial->taken.end == EPOCH_MEASURED && is_found == is_slower)
            continue;
        is_unfit = true;
        note_sentinel(report, trial);
    }
    return is_unfit;
}

// The code of each trial cannot have got slower by itself. Unlike stored numbers, a machine that
// got slower slows both sides: it stays a regression.
static void note_common_cause(struct report *report) {
    uint64_t slower = report->verdicts[VERDICT_REGRESSED];
    if (slower >= COMMON_MIN && (double)slower >= common_share * (double)report->compared)
        report_note(report, NOTE_WARNING, "common",
                    "%llu of %llu trials are slower: look for a common cause, such as compiler "
                    "flags, the allocator or a library",
                    (unsigned long long)slower, (unsigned long long)report->compared);
}

static size_t count_unconfirmed(const struct gate_plan *plan) {
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct gate_trial *trial = &plan->trials[i];
        count += trial->paired.verdict == VERDICT_REGRESSED && trial->obstacle == NULL &&
                 !trial->is_confirmed;
    }
    return count;
}

static void note_layout(struct report *report, const struct gate_result *r) {
    if (r->plan->unaligned != 0)
        report_note(report, NOTE_WARNING, "layout",
                    "%zu trials are built without -falign-functions=64 on a side: where their code "
                    "happens to lie decides more than 1 %%, so no less than 3 %% is looked for",
                    r->plan->unaligned);
    size_t unconfirmed = count_unconfirmed(r->plan);
    if (unconfirmed != 0)
        report_note(
            report, NOTE_INFO, "layout",
            "%zu trial%s that %s slower could not be measured with the code elsewhere, so "
            "that may be all that slows; make bench-suite of tare.mk builds what that takes",
            unconfirmed, unconfirmed == 1 ? "" : "s", unconfirmed == 1 ? "is" : "are");
}

static void note_rest(struct report *report, const struct gate_result *r) {
    note_layout(report, r);
    if (r->is_stopped)
        report_note(report, NOTE_ERROR, "interrupted", "the gate was stopped before it was done");
    report_note(report, NOTE_INFO, "seed", "%.1f s; --seed 0x%llx repeats its coins",
                (double)r->elapsed_ms / 1e3, (unsigned long long)r->seed);
}

// To the machine and the programs, meanwhile. True if nothing can be judged for it.
static bool note_what_happened(struct report *report, const struct side *new) {
    const struct document *doc = &new->runs[0].doc;
    bool is_unfit = false;
    for (size_t i = 0; i < doc->note_count; i++) {
        const struct note *note = &doc->notes[i];
        is_unfit |= note->level == NOTE_ERROR;
        report_note(report, (enum note_level)note->level, note->id, "%s", note->text);
    }
    return is_unfit;
}

void gate_report(struct report *report, const struct gate_result *r) {
    add_rows(report, r);
    add_commands(report, r);
    note_common_cause(report);
    if (r->options->cases[SIDE_NEW] == NULL)
        report_note_same_program(report, r->from->sides);
    bool is_unfit = note_what_happened(report, &r->from->sides[SIDE_NEW]);
    bool is_dull = !r->is_stopped && note_sentinels(report, r->plan);
    note_rest(report, r);
    report_set_status(report, r->matches, r->obstacles->is_refused,
                      is_unfit || is_dull || r->is_stopped, &r->options->terms);
}
