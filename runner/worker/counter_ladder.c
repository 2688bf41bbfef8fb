// SPDX-License-Identifier: MIT
// The table of metrics and of the events that stand for them.

#include "counter_ladder.h"

#include "counter_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *const counter_way_names[] = {
    "", COUNTER_PAPI "preset", COUNTER_PAPI "native", COUNTER_KERNEL, "rusage", "sde"};

// The kernel's own event: of the core that the thread runs on, where there are several kinds.
#define PERF(event)                                                                                \
    {WAY_PERF, "cpu_core/" event "/"}, {WAY_PERF, "cpu_atom/" event "/"}, { WAY_PERF, event }
#define LADDER(...)                                                                                \
    (const struct counter_rung[]) {                                                                \
        __VA_ARGS__, { WAY_NONE, NULL }                                                            \
    }

// Native names: of AMD, of Arm, then PAPI's for the kernel's generic events.
static const struct {
    const char *name;
    enum counter_proof proof;
    const struct counter_rung *rungs;
} rows[] = {
    {"cycles", PROOF_CYCLES,
     LADDER({WAY_PAPI_PRESET, "PAPI_TOT_CYC"}, {WAY_PAPI_NATIVE, "CYCLES_NOT_IN_HALT"},
            {WAY_PAPI_NATIVE, "CPU_CYCLES"}, {WAY_PAPI_NATIVE, "perf::CYCLES"}, PERF("cycles"))},
    {"instructions", PROOF_INSTRUCTIONS,
     LADDER({WAY_PAPI_PRESET, "PAPI_TOT_INS"}, {WAY_PAPI_NATIVE, "RETIRED_INSTRUCTIONS"},
            {WAY_PAPI_NATIVE, "INST_RETIRED"}, {WAY_PAPI_NATIVE, "perf::INSTRUCTIONS"},
            PERF("instructions"))},
    {"branches", PROOF_BRANCHES,
     LADDER({WAY_PAPI_PRESET, "PAPI_BR_INS"}, {WAY_PAPI_NATIVE, "RETIRED_BRANCH_INSTRUCTIONS"},
            {WAY_PAPI_NATIVE, "BR_RETIRED"}, {WAY_PAPI_NATIVE, "perf::BRANCH-INSTRUCTIONS"},
            PERF("branches"))},
    {"branch-misses", PROOF_BRANCH_MISSES,
     LADDER({WAY_PAPI_PRESET, "PAPI_BR_MSP"},
            {WAY_PAPI_NATIVE, "RETIRED_BRANCH_INSTRUCTIONS_MISPREDICTED"},
            {WAY_PAPI_NATIVE, "BR_MIS_PRED_RETIRED"}, {WAY_PAPI_NATIVE, "BR_MIS_PRED"},
            {WAY_PAPI_NATIVE, "perf::BRANCH-MISSES"}, PERF("branch-misses"))},
    {"l1d-misses", PROOF_CACHE_MISSES,
     LADDER({WAY_PAPI_PRESET, "PAPI_L1_DCM"}, {WAY_PAPI_NATIVE, "L1D_CACHE_REFILL"},
            {WAY_PAPI_NATIVE, "perf::L1-DCACHE-LOAD-MISSES"}, PERF("L1-dcache-load-misses"))},
    {"llc-misses", PROOF_CACHE_MISSES,
     LADDER({WAY_PAPI_PRESET, "PAPI_L3_TCM"}, {WAY_PAPI_NATIVE, "LL_CACHE_MISS_RD"},
            {WAY_PAPI_NATIVE, "perf::LLC-LOAD-MISSES"}, {WAY_PAPI_NATIVE, "perf::CACHE-MISSES"},
            PERF("LLC-load-misses"), PERF("cache-misses"))},
    {"dtlb-misses", PROOF_TLB_MISSES,
     LADDER({WAY_PAPI_PRESET, "PAPI_TLB_DM"}, {WAY_PAPI_NATIVE, "L1D_TLB_REFILL"},
            {WAY_PAPI_NATIVE, "perf::DTLB-LOAD-MISSES"}, PERF("dTLB-load-misses"))},
    {"page-faults", PROOF_NONE, LADDER({WAY_RUSAGE, "minflt+majflt"})},
    {"context-switches", PROOF_NONE, LADDER({WAY_RUSAGE, "nvcsw+nivcsw"})},
    // Only where asked for by name.
    {"major-faults", PROOF_NONE, LADDER({WAY_RUSAGE, "majflt"})},
    {"preemptions", PROOF_NONE, LADDER({WAY_RUSAGE, "nivcsw"})},
};

static const char usual[] = "cycles,instructions,branches,branch-misses,l1d-misses,llc-misses,"
                            "dtlb-misses,page-faults,context-switches";

const struct counter_rung *counter_ladder_rungs(const struct counter_metric *metric) {
    return metric->rungs ? metric->rungs : metric->own;
}

void counter_ladder_names(const struct counter_metric *metrics, size_t count, const char **names) {
    for (size_t i = 0; i < count; i++)
        names[i] = metrics[i].name;
    names[count] = NULL;
}

bool counter_ladder_has(const struct counter_metric *metrics, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return true;
    return false;
}

static bool find_usual(const char *name, struct counter_metric *metric) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0) {
            *metric = (struct counter_metric){.proof = rows[i].proof, .rungs = rows[i].rungs};
            snprintf(metric->name, sizeof metric->name, "%s", name);
            return true;
        }
    return false;
}

void counter_ladder_usual(const char *name, struct counter_metric *metric) {
    bool is_found = find_usual(name, metric);
    assert(is_found);
}

// ---- Events by name --------------------------------------------------------------------------

// What the event must show, where it stands for a metric too.
static enum counter_proof proof_of(const char *event) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (const struct counter_rung *rung = rows[i].rungs; rung->way; rung++)
            if (strcmp(rung->event, event) == 0)
                return rows[i].proof;
    return PROOF_LATER;
}

static void make_ladder(struct counter_metric *metric) {
    const char *event = metric->name;
    if (strncmp(event, "sde:::", 6) == 0) {
        metric->own[0] = (struct counter_rung){WAY_SDE, event};
        metric->proof = PROOF_NONE;
        return;
    }
    bool is_preset = strncmp(event, "PAPI_", 5) == 0;
    metric->own[0] = (struct counter_rung){is_preset ? WAY_PAPI_PRESET : WAY_PAPI_NATIVE, event};
    if (!is_preset)
        metric->own[1] = (struct counter_rung){WAY_PERF, event};
    metric->proof = proof_of(event);
}

static bool take_name(const char *name, size_t length, struct counter_metric *metrics,
                      size_t *count, struct errmsg *why) {
    if (length == 0)
        return fail(why, "counters: a name is missing between two commas");
    if (length >= COUNTER_NAME_SIZE)
        return fail(why, "counters: '%.*s' is longer than the %d bytes of a name", (int)length,
                    name, COUNTER_NAME_SIZE - 1);
    if (*count == COUNTER_METRICS_MAX)
        return fail(why, "counters: more than %d in one run; ask for fewer", COUNTER_METRICS_MAX);
    struct counter_metric *metric = &metrics[*count];
    char text[COUNTER_NAME_SIZE];
    snprintf(text, sizeof text, "%.*s", (int)length, name);
    if (counter_ladder_has(metrics, *count, text))
        return true;
    if (!find_usual(text, metric)) {
        *metric = (struct counter_metric){0};
        memcpy(metric->name, text, sizeof text);
        make_ladder(metric);
    }
    ++*count;
    return true;
}

size_t counter_ladder_parse(const char *list, struct counter_metric *metrics, struct errmsg *why) {
    size_t count = 0;
    for (const char *at = *list ? list : usual;; at++) {
        size_t length = strcspn(at, ",");
        if (!take_name(at, length, metrics, &count, why))
            return 0;
        at += length;
        if (*at == '\0')
            return count;
    }
}
