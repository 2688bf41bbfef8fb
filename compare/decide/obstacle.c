// SPDX-License-Identifier: MIT
// Why trials, or a whole comparison, cannot be compared.
#include "obstacle.h"

#include "mem.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *or_unknown(const char *text) { return text != NULL ? text : "not known"; }

static char *describe(const struct difference *d) {
    return mem_printf("%s is %s and %s", d->fact->label, or_unknown(d->base), or_unknown(d->new));
}

// The first obstacle stands; later ones are in the report's differences.
static void stop_run(struct obstacles *o, char *reason) {
    if (o->run == NULL)
        o->run = reason;
    else
        free(reason);
}

static void stop_trial(struct obstacles *o, size_t match, const struct difference *d) {
    if (d == NULL || o->trials[match] != NULL)
        return;
    char *what = describe(d);
    o->trials[match] = mem_printf("another build: %s", what);
    free(what);
    o->build_fact = o->build_fact == NULL ? d->fact : o->build_fact;
    o->build_trials++;
}

static void compare_documents(struct obstacles *o, const struct side sides[SIDES],
                              const struct obstacles_asked *asked) {
    const struct document *reference = &sides[SIDE_BASE].runs[0].doc;
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < sides[side].count; i++)
            if (&sides[side].runs[i].doc != reference)
                comparable_documents(reference, &sides[side].runs[i].doc, asked->mode,
                                     asked->allowed, &o->differences);
}

static void check_machine(struct obstacles *o, struct report *report) {
    const struct difference *d = comparable_obstacle(&o->differences, 0, FACT_MACHINE);
    if (d == NULL)
        return;
    char *what = describe(d);
    report_note(report, NOTE_ERROR, "fingerprint",
                "the baseline is of another machine; record one on this machine, or accept the "
                "difference with --allow %s",
                d->fact->key);
    stop_run(o, mem_printf("another machine: %s", what));
    free(what);
    o->is_unfit = true;
}

// What differs between the programs holds for every trial; what differs between units for theirs.
static void check_builds(struct obstacles *o, const struct matches *matches,
                         const struct obstacles_asked *asked) {
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        if (!match_is_on_both(match))
            continue;
        const struct reading *reference = &match->readings[SIDE_BASE][0];
        size_t before = o->differences.count;
        for (int side = 0; side < SIDES; side++)
            for (size_t j = 0; j < match->counts[side]; j++)
                comparable_units(&reference->run->doc, reference->trial,
                                 &match->readings[side][j].run->doc, match->readings[side][j].trial,
                                 asked->mode, asked->allowed, &o->differences);
        stop_trial(o, i, comparable_obstacle(&o->differences, 0, FACT_PROGRAM));
        stop_trial(o, i, comparable_obstacle(&o->differences, before, FACT_UNIT));
    }
}

// Old and new programs must be alike in nothing but tare's own loop.
static void note_builds(const struct obstacles *o, enum comparison_mode mode,
                        struct report *report) {
    if (o->build_trials != 0 && mode == MODE_PAIRED)
        report_note(report, NOTE_ERROR, "build-mix",
                    "base and new were built with different versions of tare, %zu of %zu trials: a "
                    "difference would blend both changes; build both with the same version",
                    o->build_trials, o->trial_count);
    else if (o->build_trials != 0)
        report_note(report, NOTE_ERROR, "build-mix",
                    "the build changed since the baseline, for %zu of %zu trials: a difference "
                    "would blend both changes; record the baseline again with this build, or "
                    "accept it with --allow %s",
                    o->build_trials, o->trial_count, o->build_fact->key);
}

static void check_fault(struct obstacles *o, const struct match *match, enum side_index side,
                        const struct flag_texts *silenced, struct report *report) {
    for (size_t i = 0; i < match->counts[side]; i++) {
        const struct reading *r = &match->readings[side][i];
        const struct unit *unit = comparable_unit(&r->run->doc, r->trial);
        const struct build_fault *fault = comparable_build_fault(unit, silenced);
        if (fault == NULL)
            continue;
        o->is_refused = true;
        report_note(report, NOTE_ERROR, fault->id, "%s (%s) %s; or --silence %s", unit->file,
                    r->run->path, fault->text, fault->id);
        stop_run(o, mem_printf("%s %s", unit->file, fault->text));
        return;
    }
}

// The first faulty build of each side is enough.
static void check_faults(struct obstacles *o, const struct matches *matches,
                         const struct flag_texts *silenced, struct report *report) {
    for (int side = 0; side < SIDES; side++) {
        size_t before = report->note_count;
        for (size_t i = 0; i < matches->count && report->note_count == before; i++)
            check_fault(o, &matches->items[i], (enum side_index)side, silenced, report);
    }
}

// Mean over the runs of a side, as a logarithm; NaN if no run has the yardstick.
static double yardstick_log(const struct side *side, const char *name) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct document *doc = &side->runs[i].doc;
        for (size_t j = 0; j < doc->yardstick_count; j++) {
            double ns = side->runs[i].yardsticks[j].low;
            if (strcmp(doc->yardsticks[j].name, name) != 0 || !(ns > 0))
                continue;
            sum += log(ns);
            count++;
        }
    }
    return count != 0 ? sum / (double)count : NAN;
}

static void check_yardstick(struct obstacles *o, const struct yardstick *yardstick,
                            const struct side sides[SIDES], struct report *report) {
    double change = yardstick_log(&sides[SIDE_NEW], yardstick->name) -
                    yardstick_log(&sides[SIDE_BASE], yardstick->name);
    if (isnan(change)) {
        report_note(report, NOTE_WARNING, "yardstick",
                    "%s was not measured on both sides: whether the machine changed is not known",
                    yardstick->name);
    } else if (fabs(change) > log1p(yardstick->limit)) {
        struct units_text text = units_change(exp(change));
        report_note(report, NOTE_ERROR, "yardstick",
                    "%s moved by %s between base and new, and no code of yours is in it: the "
                    "machine changed; measure both again, back to back",
                    yardstick->name, text.text);
        stop_run(o, mem_printf("the machine changed: %s moved by %s", yardstick->name, text.text));
        o->is_unfit = true;
    }
}

static void note_unknown(const struct obstacles *o, struct report *report) {
    char *labels = comparable_unknown(&o->differences);
    if (labels != NULL)
        report_note(report, NOTE_WARNING, "unknown",
                    "not known on either side, so assumed to be equal: %s", labels);
    free(labels);
}

static void copy_differences(const struct differences *from, struct report *report) {
    for (size_t i = 0; i < from->count; i++) {
        const struct difference *d = &from->items[i];
        report->differences =
            mem_push(report->differences, &report->difference_count, sizeof *report->differences);
        report->differences[i] = (struct report_difference){
            .key = mem_text(d->fact->key),
            .label = mem_text(d->fact->label),
            .tier = (int)d->tier,
            .allowed = d->is_allowed,
            .base = mem_text(d->base),
            .new = mem_text(d->new),
        };
    }
}

static void check_yardsticks(struct obstacles *o, const struct side sides[SIDES],
                             const struct obstacles_asked *asked, struct report *report) {
    bool is_wanted = asked->mode == MODE_STORED && !flag_texts_have(asked->silenced, "yardstick");
    for (size_t i = 0; i < yardstick_count && is_wanted; i++)
        check_yardstick(o, &yardsticks[i], sides, report);
}

void obstacles_find(struct obstacles *o, const struct side sides[SIDES],
                    const struct matches *matches, const struct obstacles_asked *asked,
                    struct report *report) {
    *o = (struct obstacles){.trials = mem_zero(matches->count, sizeof *o->trials),
                            .trial_count = matches->count};
    check_faults(o, matches, asked->silenced, report);
    if (sides[SIDE_BASE].count == 0)
        return;
    compare_documents(o, sides, asked);
    check_machine(o, report);
    check_yardsticks(o, sides, asked, report);
    check_builds(o, matches, asked);
    note_builds(o, asked->mode, report);
    note_unknown(o, report);
    comparable_tidy(&o->differences);
    copy_differences(&o->differences, report);
}

const char *obstacles_of(const struct obstacles *o, size_t match) {
    return o->run != NULL ? o->run : o->trials[match];
}

void obstacles_release(struct obstacles *o) {
    comparable_release(&o->differences);
    for (size_t i = 0; i < o->trial_count; i++)
        free(o->trials[i]);
    free(o->trials);
    free(o->run);
    *o = (struct obstacles){0};
}
