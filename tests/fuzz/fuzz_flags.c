// SPDX-License-Identifier: MIT
// A command line, one argument a line, is refused in words or gives values within their ranges.
#include "fuzz.h"

#include "compare_options.h"
#include "cpuset.h"
#include "mem.h"
#include "report.h"
#include "suite_options.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    char *text; // the arguments, each with its NUL
    char **items;
    size_t count; // without the NULL at the end
};

static void add(struct arguments *arguments, char *item) {
    arguments->items = mem_push(arguments->items, &arguments->count, sizeof *arguments->items);
    arguments->items[arguments->count - 1] = item;
}

static struct arguments split(const uint8_t *data, size_t size) {
    struct arguments arguments = {.text = mem_zero(size + 1, 1)};
    if (size > 0)
        memcpy(arguments.text, data, size);
    add(&arguments, "tare");
    for (char *at = arguments.text, *end = at + size; at < end; at += strlen(at) + 1) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end != NULL)
            *line_end = '\0';
        add(&arguments, at);
    }
    add(&arguments, NULL);
    arguments.count--;
    return arguments;
}

static bool is_within(double value, double min, double max) { return value >= min && value <= max; }

static void look_at_suite(const struct suite_options *options) {
    struct errmsg why = {""};
    struct document doc = {0};
    struct cpuset cpus;
    assert(is_within((double)options->launches, 1, 1000));
    assert(is_within((double)options->samples, 1, 10000));
    assert(is_within((double)options->batch_ns, 1e3, 1e10));
    assert(is_within((double)options->limit_ns, 1e6, 1e15));
    if (options->cpu != NULL)
        cpuset_parse(&cpus, options->cpu);
    if (suite_options_settings(options, &doc.settings, &why))
        assert(doc.settings.shard <= doc.settings.shards);
    else
        assert(why.text[0] != '\0');
    document_release(&doc);
}

static void parse_suite(const struct arguments *arguments) {
    struct suite_options options;
    struct errmsg why = {""};
    if (suite_options_parse(&options, (int)arguments->count, arguments->items, &why))
        look_at_suite(&options);
    else
        assert(why.text[0] != '\0');
    suite_options_release(&options);
}

static void look_at_compare(const struct compare_options *options) {
    const struct terms *terms = &options->terms;
    double detect = terms->said[POLICY_DETECT], ignore = terms->said[POLICY_IGNORE];
    assert(isnan(detect) || is_within(detect, 0.001, 100));
    assert(isnan(ignore) || is_within(ignore, 0, 100));
    assert(is_within(terms->alpha, 1e-6, 0.5) && is_within(terms->miss, 1e-6, 0.5));
    assert(report_format_names[options->output.format] != NULL);
    for (int i = 0; i < VERDICTS; i++)
        assert((int)terms->map.of[i] >= 0 && terms->map.of[i] < STATUSES);
}

static void parse_compare(const struct arguments *arguments) {
    struct compare_options options;
    struct errmsg why = {""};
    if (!compare_options_parse(&options, (int)arguments->count, arguments->items, &why)) {
        assert(why.text[0] != '\0');
        return;
    }
    look_at_compare(&options);
    compare_options_release(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arguments arguments = split(data, size);
    parse_suite(&arguments);
    parse_compare(&arguments);
    free(arguments.items);
    free(arguments.text);
    return 0;
}
