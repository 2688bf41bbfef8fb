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

// ---- Time ------------------------------------------------------------------------------------

static size_t count_tested(const struct selftest_run *run) {
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++)
        count += run->targets[i].trial->untested == NULL;
    return count;
}

// A noisy trial takes many epochs; it gets fewer probes, the others do not.
static bool has_time(const struct selftest_run *run, const struct selftest_target *target) {
    uint64_t next_ns = target->spent_ns / target->rounds;
    return (target->spent_ns + next_ns) * count_tested(run) <= run->time_ns;
}

static bool is_due(const struct selftest_run *run, const struct selftest_target *target) {
    if (target->trial->untested != NULL)
        return false;
    return target->rounds == 0 ||
           (run->rounds != 0 ? target->rounds < run->rounds : has_time(run, target));
}

static bool is_any_due(const struct selftest_run *run) {
    bool is_any = false;
    for (size_t i = 0; i < run->count; i++)
        is_any |= is_due(run, &run->targets[i]);
    return is_any;
}

static double round_ns(const struct selftest_target *target) {
    double epochs = 0;
    for (int i = 0; i < SELFTEST_STRENGTHS; i++)
        epochs += costs[i].epochs / (double)costs[i].every;
    return target->rounds != 0 ? (double)target->spent_ns / (double)target->rounds
                               : epochs * (double)target->epoch_ns;
}

static double spent_ns(const struct selftest_run *run) {
    double sum = 0;
    for (size_t i = 0; i < run->count; i++)
        sum += (double)run->targets[i].spent_ns;
    return sum;
}

double selftest_left_ns(const struct selftest_run *run) {
    double rounds_ns = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct selftest_target *target = &run->targets[i];
        uint64_t wanted = run->rounds != 0 ? run->rounds : 1;
        if (target->trial->untested == NULL && target->rounds < wanted)
            rounds_ns += round_ns(target) * (double)(wanted - target->rounds);
    }
    return run->rounds != 0 ? rounds_ns : fmax(rounds_ns, (double)run->time_ns - spent_ns(run));
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
    for (size_t i = 0; i < run->count; i++) {
        struct selftest_target *target = &run->targets[i];
        for (int j = 0; j < SELFTEST_STRENGTHS && is_due(run, target); j++)
            if (target->rounds % costs[j].every == 0)
                add_probe(round, target, (enum selftest_strength)j);
    }
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
        struct selftest_target *target = round->probes[i].target;
        if (measured->is_over && measured->taken.end == EPOCH_MEASURED)
            take_verdict(&round->probes[i], measured);
        else if (measured->is_over)
            give_up(target->trial, (enum epoch_end)measured->taken.end, measured->taken.why);
        target->spent_ns += measured->elapsed_ns;
        target->rounds += round->probes[i].strength == SELFTEST_SAME; // one of a round
        gate_trial_release(measured);
    }
}

static void show_progress(void *context, const struct gate_progress *progress) {
    struct selftest_run *run = context;
    double elapsed_ns = (double)(nstime_now() - run->begun_ns);
    double this_round_ns = elapsed_ns - spent_ns(run);
    double left_ns = fmax(selftest_left_ns(run) - this_round_ns, (double)progress->left_ns);
    console_progress(&run->console, elapsed_ns, elapsed_ns + left_ns, (uint64_t)left_ns,
                     progress->next);
}

static bool run_round(struct selftest_run *run) {
    struct round round = {.run = run};
    add_probes(&round);
    bool goes_on = gate_run(round.measured, round.count, &run->random, show_progress, run);
    take_probes(&round);
    free(round.probes);
    free(round.measured);
    return goes_on;
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
    while (goes_on && is_any_due(run))
        goes_on = run_round(run);
    for (size_t i = 0; i < run->count; i++)
        summarize(&run->targets[i], run->targets[i].rule.epochs_max);
    return goes_on;
}
