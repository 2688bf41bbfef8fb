// SPDX-License-Identifier: MIT
// Pitfalls that a run shows as a whole, and those of its trials.

#include "checks.h"

#include "checks_trial.h"
#include "mem.h"
#include "pattern.h"
#include "units.h"
#include "yardstick_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Six runs on a virtual machine whose host others used: the clock moved by 2.7 to 5.2 %.
#define DRIFT_MIN     0.02
#define DRIFT_WARNING 0.10

static const struct trial *yardstick(const struct document *doc, const char *name) {
    for (size_t i = 0; i < doc->yardstick_count; i++)
        if (strcmp(doc->yardsticks[i].name, name) == 0 &&
            doc->yardsticks[i].status == TRIAL_MEASURED)
            return &doc->yardsticks[i];
    return NULL;
}

static struct trial_summary summary_of(const struct document *doc, const char *name) {
    const struct trial *trial = yardstick(doc, name);
    return trial ? trial_summarize(trial)
                 : (struct trial_summary){.ns = NAN, .fastest = NAN, .between = NAN};
}

// ---- The clock -------------------------------------------------------------------------------

static void check_ticks(struct document *doc, const struct run_facts *facts) {
    if (facts->coarse_trials)
        document_note(
            doc, NOTE_WARNING, "timer-res", NULL,
            "the clock ticks every %llu ns: batches of %zu trials were lengthened to 1000 "
            "ticks",
            (unsigned long long)facts->clock_tick_ns, facts->coarse_trials);
}

// Dependent additions take a cycle each, whatever the clock does.
static void check_drift(struct document *doc) {
    const struct trial *alu = yardstick(doc, YARDSTICK_ALU);
    struct pattern_range range =
        alu ? pattern_range(alu) : (struct pattern_range){.fastest = NAN, .slowest = NAN};
    double drift = range.slowest / range.fastest - 1;
    if (drift > DRIFT_MIN)
        document_note(doc, drift > DRIFT_WARNING ? NOTE_WARNING : NOTE_INFO, "freq-drift", NULL,
                      "the core's clock moved between %.2f and %.2f GHz during the run%s",
                      YARDSTICK_ALU_ADDS / range.slowest, YARDSTICK_ALU_ADDS / range.fastest,
                      drift > DRIFT_WARNING ? ": fix it, tare doctor says how" : "");
}

static void add_clock_rate(struct document *doc) {
    double ns = summary_of(doc, YARDSTICK_ALU).ns;
    if (isnan(ns))
        document_missing(doc, "cpu.measured_ghz", "the yardstick " YARDSTICK_ALU " did not run");
    else
        document_number(doc, "cpu.measured_ghz", YARDSTICK_ALU_ADDS / ns);
}

// ---- The core --------------------------------------------------------------------------------

static void check_preemption(struct document *doc) {
    size_t preempted = 0, samples = 0;
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t k = 0; k < doc->trials[i].launch_count; k++) {
            preempted += doc->trials[i].launches[k].preempted;
            samples += doc->trials[i].launches[k].span_count;
        }
    if (preempted * 100 > samples) // below 1 % a median does not see it
        document_note(doc, NOTE_WARNING, "cpu-shared", NULL,
                      "%zu preemptions in %zu samples: others run on this CPU", preempted, samples);
}

// Code as wide as the core is slower while a hardware thread beside it works, also one of which a
// virtual machine cannot know. In a run with such a neighbour 8 to 11 of 35 trials had two modes
// that had one without.
static bool check_sharing(struct document *doc) {
    const struct trial *width = yardstick(doc, YARDSTICK_WIDTH);
    if (!width)
        return false;
    struct pattern_samples samples = pattern_samples(width);
    struct pattern_sharing sharing = pattern_sharing(samples.values, samples.count);
    free(samples.values);
    if (sharing.share > 0)
        document_note(
            doc, NOTE_WARNING, "smt-busy", NULL,
            "the core was shared in %.0f %% of the run: code that fills it (" YARDSTICK_WIDTH
            ") took %.1f times as long then, and so may trials; a program or another "
            "guest worked on its other hardware thread",
            100 * sharing.share, sharing.ratio);
    return sharing.share > 0;
}

// ---- Layout and input ------------------------------------------------------------------------

static void check_single_layout(struct document *doc) {
    if (doc->settings.launches == 1 && !doc->settings.fixed_layout)
        document_note(doc, NOTE_INFO, "aslr", NULL,
                      "one launch is one memory layout, drawn by lot: use --launches 10");
}

// Launches of a trial that came just after one of that other.
static struct pattern_split split_after(const struct trial *trial,
                                        const struct run_neighbours *neighbours,
                                        const struct trial *other) {
    bool *are_after = mem_zero(neighbours->count, sizeof *are_after);
    for (size_t i = 0; i < neighbours->count; i++)
        are_after[i] = neighbours->items[i] == other;
    struct pattern_split split = pattern_split(trial, are_after);
    free(are_after);
    return split;
}

static bool is_first_after(const struct run_neighbours *neighbours, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (neighbours->items[i] == neighbours->items[at])
            return false;
    return neighbours->items[at] != NULL;
}

// The order of launches is random: what depends on what came before shows.
static void check_order(struct document *doc, const struct trial *trial,
                        const struct run_neighbours *neighbours) {
    struct pattern_split best = {.p = 1};
    const struct trial *other = NULL;
    size_t asked = 0;
    for (size_t i = 0; i < neighbours->count; i++) {
        if (!is_first_after(neighbours, i))
            continue;
        struct pattern_split split = split_after(trial, neighbours, neighbours->items[i]);
        asked++;
        if (split.p >= best.p)
            continue;
        best = split;
        other = neighbours->items[i];
    }
    if (other && pattern_is_split(&best, asked))
        document_note(doc, NOTE_WARNING, "order", trial->name,
                      "takes %s after %s, as in %zu of %zu launches: something outlives a worker, "
                      "say files or what a cache holds",
                      units_change(1 + best.change).text, other->name, best.count,
                      trial->launch_count);
}

// What a call works on is mostly the same in each.
static void check_cache(struct document *doc) {
    const struct json_pair *cache = document_find_fact(doc, "cpu.l1d_bytes");
    size_t fit = 0, said = 0;
    for (size_t i = 0; i < doc->trial_count; i++) {
        double bytes = doc->trials[i].bytes;
        said += bytes > 0;
        fit += cache && bytes > 0 && bytes <= cache->number;
    }
    if (fit)
        document_note(doc, NOTE_INFO, "cache-fit", NULL,
                      "%zu of %zu trials that say their bytes work on no more than the first data "
                      "cache holds (%s): if each call finds the same data, it finds it there",
                      fit, said, units_print(UNIT_BYTES, cache->number).text);
}

static const struct count *exact_instructions(const struct trial *trial) {
    const struct count *count = document_count(trial, "instructions");
    return count && count->kind == COUNT_EXACT ? count : NULL;
}

static bool is_other_size(const struct trial *a, const struct trial *b) {
    if (strcmp(a->group, b->group) != 0 || strcmp(a->case_name, b->case_name) != 0 ||
        a->threads != b->threads || a->arg_count != b->arg_count)
        return false;
    bool differs = false;
    for (size_t i = 0; i < a->arg_count; i++) {
        bool is_text = a->args[i].text != NULL;
        if (is_text != (b->args[i].text != NULL) ||
            (is_text && strcmp(a->args[i].text, b->args[i].text) != 0))
            return false;
        differs |= a->args[i].value != b->args[i].value;
    }
    return differs;
}

// A chase through more memory executes no more instructions either, but takes longer.
static bool is_folded(const struct trial *a, const struct trial *b) {
    const struct count *here = exact_instructions(a), *there = exact_instructions(b);
    double ratio = trial_summarize(a).low / trial_summarize(b).low;
    return is_other_size(a, b) && here && there && here->value == there->value &&
           fabs(ratio - 1) < 0.05;
}

static void check_folding(struct document *doc) {
    for (size_t i = 0; i + 1 < doc->trial_count; i++) {
        const struct trial *a = &doc->trials[i], *b = &doc->trials[i + 1];
        if (a->status == TRIAL_MEASURED && b->status == TRIAL_MEASURED && is_folded(a, b))
            document_note(doc, NOTE_WARNING, "const-fold", b->name,
                          "executes the same %.0f instructions as %s, in the same time: its inputs "
                          "may be constants to the compiler; use bench_hide()",
                          exact_instructions(a)->value, a->name);
    }
}

// ----------------------------------------------------------------------------------------------

void checks_results(struct document *doc, const struct run_facts *facts) {
    add_clock_rate(doc);
    check_ticks(doc, facts);
    check_drift(doc);
    check_preemption(doc);
    struct checks_ground ground = {
        .empty_ns = summary_of(doc, YARDSTICK_EMPTY).fastest,
        .spread =
            fmax(summary_of(doc, YARDSTICK_ALU).between, summary_of(doc, YARDSTICK_WIDTH).between),
        .is_shared = check_sharing(doc),
    };
    for (size_t i = 0; i < doc->trial_count; i++)
        if (doc->trials[i].status == TRIAL_MEASURED) {
            checks_trial(doc, &doc->trials[i], &ground, facts->once ? facts->once[i] : NAN);
            if (facts->neighbours)
                check_order(doc, &doc->trials[i], &facts->neighbours[i]);
        }
    check_single_layout(doc);
    check_cache(doc);
    check_folding(doc);
}
