// SPDX-License-Identifier: MIT
// What a body may ask and say: arguments, seed, work units, metrics, addresses, checks.

#include "measure.h"
#include "nstime.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct trial_arg *find_arg(struct bench *b, const char *name, bool is_text) {
    const struct trial *trial = b->trial;
    for (size_t i = 0; i < trial->arg_count; i++) {
        const struct trial_arg *arg = &trial->args[i];
        if (strcmp(arg->name, name) == 0 && (arg->text != NULL) == is_text)
            return arg;
    }
    measure_end(b, WIRE_FAILED, "no %s argument '%s' is declared in its BENCH_CONFIG",
                is_text ? "text" : "integer", name);
    return NULL;
}

int64_t bench_int(struct bench *b, const char *name) {
    const struct trial_arg *arg = find_arg(b, name, false);
    return arg ? arg->value : 0;
}

const char *bench_text(struct bench *b, const char *name) {
    const struct trial_arg *arg = find_arg(b, name, true);
    return arg ? arg->text : "";
}

uint64_t bench_calls(const struct bench *b) { return b->calls; }
uint64_t bench_now(void) { return nstime_now(); }
uint64_t bench_seed(const struct bench *b) { return b->seed; }
unsigned bench_thread(const struct bench *b) { return b->thread; }
unsigned bench_thread_count(const struct bench *b) { return (unsigned)b->trial->threads; }

void bench_bytes(struct bench *b, double per_call) { b->bytes = per_call; }
void bench_items(struct bench *b, double per_call) { b->items = per_call; }

void bench_label(struct bench *b, const char *text) {
    snprintf(b->label, sizeof b->label, "%s", text);
}

static struct wire_metric *find_metric(struct bench *b, const char *name) {
    for (uint32_t i = 0; i < b->metric_count; i++)
        if (strncmp(b->metrics[i].name, name, sizeof b->metrics[i].name - 1) == 0)
            return &b->metrics[i];
    return b->metric_count < WIRE_METRICS ? &b->metrics[b->metric_count++] : NULL;
}

void bench_metric(struct bench *b, const char *name, double value, const char *unit,
                  enum bench_direction better) {
    struct wire_metric *metric = find_metric(b, name);
    if (!metric) {
        measure_end(b, WIRE_FAILED, "more than %d metrics; '%s' does not fit", WIRE_METRICS, name);
        return;
    }
    snprintf(metric->name, sizeof metric->name, "%s", name);
    snprintf(metric->unit, sizeof metric->unit, "%s", unit);
    metric->value = value;
    metric->direction = (uint32_t)better;
}

static struct wire_address *find_address(struct bench *b, const char *name) {
    for (uint32_t i = 0; i < b->address_count; i++)
        if (strncmp(b->addresses[i].name, name, sizeof b->addresses[i].name - 1) == 0)
            return &b->addresses[i];
    return b->address_count < WIRE_ADDRESSES ? &b->addresses[b->address_count++] : NULL;
}

void bench_address(struct bench *b, const char *name, const volatile void *data) {
    struct wire_address *address = find_address(b, name);
    if (!address) {
        measure_end(b, WIRE_FAILED, "more than %d addresses; '%s' does not fit", WIRE_ADDRESSES,
                    name);
        return;
    }
    snprintf(address->name, sizeof address->name, "%s", name);
    address->value = (uintptr_t)data;
}

bool bench_check_(struct bench *b, bool holds, const char *expr, const char *file, int line) {
    if (!holds)
        measure_end(b, WIRE_FAILED, "check failed at %s:%d: %s", file, line, expr);
    return holds;
}

__attribute__((format(printf, 3, 0))) static void
end_in_words(struct bench *b, enum wire_status status, const char *format, va_list args) {
    char text[400];
    vsnprintf(text, sizeof text, format, args);
    measure_end(b, status, "%s", text);
}

void bench_fail(struct bench *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    end_in_words(b, WIRE_FAILED, format, args);
    va_end(args);
}

void bench_skip(struct bench *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    end_in_words(b, WIRE_SKIPPED, format, args);
    va_end(args);
}
