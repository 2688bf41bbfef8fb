// SPDX-License-Identifier: MIT
// Limits that holding new against base tells nothing of.
#include "gate_alone.h"

#include "mem.h"
#include "scratch.h"
#include "suite_measure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// As a glob that chooses it alone.
static char *glob_of(const char *name) {
    char *glob = mem_zero(2 * strlen(name) + 1, 1), *at = glob;
    for (; *name != '\0'; name++) {
        if (strchr("*?[\\", *name) != NULL)
            *at++ = '\\';
        *at++ = *name;
    }
    return glob;
}

// The suite counts what its source limits; what the policy limits it has to be told.
static bool is_told(const struct effective_limits *limits) {
    for (size_t i = 0; i < limits->count; i++)
        if (limits->items[i].glob != NULL && strcmp(limits->items[i].metric, METRIC_TIME) != 0)
            return true;
    return false;
}

static bool is_among(const char *name, const struct count *counts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(counts[i].name, name) == 0)
            return true;
    return false;
}

// Whether a trial that was held against base limits what nobody told of it: a metric of its own, or
// what the gate does not count.
static bool is_open(const struct trial *trial, const struct effective_limits *limits) {
    for (size_t i = 0; i < limits->count; i++)
        if (strcmp(limits->items[i].metric, METRIC_TIME) != 0 &&
            document_count(trial, limits->items[i].metric) == NULL)
            return true;
    return false;
}

// What is to be measured; `paired` has an item for each trial of new.
static struct suite_choice choose(const struct matches *matches, const struct gate_plan *plan,
                                  const struct effective *effective, const struct document *doc,
                                  bool *paired) {
    struct suite_choice choice = {.counts = false};
    for (size_t i = 0, next = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        const struct effective_limits *limits = &effective[i].limits;
        bool is_paired = next < plan->count && plan->match_of[next] == i;
        next += is_paired;
        if (match->counts[SIDE_NEW] == 0 || limits->count == 0)
            continue;
        const struct trial *trial = match->readings[SIDE_NEW][0].trial;
        paired[trial - doc->trials] = is_paired;
        if (is_paired && !is_open(trial, limits))
            continue;
        choice.filters.items =
            mem_push((void *)choice.filters.items, &choice.filters.count, sizeof(char *));
        choice.filters.items[choice.filters.count - 1] = glob_of(match->name);
        choice.counts |= is_told(limits);
    }
    return choice;
}

static void release(struct suite_choice *choice) {
    for (size_t i = 0; i < choice->filters.count; i++)
        free((char *)choice->filters.items[i]);
    free((void *)choice->filters.items);
}

#define SWAP(a, b)                                                                                 \
    do {                                                                                           \
        __typeof__(a) kept_ = a;                                                                   \
        (a) = b;                                                                                   \
        (b) = kept_;                                                                               \
    } while (0)

// What was counted in pairs stays. Several sources may count what is of one name.
static void take_beside(struct trial *listed, struct trial *measured) {
    size_t paired = listed->count_count;
    SWAP(listed->metrics, measured->metrics);
    SWAP(listed->metric_count, measured->metric_count);
    for (size_t i = 0; i < measured->count_count; i++) {
        if (is_among(measured->counts[i].name, listed->counts, paired))
            continue;
        listed->counts = mem_push(listed->counts, &listed->count_count, sizeof *listed->counts);
        SWAP(listed->counts[listed->count_count - 1], measured->counts[i]);
    }
}

// Its results; names are borrowed by who matched them.
static void take(struct trial *listed, struct trial *measured) {
    listed->status = measured->status;
    listed->calls = measured->calls;
    listed->batches = measured->batches;
    SWAP(listed->reason, measured->reason);
    SWAP(listed->launches, measured->launches);
    SWAP(listed->launch_count, measured->launch_count);
    take_beside(listed, measured);
}

// Both are in the order in which the suite lists its trials.
static void take_all(struct run *run, struct document *measured, const bool *paired) {
    for (size_t i = 0, next = 0; i < run->doc.trial_count && next < measured->trial_count; i++) {
        struct trial *listed = &run->doc.trials[i], *found = &measured->trials[next];
        if (strcmp(listed->name, found->name) != 0)
            continue;
        next++;
        if (found->status == TRIAL_PLANNED)
            continue;
        (paired[i] ? take_beside : take)(listed, found);
        run->summaries[i] = trial_summarize(listed);
    }
}

static bool measure(struct run *run, const struct suite_choice *choice, const bool *paired,
                    const struct gate_options *options, struct errmsg *why) {
    struct document measured;
    char *room = scratch_make("tare-gate", why);
    if (room == NULL)
        return false;
    char *path = mem_printf("%s/alone.json", room);
    bool good = suite_measure(options, choice, path, why) && document_read(&measured, path, why);
    if (good) {
        take_all(run, &measured, paired);
        document_release(&measured);
    }
    unlink(path);
    rmdir(room);
    free(path);
    free(room);
    return good;
}

bool gate_alone(struct gate_sides *from, const struct matches *matches,
                const struct gate_plan *plan, const struct effective *effective,
                const struct gate_options *options, struct errmsg *why) {
    struct run *run = &from->sides[SIDE_NEW].runs[0];
    bool *paired = mem_zero(run->doc.trial_count, sizeof *paired);
    struct suite_choice choice = choose(matches, plan, effective, &run->doc, paired);
    bool good = choice.filters.count == 0 || measure(run, &choice, paired, options, why);
    release(&choice);
    free(paired);
    return good;
}
