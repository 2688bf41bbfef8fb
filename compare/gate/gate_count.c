// SPDX-License-Identifier: MIT
// What a call does on both sides of a gate.
#include "gate_count.h"

#include "allocs.h"
#include "callgrind_pass.h"
#include "counters_pass.h"
#include "cpuident.h"
#include "machine.h"
#include "mem.h"
#include "perf_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Trials as a pass takes them, and where they are listed.
struct batch {
    struct trial *trials;
    struct trial **listed;
    size_t count;
};

static bool is_slower(const struct gate_trial *trial) {
    return trial->paired.verdict == VERDICT_REGRESSED && trial->obstacle == NULL;
}

// Whether anything but the time is.
static bool is_gated(const struct effective *effective) {
    for (size_t i = 0; i < effective->rises.count; i++)
        if (isfinite(effective->rises.items[i].value))
            return true;
    for (size_t i = 0; i < effective->limits.count; i++)
        if (strcmp(effective->limits.items[i].metric, METRIC_TIME) != 0)
            return true;
    return false;
}

static bool is_counted(const struct gate_trial *trial, const struct effective *effective,
                       bool counts_all) {
    return trial->paired.count != 0 && (counts_all || is_gated(effective) || is_slower(trial));
}

// One launch of one sample: as long as a call takes here. Who counts holds to it what sleeps.
static void add_time(struct trial *trial, double ns) {
    trial->launches = mem_push(NULL, &trial->launch_count, sizeof *trial->launches);
    struct launch *launch = &trial->launches[0];
    launch->spans = mem_push(NULL, &launch->span_count, sizeof *launch->spans);
    launch->spans[0] = (uint64_t)llround(ns * (double)trial->calls);
}

static double time_of(const struct gate_trial *trial, int side) {
    return exp(trial->logs[side] / (double)trial->paired.count);
}

// A copy of each that is to be counted.
static struct batch gather(const struct gate_plan *plan, const struct effective *effective,
                           int side, struct document *doc, bool counts_all) {
    struct batch batch = {mem_zero(plan->count, sizeof *batch.trials),
                          mem_zero(plan->count, sizeof *batch.listed), 0};
    for (size_t i = 0; i < plan->count; i++) {
        const struct gate_trial *trial = &plan->trials[i];
        if (!is_counted(trial, &effective[plan->match_of[i]], counts_all))
            continue;
        struct trial *listed = &doc->trials[trial->how.sides[side].trial - doc->trials];
        batch.listed[batch.count] = listed;
        batch.trials[batch.count] = *listed;
        batch.trials[batch.count].status = TRIAL_MEASURED;
        batch.trials[batch.count].calls = trial->how.calls;
        add_time(&batch.trials[batch.count], time_of(trial, side));
        batch.count++;
    }
    return batch;
}

static void give_back(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->trials[i].launches[0].spans);
        free(batch->trials[i].launches);
        batch->listed[i]->counts = batch->trials[i].counts;
        batch->listed[i]->count_count = batch->trials[i].count_count;
    }
    free(batch->trials);
    free((void *)batch->listed);
}

// Counts of an emulated CPU are marked by it.
static void keep_hypervisor(const struct pass_site *site) {
    struct document facts = {0};
    struct cpuident ident;
    cpuident_read(&ident);
    machine_read(&facts, "", &ident, site->pin->cpus[0].cpu);
    const struct json_pair *hypervisor = document_find_fact(&facts, "cpu.hypervisor");
    if (hypervisor != NULL)
        document_fact(site->doc, "cpu.hypervisor", hypervisor->text);
    document_release(&facts);
}

// Where there is a PMU the counters that all have; without one they would only say so.
static void count_events(const struct pass_site *site) {
    static const char *const none[] = {NULL};
    struct perf_answer answer;
    struct perf_state state;
    perf_state_ask(&answer);
    perf_state_judge(&state, &answer);
    if (state.kind != PERF_OK)
        return;
    keep_hypervisor(site);
    counters_pass(site, "", none, NULL);
}

void gate_count(struct gate_sides *from, const struct gate_plan *plan,
                const struct effective *effective, const struct gate_options *options,
                const struct pin *pin, struct console *console) {
    static const struct flag_texts none;
    for (int side = 0; side < SIDES; side++) {
        struct document *doc = &from->sides[side].runs[0].doc;
        // Not a copy that is written anew for each launch: several are at work at once.
        struct launch_how how = {.program = from->programs.files[side],
                                 .argv = from->programs.argv[side],
                                 .entry = from->programs.entries[side]};
        struct batch batch = gather(plan, effective, side, doc, options->counts);
        struct pass_site site = {.doc = doc,
                                 .trials = batch.trials,
                                 .trial_count = batch.count,
                                 .how = &how,
                                 .pin = pin,
                                 .console = console,
                                 .limit_ns = options->limit_ns};
        allocs_pass(&site, true, false);
        callgrind_pass(&site, true, &none);
        count_events(&site);
        give_back(&batch);
    }
}
