// SPDX-License-Identifier: MIT
// Trials of new that limit something and were not held against base.
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

static struct suite_choice choose(const struct matches *matches, const struct gate_plan *plan,
                                  const struct effective *effective) {
    struct suite_choice choice = {.counts = false};
    for (size_t i = 0, next = 0; i < matches->count; i++) {
        bool is_planned = next < plan->count && plan->match_of[next] == i;
        next += is_planned;
        if (is_planned || matches->items[i].counts[SIDE_NEW] == 0 || effective[i].limits.count == 0)
            continue;
        choice.filters.items =
            mem_push((void *)choice.filters.items, &choice.filters.count, sizeof(char *));
        choice.filters.items[choice.filters.count - 1] = glob_of(matches->items[i].name);
        choice.counts |= is_told(&effective[i].limits);
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

// Its results; names are borrowed by who matched them.
static void take(struct trial *listed, struct trial *measured) {
    listed->status = measured->status;
    listed->calls = measured->calls;
    listed->batches = measured->batches;
    SWAP(listed->reason, measured->reason);
    SWAP(listed->launches, measured->launches);
    SWAP(listed->launch_count, measured->launch_count);
    SWAP(listed->metrics, measured->metrics);
    SWAP(listed->metric_count, measured->metric_count);
    SWAP(listed->counts, measured->counts);
    SWAP(listed->count_count, measured->count_count);
}

// Both are in the order in which the suite lists its trials.
static void take_all(struct run *run, struct document *measured) {
    for (size_t i = 0, next = 0; i < run->doc.trial_count && next < measured->trial_count; i++) {
        struct trial *listed = &run->doc.trials[i], *found = &measured->trials[next];
        if (strcmp(listed->name, found->name) != 0)
            continue;
        next++;
        if (found->status == TRIAL_PLANNED)
            continue;
        take(listed, found);
        run->summaries[i] = trial_summarize(listed);
    }
}

static bool measure(struct run *run, const struct suite_choice *choice,
                    const struct gate_options *options, struct errmsg *why) {
    struct document measured;
    char *room = scratch_make("tare-gate", why);
    if (room == NULL)
        return false;
    char *path = mem_printf("%s/alone.json", room);
    bool good = suite_measure(options, choice, path, why) && document_read(&measured, path, why);
    if (good) {
        take_all(run, &measured);
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
    struct suite_choice choice = choose(matches, plan, effective);
    bool good =
        choice.filters.count == 0 || measure(&from->sides[SIDE_NEW].runs[0], &choice, options, why);
    release(&choice);
    return good;
}
