// SPDX-License-Identifier: MIT
// Measures the probes of a self-test.
#include "selftest_run.h"

#include "gate_run.h"
#include "mem.h"
#include "nstime.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

// Epochs until a steady trial is decided, and how many rounds go by between two probes.
static const struct {
    double epochs;
    uint64_t every;
} costs[SELFTEST_STRENGTHS] = {
    [SELFTEST_SAME] = {7, 1}, [SELFTEST_DETECT] = {19, 1}, [SELFTEST_TWICE] = {16, 2}};

struct probe {
    struct selftest_target *target;
    enum selftest_strength strength;
};

// One round. The probes' measurements are an array of their own, for gate_run.
struct round {
    struct selftest_run *run;
    struct probe *probes;
    struct gate_trial *measured;
    size_t count;
};

void selftest_target_release(struct selftest_target *target) {
    free((int *)target->how.cpus.items);
    free(target->deviations);
    free(target->times_ms);
}

// ---- Looking ---------------------------------------------------------------------------------

// Why there are no more probes of a trial. The first reason stays.
static void give_up(struct selftest_trial *trial, enum epoch_end end, const char *why) {
    if (trial->untested != NULL)
        return;
    trial->has_failed = end == EPOCH_FAILED;
    trial->untested = end == EPOCH_INDIVISIBLE
                          ? mem_printf("it cannot be slowed down by so little: %s", why)
                          : mem_text(why);
}

bool selftest_look(struct selftest_run *run) {
    for (size_t i = 0; i < run->count; i++) {
        struct selftest_target *target = &run->targets[i];
        struct epoch_trial how = target->how;
        how.extra = target->rule.detect;
        struct epoch epoch;
        struct errmsg why;
        if (target->trial->untested != NULL)
            continue;
        console_progress(&run->console, (double)i, (double)run->count, 0, target->trial->name);
        enum epoch_end end = epoch_measure(&epoch, &how, false, &run->random, &why);
        if (end == EPOCH_INTERRUPTED)
            return false;
        if (end != EPOCH_MEASURED)
            give_up(target->trial, end, why.text);
        target->epoch_ns = epoch.elapsed_ns;
    }
    return true;
}

double selftest_estimate_ns(const struct selftest_run *run) {
    double round_ns = 0;
    for (size_t i = 0; i < run->count; i++)
        for (int j = 0; j < SELFTEST_STRENGTHS && run->targets[i].trial->untested == NULL; j++)
            round_ns += costs[j].epochs * (double)run->targets[i].epoch_ns / (double)costs[j].every;
    return run->rounds != 0 ? (double)run->rounds * round_ns : fmax(round_ns, (double)run->time_ns);
}

// ---- Probing ---------------------------------------------------------------------------------

static void add_probe(struct round *round, struct selftest_target *target,
                      enum selftest_strength strength) {
    size_t count = round->count;
    round->measured = mem_push(round->measured, &count, sizeof *round->measured);
    round->probes = mem_push(round->probes, &round->count, sizeof *round->probes);
    round->probes[round->count - 1] = (struct probe){target, strength};
    struct gate_trial *trial = &round->measured[round->count - 1];
    *trial =
        (struct gate_trial){.name = target->trial->name, .how = target->how, .rule = target->rule};
    trial->how.extra = selftest_factors[strength] * target->rule.detect;
}

static void add_probes(struct round *round) {
    struct selftest_run *run = round->run;
    for (size_t i = 0; i < run->count; i++)
        for (int j = 0; j < SELFTEST_STRENGTHS; j++)
            if (run->targets[i].trial->untested == NULL && run->done % costs[j].every == 0)
                add_probe(round, &run->targets[i], (enum selftest_strength)j);
}

static void push(double **items, size_t *count, double item) {
    *items = mem_push(*items, count, sizeof **items);
    (*items)[*count - 1] = item;
}

static void take_verdict(struct probe *probe, const struct gate_trial *measured) {
    struct selftest_target *target = probe->target;
    const struct paired *paired = &measured->paired;
    bool is_decided = measured->obstacle == NULL && !paired->is_spoilt;
    selftest_count(&target->trial->tallies[probe->strength],
                   is_decided ? paired->verdict : VERDICT_UNDECIDED);
    if (measured->obstacle != NULL && target->trial->obstacle == NULL)
        target->trial->obstacle = mem_text(measured->obstacle);
    for (size_t i = 0; i < paired->count; i++)
        push(&target->deviations, &target->deviation_count,
             paired->contrasts[i] - log1p(measured->how.extra));
    push(&target->times_ms, &target->time_count, (double)measured->elapsed_ns / 1e6);
}

// What was stopped on the way tells nothing.
static void take_probes(struct round *round) {
    for (size_t i = 0; i < round->count; i++) {
        struct gate_trial *measured = &round->measured[i];
        if (measured->is_over && measured->taken.end == EPOCH_MEASURED)
            take_verdict(&round->probes[i], measured);
        else if (measured->is_over)
            give_up(round->probes[i].target->trial, (enum epoch_end)measured->taken.end,
                    measured->taken.why);
        gate_trial_release(measured);
    }
}

// There may be time for more rounds than this one.
static double done_share(const struct selftest_run *run, double part) {
    double done = (double)run->done + part;
    if (run->rounds != 0)
        return done / (double)run->rounds;
    double spent = (double)(nstime_now() - run->begun_ns) / (double)run->time_ns;
    return fmin(spent, done / (double)(run->done + 1));
}

static void show_progress(void *context, const struct gate_progress *progress) {
    struct round *round = context;
    struct selftest_run *run = round->run;
    double share = done_share(run, (double)progress->decided / (double)progress->total);
    double spent_ns = (double)(nstime_now() - run->begun_ns);
    double left_ns = share == 0 ? 0 : spent_ns / share - spent_ns;
    console_progress(&run->console, share, 1, (uint64_t)left_ns, progress->next);
}

static bool run_round(struct selftest_run *run) {
    struct round round = {.run = run};
    add_probes(&round);
    bool goes_on = gate_run(round.measured, round.count, &run->random, show_progress, &round);
    take_probes(&round);
    free(round.probes);
    free(round.measured);
    run->done += goes_on;
    return goes_on;
}

static bool has_time(const struct selftest_run *run) {
    uint64_t spent_ns = nstime_now() - run->begun_ns;
    if (run->rounds != 0 || run->done == 0)
        return run->done < run->rounds || run->done == 0;
    return spent_ns + spent_ns / run->done <= run->time_ns;
}

static bool has_targets(const struct selftest_run *run) {
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++)
        count += run->targets[i].trial->untested == NULL;
    return count != 0;
}

static void summarize(struct selftest_target *target, uint64_t epochs) {
    struct selftest_trial *trial = target->trial;
    trial->spread = stats_mad(target->deviations, target->deviation_count);
    trial->detectable = expm1(paired_detectable(&target->rule, trial->spread, epochs));
    trial->verdict_ms = stats_median(target->times_ms, target->time_count);
}

bool selftest_measure(struct selftest_run *run) {
    bool goes_on = true;
    run->begun_ns = nstime_now();
    while (goes_on && has_targets(run) && has_time(run))
        goes_on = run_round(run);
    for (size_t i = 0; i < run->count; i++)
        summarize(&run->targets[i], run->targets[i].rule.epochs_max);
    return goes_on;
}
