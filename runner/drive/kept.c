// SPDX-License-Identifier: MIT
// Keeps what a worker answers: its samples become a launch of the trial.
#include "kept.h"

#include "json.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 4096 };

void kept_sample(struct kept *kept, const struct wire_result *result) {
    struct launch *launch = &kept->launch;
    launch->spans = mem_push(launch->spans, &launch->span_count, sizeof *launch->spans);
    launch->spans[launch->span_count - 1] = result->span_ns;
    launch->preempted = json_whole_sum(launch->preempted, result->preempted);
    launch->migrated = json_whole_sum(launch->migrated, result->migrated);
    launch->delayed_ns = json_whole_sum(launch->delayed_ns, result->delayed_ns);
    if (launch->span_count == 1)
        launch->cpu = result->cpu;
    else if (launch->cpu != result->cpu)
        launch->cpu = -1;
    kept->calls += result->calls;
    kept->faults_minor += result->faults_minor;
    kept->faults_major += result->faults_major;
}

void kept_drop(struct kept *kept) { free(kept->launch.spans); }

// ---- What the case said ----------------------------------------------------------------------

static struct trial_metric *find_metric(struct trial *trial, const struct wire_metric *said) {
    for (size_t i = 0; i < trial->metric_count; i++)
        if (strcmp(trial->metrics[i].name, said->name) == 0)
            return &trial->metrics[i];
    trial->metrics = mem_push(trial->metrics, &trial->metric_count, sizeof *trial->metrics);
    struct trial_metric *metric = &trial->metrics[trial->metric_count - 1];
    metric->name = mem_text(said->name);
    metric->unit = mem_text(said->unit);
    metric->direction = said->direction ? METRIC_HIGHER : METRIC_LOWER;
    return metric;
}

// One value for each launch, NaN for those that gave none.
static double *pad(double *values, size_t *count, size_t launch_count) {
    while (*count < launch_count) {
        values = mem_push(values, count, sizeof *values);
        values[*count - 1] = NAN;
    }
    return values;
}

// Those of the launch that was just added; it need not say what others said.
static void keep_metrics(struct trial *trial, const struct wire_result *result) {
    for (uint32_t i = 0; i < result->metric_count; i++)
        find_metric(trial, &result->metrics[i]);
    for (size_t i = 0; i < trial->metric_count; i++) {
        struct trial_metric *metric = &trial->metrics[i];
        metric->values = pad(metric->values, &metric->value_count, trial->launch_count);
    }
    for (uint32_t i = 0; i < result->metric_count; i++) {
        const struct wire_metric *said = &result->metrics[i];
        find_metric(trial, said)->values[trial->launch_count - 1] = said->value;
    }
}

static struct trial_address *find_address(struct trial *trial, const char *name) {
    for (size_t i = 0; i < trial->address_count; i++)
        if (strcmp(trial->addresses[i].name, name) == 0)
            return &trial->addresses[i];
    trial->addresses = mem_push(trial->addresses, &trial->address_count, sizeof *trial->addresses);
    trial->addresses[trial->address_count - 1].name = mem_text(name);
    return &trial->addresses[trial->address_count - 1];
}

static void keep_addresses(struct trial *trial, const struct wire_result *result) {
    for (uint32_t i = 0; i < result->address_count; i++)
        find_address(trial, result->addresses[i].name);
    for (size_t i = 0; i < trial->address_count; i++) {
        struct trial_address *address = &trial->addresses[i];
        address->offsets = pad(address->offsets, &address->offset_count, trial->launch_count);
    }
    for (uint32_t i = 0; i < result->address_count; i++) {
        const struct wire_address *said = &result->addresses[i];
        find_address(trial, said->name)->offsets[trial->launch_count - 1] =
            (double)(said->value % PAGE_BYTES);
    }
}

static void keep_words(struct trial *trial, const struct wire_result *result) {
    trial->bytes = result->bytes;
    trial->items = result->items;
    if (result->label[0] && !trial->label)
        trial->label = mem_text(result->label);
    keep_metrics(trial, result);
    keep_addresses(trial, result);
}

void kept_launch(struct kept *kept, const struct wire_result *last, struct trial *trial) {
    struct launch *launch = &kept->launch;
    double calls = kept->calls ? (double)kept->calls : NAN;
    launch->faults_minor = (double)kept->faults_minor / calls;
    launch->faults_major = (double)kept->faults_major / calls;
    launch->huge_bytes = last->huge_bytes;
    trial->launches = mem_push(trial->launches, &trial->launch_count, sizeof *trial->launches);
    trial->launches[trial->launch_count - 1] = *launch;
    keep_words(trial, last);
}
