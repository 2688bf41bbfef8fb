// SPDX-License-Identifier: MIT
// The pass that reads counters, and what it has to say of them.

#include "counters_pass.h"

#include "allocs.h"
#include "callgrind_pass.h"
#include "checks.h"
#include "counter_words.h"
#include "cpuident.h"
#include "mem.h"
#include "papi_version.h"
#include "pass.h"
#include "perf_state.h"
#include "stats.h"
#include "wire.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Groups saw the same work where what all of them counted differs by less.
#define ANCHOR_TOLERANCE 0.01

// What a misprediction costs at least, 15 cycles or so, and the share of a call that matters.
#define MISS_NS      4
#define LEARNING_MIN 0.02

// ---- What a worker told of itself ------------------------------------------------------------

static double level_of(const struct slope *slope, const char *name) {
    const struct slope_series *series = slope_find(slope, name);
    return series && series->total_counts[0] ? series->totals[0][0] : NAN;
}

static void judge_cost(struct document *doc, const struct trial *trial, double cost_ns) {
    struct trial_summary summary = trial_summarize(trial);
    double stretch_ns = summary.ns * (double)trial->calls;
    if (!checks_found(doc, "overhead", NOTE_INFO))
        document_note(doc, NOTE_INFO, "overhead", NULL,
                      "reading the counters before and after a sample takes %.2f us, outside of "
                      "what is timed",
                      cost_ns / 1e3);
    if (stretch_ns < COUNTER_COSTS_MIN * cost_ns)
        document_note(doc, NOTE_WARNING, "overhead", trial->name,
                      "reading the counters takes %.2f us, what they count %.2f us: its counts are "
                      "less certain",
                      cost_ns / 1e3, stretch_ns / 1e3);
}

// The least and the most of what the groups' anchors counted over as much work: their medians.
static double anchor_spread(const struct slope_series *anchor, size_t groups) {
    const size_t at = SLOPE_POINTS - 1;
    double low = INFINITY, high = 0;
    double *values = mem_zero(anchor->total_counts[at], sizeof *values);
    for (size_t g = 0; g < groups; g++) {
        size_t count = 0;
        for (size_t i = g; i < anchor->total_counts[at]; i += groups)
            values[count++] = anchor->totals[at][i];
        if (count == 0)
            continue;
        double middle = stats_median(values, count);
        low = fmin(low, middle);
        high = fmax(high, middle);
    }
    free(values);
    return high / low - 1;
}

static void judge_groups(struct document *doc, const struct trial *trial, const struct slope *slope,
                         double groups) {
    const struct slope_series *anchor = slope_find(slope, COUNTER_ANCHOR);
    if (isnan(groups))
        return;
    if (!checks_found(doc, "ctr-mux", NOTE_INFO))
        document_note(doc, NOTE_INFO, "ctr-mux", NULL,
                      "this CPU cannot count all of them together: %.0f groups take turns, none "
                      "is extrapolated",
                      groups);
    double spread = anchor ? anchor_spread(anchor, (size_t)groups) : NAN;
    if (spread > ANCHOR_TOLERANCE)
        document_note(doc, NOTE_WARNING, "ctr-mux", trial->name,
                      "groups of counters that took turns saw different work: %s differs by %.1f "
                      "%%; compare only what is in one group, or ask for fewer",
                      anchor->what.event, spread * 100);
}

// What later samples counted of it per call: the median of the last third.
static double last_of(const struct slope_series *series, uint64_t calls) {
    size_t at = SLOPE_POINTS - 1, count = series->total_counts[at], last = (count + 2) / 3;
    return stats_median(series->totals[at] + count - last, last) / (SLOPE_POINTS * (double)calls);
}

// A predictor that knows its input by heart tells nothing of other inputs.
static void judge_learning(struct document *doc, const struct trial *trial,
                           const struct slope *slope) {
    const struct slope_series *misses = slope_find(slope, "branch-misses");
    double first = slope_first(slope, "branch-misses");
    double last = misses ? last_of(misses, trial->calls) : NAN;
    double gain_ns = (first - last) * MISS_NS;
    if (first > 2 * last && gain_ns > LEARNING_MIN * trial_summarize(trial).ns)
        document_note(doc, NOTE_WARNING, "br-learn", trial->name,
                      "mispredictions fell from %.3g to %.3g per call: the predictor learned this "
                      "input; use more data, or other inputs in each batch",
                      first, last);
}

static void mark(struct slope *slope, const char *device) {
    for (size_t i = 0; i < slope->count; i++) {
        char *source = slope->series[i].what.source;
        char marked[2 * sizeof slope->series[i].what.source];
        snprintf(marked, sizeof marked, "%s %s", device, source);
        memcpy(source, marked, sizeof slope->series[i].what.source - 1);
    }
}

void counters_judge(struct document *doc, const struct trial *trial, struct slope *slope) {
    double cost_ns = level_of(slope, COUNTER_COST);
    if (!isnan(cost_ns))
        judge_cost(doc, trial, cost_ns);
    judge_groups(doc, trial, slope, level_of(slope, COUNTER_GROUPS));
    judge_learning(doc, trial, slope);
    slope_drop(slope, COUNTER_COST);
    slope_drop(slope, COUNTER_GROUPS);
    slope_drop(slope, COUNTER_ANCHOR);
    const struct json_pair *hypervisor = document_find_fact(doc, "cpu.hypervisor");
    if (hypervisor && hypervisor->text && strcmp(hypervisor->text, CPUIDENT_EMULATED) == 0)
        mark(slope, CPUIDENT_EMULATED);
}

// ---- What is counted -------------------------------------------------------------------------

static bool is_among(const char *const *names, const char *name) {
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool can_be_listed(const char *name) {
    return strchr(name, ',') == NULL && strlen(name) < sizeof((struct wire_count *)0)->name;
}

// Whether the counters are to answer for what a trial limits, and nobody else.
static bool is_ours(const struct trial *trial, const char *name, counters_metric *is_metric) {
    if (strcmp(name, METRIC_TIME) == 0 || document_metric(trial, name) || !can_be_listed(name))
        return false;
    return is_metric(name) ||
           !(is_among(allocs_pass_names, name) || is_among(callgrind_pass_names, name));
}

static size_t count_names(const char *const *names) {
    size_t count = 0;
    while (names[count] != NULL)
        count++;
    return count;
}

const char **counters_names(const char *const *asked, counters_metric *is_metric,
                            const struct trial *trial) {
    size_t count = count_names(asked);
    const char **names = (const char **)mem_zero(count + trial->limit_count + 1, sizeof *names);
    memcpy((void *)names, (const void *)asked, count * sizeof *names);
    for (size_t i = 0; is_metric && i < trial->limit_count; i++) {
        const char *name = trial->limits[i].metric;
        if (!is_among(asked, name) && is_ours(trial, name, is_metric))
            names[count++] = name;
    }
    return names;
}

static bool ends(const char *text, const char *words) {
    size_t length = strlen(text), end = strlen(words);
    return length >= end && strcmp(text + length - end, words) == 0;
}

// Whether the name has the shape of an event of PAPI's or of the kernel's.
static bool is_event(const char *name) {
    return strncmp(name, "PAPI_", 5) == 0 || strstr(name, "::") != NULL;
}

void counters_forget(struct slope *slope, const char *const *names, counters_metric *is_metric) {
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct slope_series *series = slope_find(slope, names[i]);
        if (series && ends(series->what.source, COUNTER_NOBODY) && !is_event(names[i]) &&
            !is_metric(names[i]))
            slope_drop(slope, names[i]);
    }
}

// ---- What the counts say ---------------------------------------------------------------------

static bool is_tick(const char *event) {
    return event &&
           (strstr(event, "REF_CYC") || strstr(event, "REF-CYC") || strstr(event, "ref-cycles") ||
            strstr(event, "REF_TSC") || strstr(event, "REFERENCE_CYCLES"));
}

static bool begins(const char *text, const char *words) {
    return text && strncmp(text, words, strlen(words)) == 0;
}

static void note_once(struct document *doc, enum note_level level, const char *id,
                      const struct count *count, const char *text) {
    char line[640];
    snprintf(line, sizeof line, "%s %s", count->name, text);
    for (size_t i = 0; i < doc->note_count; i++)
        if (strcmp(doc->notes[i].id, id) == 0 && strcmp(doc->notes[i].text, line) == 0)
            return;
    document_note(doc, level, id, NULL, "%s", line);
}

static void note_count(struct document *doc, const struct count *count) {
    if (begins(count->reason, COUNTER_READS))
        note_once(doc, NOTE_WARNING, "ctr-zero", count, count->reason);
    if (begins(count->reason, COUNTER_CLASS))
        note_once(doc, NOTE_ERROR, "ctr-class", count, count->reason);
    if (!isnan(count->value) && is_tick(count->event))
        note_once(doc, NOTE_INFO, "ctr-tick", count,
                  "are ticks of a clock that does not change, not cycles of the core");
}

// The counts of a document, as far as they tell why there are not more.
struct overview {
    const char *state; // what all of them say that have the machine's state as their reason
    bool are_missing, by_kernel, by_papi;
};

static void look(struct overview *overview, const struct count *count) {
    overview->are_missing |= begins(count->reason, overview->state);
    overview->by_kernel |= ends(count->source, COUNTER_KERNEL);
    overview->by_papi |= strstr(count->source, COUNTER_PAPI) != NULL;
}

void counters_note(struct document *doc) {
    struct perf_answer answer;
    struct perf_state state;
    perf_state_ask(&answer);
    perf_state_judge(&state, &answer);
    struct overview overview = {.state = state.text};
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t j = 0; j < doc->trials[i].count_count; j++) {
            note_count(doc, &doc->trials[i].counts[j]);
            look(&overview, &doc->trials[i].counts[j]);
        }
    bool is_too_old = overview.by_kernel && !overview.by_papi && papi_version();
    if (is_too_old) {
        answer.refusal = papi_version();
        perf_state_judge(&state, &answer);
    }
    if (overview.are_missing || is_too_old)
        document_note(doc, NOTE_INFO, "ctr-none", NULL, "%s%s%s", state.text,
                      *state.fix ? "; " : "", state.fix);
}

// ---- The pass --------------------------------------------------------------------------------

struct counting {
    struct document *doc;
    const char *const *asked; // of all trials
    counters_metric *is_metric;
    // Of the trial whose turn it is.
    const struct trial *trial;
    const char **names;
    char *list; // NULL: as it is asked of all
};

static char *list_of(const char *const *names) {
    char *list = NULL;
    for (size_t i = 0; names[i] != NULL; i++)
        list = mem_append(list, "%s%s", i ? "," : "", names[i]);
    return list;
}

static void forget_trial(struct counting *counting) {
    free((void *)counting->names);
    free(counting->list);
    counting->list = NULL;
}

static void suit(void *context, const struct trial *trial, struct pass *own) {
    struct counting *counting = context;
    forget_trial(counting);
    counting->trial = trial;
    counting->names = counters_names(counting->asked, counting->is_metric, trial);
    own->names = counting->names;
    if (count_names(counting->names) > count_names(counting->asked))
        own->how.wanted = counting->list = list_of(counting->names);
}

static bool prepare(void *context, const struct trial *trial, struct errmsg *why) {
    const struct counting *counting = context;
    (void)trial;
    return counting->list == NULL ||
           strlen(counting->list) < sizeof((struct wire_meter *)0)->wanted ||
           fail(why, "counters: more names than one run can be asked for; limit fewer");
}

static bool collect(void *context, struct slope *slope, struct errmsg *why) {
    const struct counting *counting = context;
    (void)why;
    if (counting->list)
        counters_forget(slope, counting->names + count_names(counting->asked), counting->is_metric);
    counters_judge(counting->doc, counting->trial, slope);
    return true;
}

void counters_pass(const struct pass_site *site, const char *wanted, const char *const *names,
                   counters_metric *is_metric) {
    struct document *doc = site->doc;
    struct counting counting = {.doc = doc, .asked = names, .is_metric = is_metric};
    struct pass pass = {
        .name = "counters",
        .is_wanted = wanted != NULL,
        .how = *site->how,
        .slowness = 1,
        .rounds = 12,
        .rounds_min = 4,
        .warms_rounds = true, // a group whose turn begins is started there
        .kind = COUNT_SAMPLED,
        .names = names,
        .source = COUNTER_NOBODY,
        .suit = suit,
        .prepare = prepare,
        .collect = collect,
        .context = &counting,
    };
    pass.how.meter = "counters";
    pass.how.wanted = wanted ? wanted : "";
    pass_run(&pass, site);
    forget_trial(&counting);
    counters_note(doc);
}
