// SPDX-License-Identifier: MIT
// What a BENCH_CONFIG may say of its case: arguments, threads, tags, policy, limits.

#include "config.h"

#include "mem.h"
#include "tare/bench.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_MAX = 10000 }; // of one argument

__attribute__((format(printf, 2, 3))) static void mistake(struct bench_config *c,
                                                          const char *format, ...) {
    if (c->is_wrong)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    c->is_wrong = true;
    fail(&c->why, "%s:%d: BENCH_CONFIG(%s): %s", c->target->file, c->target->line, c->target->name,
         text);
}

static struct suite_arg *add_arg(struct bench_config *c, const char *name, size_t count) {
    if (!name || !*name) {
        mistake(c, "an argument needs a name");
        return NULL;
    }
    for (size_t i = 0; i < c->target->arg_count; i++)
        if (strcmp(c->target->args[i].name, name) == 0)
            mistake(c, "argument '%s' is declared twice", name);
    if (strcmp(name, "threads") == 0)
        mistake(c, "'threads' is not an argument; use BENCH_THREADS");
    if (count == 0)
        mistake(c, "argument '%s' has no values", name);
    if (count > VALUES_MAX)
        mistake(c, "argument '%s' has %zu values; the most is %d", name, count, VALUES_MAX);
    if (c->is_wrong)
        return NULL;
    c->target->args = mem_push(c->target->args, &c->target->arg_count, sizeof *c->target->args);
    struct suite_arg *arg = &c->target->args[c->target->arg_count - 1];
    arg->name = mem_text(name);
    arg->count = count;
    return arg;
}

void bench_arg_ints(struct bench_config *c, const char *name, const int64_t *values, size_t count) {
    struct suite_arg *arg = add_arg(c, name, count);
    if (!arg)
        return;
    arg->ints = mem_zero(count, sizeof *arg->ints);
    memcpy(arg->ints, values, count * sizeof *arg->ints);
}

void bench_arg_texts(struct bench_config *c, const char *name, const char *const *values,
                     size_t count) {
    struct suite_arg *arg = add_arg(c, name, count);
    if (!arg)
        return;
    arg->texts = mem_zero(count, sizeof *arg->texts);
    for (size_t i = 0; i < count; i++)
        arg->texts[i] = mem_text(values[i]);
}

// first, next(first), ... while <= last, into the argument; `sum` and `product` make the next one.
static void add_series(struct bench_config *c, const char *name, int64_t first, int64_t last,
                       int64_t sum, int64_t product) {
    int64_t values[VALUES_MAX + 1];
    size_t count = 0;
    int64_t value = first;
    while (count <= VALUES_MAX && value <= last) {
        values[count++] = value;
        if (__builtin_mul_overflow(value, product, &value) ||
            __builtin_add_overflow(value, sum, &value))
            break;
    }
    bool ends_short = count > 0 && values[count - 1] != last && product > 1;
    if (ends_short && count <= VALUES_MAX)
        values[count++] = last;
    bench_arg_ints(c, name, values, count);
}

void bench_arg_range(struct bench_config *c, const char *name, int64_t first, int64_t last,
                     int64_t step) {
    if (step < 1 || last < first) {
        mistake(c,
                "range of '%s' from %" PRId64 " to %" PRId64 " in steps of %" PRId64
                " is empty or endless",
                name, first, last, step);
        return;
    }
    add_series(c, name, first, last, step, 1);
}

void bench_arg_geometric(struct bench_config *c, const char *name, int64_t first, int64_t last,
                         int64_t factor) {
    if (factor < 2 || first < 1 || last < first) {
        mistake(c,
                "geometric range of '%s' from %" PRId64 " to %" PRId64 " by %" PRId64
                " needs 1 <= first <= last and a factor of 2 or more",
                name, first, last, factor);
        return;
    }
    add_series(c, name, first, last, 0, factor);
}

void bench_threads(struct bench_config *c, const int64_t *counts, size_t count) {
    if (c->target->threads || count == 0) {
        mistake(c, count ? "thread counts are given twice" : "the list of thread counts is empty");
        return;
    }
    c->target->threads = mem_zero(count, sizeof *c->target->threads);
    c->target->thread_count = count;
    for (size_t i = 0; i < count; i++) {
        if (counts[i] < 1 || counts[i] > 512)
            mistake(c, "%" PRId64 " threads: the count goes from 1 to 512", counts[i]);
        c->target->threads[i] = counts[i];
    }
}

void bench_tag(struct bench_config *c, const char *tag) {
    c->target->tags = mem_push(c->target->tags, &c->target->tag_count, sizeof *c->target->tags);
    c->target->tags[c->target->tag_count - 1] = mem_text(tag);
}

static void set_text(struct bench_config *c, char **text, const char *what, const char *value) {
    if (*text)
        mistake(c, "the %s is given twice", what);
    else
        *text = mem_text(value);
}

void bench_describe(struct bench_config *c, const char *sentence) {
    set_text(c, &c->target->description, "description", sentence);
}

void bench_former_name(struct bench_config *c, const char *name) {
    set_text(c, &c->target->former, "former name", name);
}

void bench_detect(struct bench_config *c, double percent) {
    if (!(percent > 0 && percent <= 1000))
        mistake(c, "detect is %g %%; it goes from above 0 to 1000", percent);
    c->target->policy.detect = percent / 100;
}

void bench_advisory(struct bench_config *c) { c->target->policy.advisory = true; }

static void set_seconds(struct bench_config *c, uint64_t *ns, const char *what, double seconds) {
    if (!(seconds > 0 && seconds <= 86400))
        mistake(c, "the %s is %g s; it goes from above 0 to 86400", what, seconds);
    else
        *ns = (uint64_t)(seconds * 1e9);
}

void bench_time_limit(struct bench_config *c, double seconds) {
    set_seconds(c, &c->target->limit_ns, "time limit", seconds);
}

void bench_budget(struct bench_config *c, double seconds) {
    set_seconds(c, &c->target->budget_ns, "budget", seconds);
}

void bench_launches(struct bench_config *c, unsigned launches) {
    if (launches < 1 || launches > 1000)
        mistake(c, "%u launches: the number goes from 1 to 1000", launches);
    c->target->launches = launches;
}

void bench_limit(struct bench_config *c, const char *metric, double per_call) {
    struct suite_case *target = c->target;
    if (!metric || !*metric) {
        mistake(c, "a limit needs the name of a metric");
        return;
    }
    if (!isfinite(per_call))
        mistake(c, "the limit of %s is no number", metric);
    for (size_t i = 0; i < target->limit_count; i++)
        if (strcmp(target->limits[i].metric, metric) == 0)
            mistake(c, "%s is limited twice", metric);
    if (c->is_wrong)
        return;
    target->limits = mem_push(target->limits, &target->limit_count, sizeof *target->limits);
    target->limits[target->limit_count - 1] = (struct trial_limit){mem_text(metric), per_call};
}

void bench_limit_ns(struct bench_config *c, double ns_per_call) {
    bench_limit(c, METRIC_TIME, ns_per_call);
}
