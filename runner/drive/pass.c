// SPDX-License-Identifier: MIT
// A pass over trials that were timed: workers of its own count what a call does.
#include "pass.h"

#include "limit.h"
#include "mem.h"
#include "nstime.h"
#include "random.h"
#include "stop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define VISIT_NS 1000000000u // then a trial has rounds enough, if not too few

// One worker of a pass.
struct visit {
    const struct pass *pass;
    const struct pass_site *site;
    struct trial *trial;
    struct worker worker;
    struct slope slope;
    uint64_t calls;  // of a batch
    bool is_batched; // more calls are more batches, not longer ones
    enum launch_end end;
    struct errmsg why;
};

static uint64_t limit_of(const struct visit *visit) {
    uint64_t usual_ns = visit->site->limit_ns;
    return (visit->trial->limit_ns ? visit->trial->limit_ns : usual_ns) * visit->pass->slowness;
}

// The inputs are those of the first timed launch.
static uint64_t first_seed(void) {
    uint64_t state = 1;
    return random_next(&state);
}

// Whether the body is entered once for all samples.
static bool stays(const struct visit *visit) {
    return visit->trial->entry == ENTRY_LAUNCH && !visit->pass->calls;
}

static bool ask(struct visit *visit, uint64_t calls, uint64_t batches, uint32_t round,
                struct wire_result *result) {
    struct wire_sample wanted = {
        .calls = calls,
        .batches = (uint32_t)batches,
        .seed = first_seed(),
        .flags = stays(visit) && calls ? WIRE_STAY : 0,
        .round = round,
    };
    visit->end = launch_sample(&visit->worker, &wanted, limit_of(visit), result, &visit->why);
    if (visit->end == LAUNCH_REFUSED)
        fail(&visit->why, "%s", result->reason);
    return visit->end == LAUNCH_GOES_ON;
}

// The counts of one sample, and how many calls it made.
struct sample {
    struct wire_count counts[WIRE_COUNTS];
    struct wire_result result;
};

static bool take_sample(struct visit *visit, size_t times, uint32_t round, struct sample *sample) {
    uint64_t calls = visit->calls;
    return ask(visit, visit->is_batched ? calls : calls * times, visit->is_batched ? times : 1,
               round, &sample->result) &&
           (visit->end = launch_counts(&visit->worker, &sample->result, limit_of(visit),
                                       sample->counts, &visit->why)) == LAUNCH_GOES_ON;
}

// What warms up tells only how it began.
static bool take_first(struct visit *visit, size_t times, uint32_t round, struct sample *sample) {
    if (!take_sample(visit, times, round, sample))
        return false;
    for (uint32_t i = 0; i < sample->result.count_count; i++)
        slope_add_first(&visit->slope, sample->result.calls, &sample->counts[i]);
    return true;
}

// Warms up, and finds out whether a batch has as many calls as are asked for: a body may hand out
// single ones. One that stays was promised that bench_calls() does not change.
static bool warm_up(struct visit *visit) {
    const struct pass *pass = visit->pass;
    struct sample sample;
    visit->calls = pass->calls ? 1 : visit->trial->calls;
    visit->is_batched = stays(visit);
    if (!take_first(visit, 2, 0, &sample))
        return false;
    visit->is_batched |= sample.result.calls < 2 * visit->calls;
    if (pass->calls && !visit->is_batched)
        visit->calls = pass->calls(pass->context, trial_summarize(visit->trial).ns, sample.counts,
                                   sample.result.count_count);
    return true;
}

static bool keep_sample(struct visit *visit, size_t times, uint32_t round) {
    struct sample sample;
    if (!take_sample(visit, times, round, &sample))
        return false;
    for (uint32_t i = 0; i < sample.result.count_count; i++)
        slope_add(&visit->slope, times, &sample.counts[i]);
    return true;
}

static bool count_round(struct visit *visit, uint32_t round) {
    struct sample first;
    if (visit->pass->warms_rounds && !take_first(visit, 1, round, &first))
        return false;
    for (size_t times = 1; times <= SLOPE_POINTS; times++)
        if (!keep_sample(visit, times, round))
            return false;
    return true;
}

static bool is_enough(const struct pass *pass, uint32_t rounds, uint64_t begun_ns) {
    return rounds >= pass->rounds ||
           (pass->rounds_min && rounds >= pass->rounds_min && nstime_now() - begun_ns > VISIT_NS);
}

static bool count_rounds(struct visit *visit) {
    uint64_t begun_ns = nstime_now();
    if (!warm_up(visit))
        return false;
    for (uint32_t round = 0; !is_enough(visit->pass, round, begun_ns); round++)
        if (!count_round(visit, round))
            return false;
    struct wire_result ignored;
    return !stays(visit) || ask(visit, 0, 1, 0, &ignored);
}

static bool converse(struct visit *visit, const struct launch_cpus *cpus) {
    const struct pass *pass = visit->pass;
    struct wire_result result;
    visit->end = launch_start(&visit->worker, &pass->how, cpus, visit->trial, limit_of(visit),
                              &result, &visit->why);
    if (visit->end == LAUNCH_REFUSED)
        fail(&visit->why, "%s", result.reason);
    bool is_counted = visit->end == LAUNCH_GOES_ON && count_rounds(visit);
    if (visit->end == LAUNCH_LOST && pass->explain)
        pass->explain(pass->context, visit->worker.tail, &visit->why);
    if (!is_counted)
        return false;
    launch_finish(&visit->worker);
    return pass->collect == NULL || pass->collect(pass->context, &visit->slope, &visit->why);
}

static void add_missing(const struct pass *pass, struct trial *trial, const char *reason) {
    for (size_t i = 0; pass->names[i] != NULL; i++) {
        trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
        trial->counts[trial->count_count - 1] = (struct count){.name = mem_text(pass->names[i]),
                                                               .source = mem_text(pass->source),
                                                               .value = NAN,
                                                               .spread = NAN,
                                                               .reason = mem_text(reason)};
    }
}

// False after a signal.
static bool count_trial(const struct pass *pass, const struct pass_site *site,
                        struct trial *trial) {
    struct visit visit = {.pass = pass, .site = site, .trial = trial, .end = LAUNCH_GOES_ON};
    int *list = mem_zero((size_t)trial->threads, sizeof *list);
    struct launch_cpus cpus = {list, (size_t)trial->threads};
    bool is_counted = (!pass->prepare || pass->prepare(pass->context, trial, &visit.why)) &&
                      pin_choose(site->pin, cpus.count, list, &visit.why) &&
                      converse(&visit, &cpus);
    if (is_counted)
        slope_counts(&visit.slope, visit.calls, pass->kind, trial);
    else if (visit.end != LAUNCH_INTERRUPTED)
        add_missing(pass, trial, visit.why.text);
    slope_release(&visit.slope);
    free(list);
    return visit.end != LAUNCH_INTERRUPTED;
}

static bool is_limited(const struct pass *pass, const struct trial *trial) {
    for (size_t i = 0; pass->names[i] != NULL; i++)
        if (limit_has(trial, pass->names[i]))
            return true;
    return false;
}

static struct pass suited(const struct pass *pass, const struct trial *trial) {
    struct pass own = *pass;
    if (pass->suit)
        pass->suit(pass->context, trial, &own);
    return own;
}

bool pass_applies(const struct pass *pass, const struct trial *trial) {
    return trial->status == TRIAL_MEASURED && (pass->is_wanted || is_limited(pass, trial)) &&
           (pass->applies == NULL || pass->applies(trial));
}

void pass_run(const struct pass *pass, const struct pass_site *site) {
    uint64_t begun_ns = nstime_now();
    bool goes_on = true;
    for (size_t i = 0; i < site->trial_count && goes_on; i++) {
        struct trial *trial = &site->trials[i];
        struct pass own = suited(pass, trial);
        if (!pass_applies(&own, trial))
            continue;
        char what[640];
        double spent_ns = (double)(nstime_now() - begun_ns);
        double all_ns = i == 0 ? spent_ns : spent_ns * (double)site->trial_count / (double)i;
        snprintf(what, sizeof what, "%s of %s", pass->name, trial->name);
        console_progress(site->console, spent_ns, all_ns, (uint64_t)(all_ns - spent_ns), what);
        goes_on = !stop_signal() && count_trial(&own, site, trial);
    }
    console_clear(site->console);
}
