// SPDX-License-Identifier: MIT
// The policy: what is gated and how strictly, one line per glob, and the waivers.
#include "policy.h"

#include "mem.h"
#include "nearest.h"
#include "policy_words.h"
#include "textfile.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT "limit."
#define RISE  "detect."

static const struct key {
    const char *name;
    enum policy_key key;
    bool is_word; // has no value: the name says it
    double said;  // by the word
    enum unit_kind unit;
    double min, max;
} keys[] = {
    {"detect", POLICY_DETECT, .unit = UNIT_PERCENT, .min = 0.001, .max = 100},
    {"ignore", POLICY_IGNORE, .unit = UNIT_PERCENT, .min = 0, .max = 100},
    {"required", POLICY_REQUIRED, .is_word = true, .said = 1},
    {"advisory", POLICY_REQUIRED, .is_word = true, .said = 0},
    {"weight", POLICY_WEIGHT, .unit = UNIT_COUNT, .min = 0.001, .max = 1000},
    {"budget", POLICY_BUDGET, .unit = UNIT_TIME, .min = 1e6, .max = 1e15},
};

enum { KEY_ROWS = sizeof keys / sizeof *keys };

// ---- One key ---------------------------------------------------------------------------------

static const struct key *find_key(const char *name) {
    for (size_t i = 0; i < KEY_ROWS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool unknown_key(const struct words *words, const struct word *name) {
    struct nearest nearest = nearest_to(name->text, strlen(name->text));
    for (size_t i = 0; i < KEY_ROWS; i++)
        nearest_offer(&nearest, keys[i].name);
    nearest_offer(&nearest, LIMIT METRIC_TIME);
    if (nearest.known != NULL)
        return words_refuse(words, name->at, "unknown key '%s'; did you mean '%s'?", name->text,
                            nearest.known);
    return words_refuse(
        words, name->at,
        "unknown key '%s'; use detect, ignore, required, advisory, weight, budget, " LIMIT
        "METRIC or " RISE "METRIC",
        name->text);
}

static bool given_twice(const struct words *words, const struct word *name) {
    return words_refuse(words, name->at, "'%s' is given twice; leave one out", name->text);
}

static bool read_word(const struct words *words, const struct pair *pair, const struct key *key,
                      double *value) {
    if (pair->value.text != NULL)
        return words_refuse(words, pair->name.at, "'%s' takes no value; leave out '=%s'", key->name,
                            pair->value.text);
    *value = key->said;
    return true;
}

static bool read_value(const struct words *words, const struct pair *pair, const struct key *key,
                       struct policy_line *line) {
    double value = NAN, before = line->values[key->key];
    bool good = key->is_word ? read_word(words, pair, key, &value)
                             : words_number(words, pair, key->unit, key->min, key->max, &value);
    if (!good)
        return false;
    if (key->is_word && !isnan(before) && before != value)
        return words_refuse(words, pair->name.at,
                            "'%s' contradicts what stands before it; leave one out", key->name);
    if (!isnan(before))
        return given_twice(words, &pair->name);
    line->values[key->key] = value;
    return true;
}

static bool read_limit_value(const struct words *words, const struct pair *pair,
                             struct policy_limit *limit) {
    bool is_time = strcmp(limit->metric, METRIC_TIME) == 0;
    return words_number(words, pair, is_time ? UNIT_TIME : UNIT_COUNT, is_time ? 1e-3 : 0, 1e15,
                        &limit->value);
}

static bool read_rise_value(const struct words *words, const struct pair *pair,
                            struct policy_limit *rise) {
    if (strcmp(rise->metric, METRIC_TIME) == 0)
        return words_refuse(words, pair->name.at, "'" RISE METRIC_TIME "' is called 'detect'");
    rise->value = INFINITY;
    return (pair->value.text != NULL && strcmp(pair->value.text, "off") == 0) ||
           words_number(words, pair, UNIT_PERCENT, 0, 100, &rise->value);
}

// Keys that end with the name of a metric.
static const struct metric_key {
    const char *prefix, *example;
    bool (*read)(const struct words *words, const struct pair *pair, struct policy_limit *value);
    size_t offset; // of its policy_limits in a line
} metric_keys[] = {
    {LIMIT, LIMIT METRIC_TIME "=120us", read_limit_value, offsetof(struct policy_line, limits)},
    {RISE, RISE "instructions=0.2%", read_rise_value, offsetof(struct policy_line, rises)},
};

static const struct metric_key *find_metric_key(const char *name) {
    for (size_t i = 0; i < sizeof metric_keys / sizeof *metric_keys; i++)
        if (strncmp(name, metric_keys[i].prefix, strlen(metric_keys[i].prefix)) == 0)
            return &metric_keys[i];
    return NULL;
}

static bool read_metric(const struct words *words, const struct pair *pair,
                        const struct metric_key *key, struct policy_line *line) {
    struct policy_limits *limits = (void *)((char *)line + key->offset);
    struct policy_limit read = {.metric = pair->name.text + strlen(key->prefix)};
    if (read.metric[0] == '\0')
        return words_refuse(words, pair->name.at, "'%s' needs the name of a metric, say %s",
                            key->prefix, key->example);
    for (size_t i = 0; i < limits->count; i++)
        if (strcmp(limits->items[i].metric, read.metric) == 0)
            return given_twice(words, &pair->name);
    if (!key->read(words, pair, &read))
        return false;
    if (limits->count == POLICY_LIMITS_MAX)
        return words_refuse(words, pair->name.at, "more than %d limits; leave some out",
                            POLICY_LIMITS_MAX);
    limits->items = mem_push(limits->items, &limits->count, sizeof *limits->items);
    limits->items[limits->count - 1] = read;
    return true;
}

static bool read_pair(struct words *words, struct policy_line *line) {
    struct pair pair;
    if (!words_read_pair(words, &pair))
        return false;
    const struct key *key = find_key(pair.name.text);
    if (key != NULL)
        return read_value(words, &pair, key, line);
    const struct metric_key *of_metric = find_metric_key(pair.name.text);
    return of_metric != NULL ? read_metric(words, &pair, of_metric, line)
                             : unknown_key(words, &pair.name);
}

// ---- Lines -----------------------------------------------------------------------------------

static bool count_pattern(struct policy *policy, const struct policy_glob *glob,
                          const struct words *words, const char *at) {
    policy->pattern_count += !policy_glob_is_name(glob);
    return policy->pattern_count <= POLICY_PATTERNS_MAX ||
           words_refuse(words, at,
                        "more than %d lines with wildcards; name trials, cases or groups instead",
                        POLICY_PATTERNS_MAX);
}

static bool read_waiver(struct policy *policy, struct words *words, const char *at) {
    policy->waivers = mem_push(policy->waivers, &policy->waiver_count, sizeof *policy->waivers);
    struct waiver *waiver = &policy->waivers[policy->waiver_count - 1];
    return waiver_read(waiver, words, at) && count_pattern(policy, &waiver->glob, words, at);
}

static bool read_line(struct policy *policy, struct words *words) {
    policy->lines = mem_push(policy->lines, &policy->line_count, sizeof *policy->lines);
    struct policy_line *line = &policy->lines[policy->line_count - 1];
    for (int i = 0; i < POLICY_KEYS; i++)
        line->values[i] = NAN;
    const char *at = words->at;
    if (!policy_glob_read(&line->glob, words))
        return false;
    if (!words_remain(words))
        return words_refuse(words, at, "nothing is said of '%s'; write GLOB KEY=VALUE",
                            line->glob.text);
    do
        if (!read_pair(words, line))
            return false;
    while (words_remain(words));
    return count_pattern(policy, &line->glob, words, at);
}

// The word `waive`, without quotes, begins a waiver.
static bool read_any(struct policy *policy, struct words *words) {
    struct words ahead = *words;
    struct word first;
    if (!words_read(&ahead, &first))
        return false;
    if (first.is_quoted || strcmp(first.text, "waive") != 0)
        return read_line(policy, words);
    *words = ahead;
    return read_waiver(policy, words, first.at);
}

static void build_indexes(struct policy *policy) {
    for (size_t i = 0; i < policy->line_count; i++)
        glob_index_add(&policy->line_index, &policy->lines[i].glob, i);
    for (size_t i = 0; i < policy->waiver_count; i++)
        glob_index_add(&policy->waiver_index, &policy->waivers[i].glob, i);
    glob_index_sort(&policy->line_index);
    glob_index_sort(&policy->waiver_index);
}

bool policy_parse(struct policy *policy, const char *path, const char *text, size_t length,
                  struct errmsg *why) {
    *policy = (struct policy){.path = path};
    struct words words;
    bool good = words_open(&words, path, text, length, &policy->texts, why);
    while (good && words_next_line(&words))
        good = read_any(policy, &words);
    if (good)
        build_indexes(policy);
    else
        policy_release(policy);
    return good;
}

// ---- The file --------------------------------------------------------------------------------

// A link to nowhere is there: whoever made it meant a policy to hold.
static bool is_there(const char *path) {
    struct stat about;
    return lstat(path, &about) == 0 || errno != ENOENT;
}

static bool holds(const char *directory, const char *name) {
    char *path = mem_printf("%s%s", directory, name);
    bool holds_it = is_there(path);
    free(path);
    return holds_it;
}

static bool is_root(const char *directory) {
    char *here = mem_printf("%s.", directory), *above = mem_printf("%s..", directory);
    struct stat a, b;
    bool is_same = stat(here, &a) != 0 || stat(above, &b) != 0 ||
                   (a.st_dev == b.st_dev && a.st_ino == b.st_ino);
    free(here);
    free(above);
    return is_same;
}

// "../tare.policy"; NULL if there is none. Free it.
static char *find_file(void) {
    char *directory = mem_text("");
    while (!holds(directory, POLICY_FILE) && !holds(directory, ".git") && !is_root(directory))
        directory = mem_append(directory, "../");
    char *path = holds(directory, POLICY_FILE) ? mem_printf("%s%s", directory, POLICY_FILE) : NULL;
    free(directory);
    return path;
}

static bool read_file(struct policy *policy, const char *path, struct errmsg *why) {
    char *text;
    size_t length;
    if (!textfile_read(path, POLICY_BYTES_MAX, &text, &length, why))
        return false;
    bool good = policy_parse(policy, path, text, length, why);
    free(text);
    return good;
}

bool policy_read(struct policy *policy, const char *path, struct errmsg *why) {
    *policy = (struct policy){0};
    if (path != NULL)
        return read_file(policy, path, why);
    char *found = find_file();
    bool good = found == NULL || read_file(policy, found, why);
    if (good && found != NULL)
        policy->path = strcpy(arena_take(&policy->texts, strlen(found) + 1), found);
    free(found);
    return good;
}

void policy_release(struct policy *policy) {
    for (size_t i = 0; i < policy->line_count; i++) {
        free(policy->lines[i].limits.items);
        free(policy->lines[i].rises.items);
    }
    free(policy->lines);
    free(policy->waivers);
    glob_index_release(&policy->line_index);
    glob_index_release(&policy->waiver_index);
    arena_release(&policy->texts);
    *policy = (struct policy){0};
}
