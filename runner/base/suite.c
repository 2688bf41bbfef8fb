// SPDX-License-Identifier: MIT
// Expands cases into trials: the product of their arguments, named.
#include "suite.h"

#include "json.h"
#include "mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_case_init(struct suite_case *c) { *c = (struct suite_case){.policy = {.detect = NAN}}; }

// ---- Names

struct name {
    char text[TRIAL_NAME_MAX + 1];
    size_t length;
    bool is_cut;
};

static void put(struct name *name, const char *text, size_t length) {
    name->is_cut |= length > TRIAL_NAME_MAX - name->length;
    if (name->is_cut)
        return;
    memcpy(name->text + name->length, text, length);
    name->length += length;
    name->text[name->length] = '\0';
}

static bool is_plain(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static void put_escaped(struct name *name, const char *text) {
    static const char hex[] = "0123456789ABCDEF";
    for (; *text != '\0' && !name->is_cut; text++) {
        unsigned char c = (unsigned char)*text;
        const char code[3] = {'%', hex[c >> 4], hex[c & 15]};
        put(name, is_plain(*text) ? text : code, is_plain(*text) ? 1 : sizeof code);
    }
}

static void put_int(struct name *name, int64_t value) {
    char digits[24];
    put(name, digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, value));
}

// Which of a case's trials: one value of each argument and a thread count.
struct choice {
    const struct suite_case *of;
    size_t *values; // indices, one per argument
    int64_t threads;
};

// "/size=64/threads=2"
static void put_choice(struct name *name, const struct choice *choice) {
    for (size_t i = 0; i < choice->of->arg_count; i++) {
        const struct suite_arg *arg = &choice->of->args[i];
        put(name, "/", 1);
        put_escaped(name, arg->name);
        put(name, "=", 1);
        if (arg->texts != NULL)
            put_escaped(name, arg->texts[choice->values[i]]);
        else
            put_int(name, arg->ints[choice->values[i]]);
    }
    if (choice->threads != 1) {
        put(name, "/threads=", strlen("/threads="));
        put_int(name, choice->threads);
    }
}

static void put_case(struct name *name, const char *group, const char *case_name) {
    put_escaped(name, group);
    put(name, "/", 1);
    put_escaped(name, case_name);
}

static void name_trial(struct name *name, const struct choice *choice) {
    *name = (struct name){.length = 0};
    put_case(name, choice->of->group, choice->of->name);
    put_choice(name, choice);
}

// The same trial under the case's former name: "case" in the same group, or "group/case".
static void name_former(struct name *name, const struct choice *choice) {
    const struct suite_case *c = choice->of;
    const char *slash = strrchr(c->former, '/');
    char *group = slash == NULL ? mem_text(c->group)
                                : mem_printf("%.*s", (int)(slash - c->former), c->former);
    *name = (struct name){.length = 0};
    put_case(name, group, slash == NULL ? c->former : slash + 1);
    put_choice(name, choice);
    free(group);
}

// ---- Choices

static size_t thread_options(const struct suite_case *c) {
    return c->threads == NULL ? 1 : c->thread_count;
}

// How many trials; above SUITE_TRIALS_MAX it is only said that there are too many.
static size_t count_trials(const struct suite_case *c) {
    size_t count = thread_options(c);
    for (size_t i = 0; i < c->arg_count && count <= SUITE_TRIALS_MAX; i++) {
        size_t values = c->args[i].count;
        count = values > SUITE_TRIALS_MAX ? SUITE_TRIALS_MAX + 1 : count * values;
    }
    return count;
}

// The index counts like an odometer: thread counts innermost, then the last argument.
static void choose(struct choice *choice, size_t index) {
    const struct suite_case *c = choice->of;
    size_t options = thread_options(c);
    choice->threads = c->threads == NULL ? 1 : c->threads[index % options];
    index /= options;
    for (size_t i = c->arg_count; i-- > 0;) {
        choice->values[i] = index % c->args[i].count;
        index /= c->args[i].count;
    }
}

static struct choice choice_of(const struct suite_case *c) {
    return (struct choice){c, mem_zero(c->arg_count, sizeof(size_t)), 1};
}

// ---- Trials

static void fill_args(struct trial *trial, const struct choice *choice) {
    for (size_t i = 0; i < choice->of->arg_count; i++) {
        const struct suite_arg *arg = &choice->of->args[i];
        trial->args = mem_push(trial->args, &trial->arg_count, sizeof *trial->args);
        struct trial_arg *to = &trial->args[i];
        to->name = mem_text(arg->name);
        if (arg->texts != NULL)
            to->text = mem_text(arg->texts[choice->values[i]]);
        else
            to->value = arg->ints[choice->values[i]];
    }
}

static void fill_trial(struct trial *trial, const struct choice *choice, const struct name *name) {
    const struct suite_case *c = choice->of;
    *trial = (struct trial){
        .name = mem_text(name->text),
        .group = mem_text(c->group),
        .case_name = mem_text(c->name),
        .threads = choice->threads,
        .file = mem_text(c->file),
        .line = c->line,
        .unit = (int64_t)c->unit,
        .description = mem_text(c->description),
        .policy = c->policy,
        .limit_ns = c->limit_ns,
        .budget_ns = c->budget_ns,
        .launch_goal = c->launches,
        .setup_ns = NAN,
        .bytes = NAN,
        .items = NAN,
    };
    fill_args(trial, choice);
    for (size_t i = 0; i < c->tag_count; i++) {
        trial->tags = mem_push(trial->tags, &trial->tag_count, sizeof *trial->tags);
        trial->tags[i] = mem_text(c->tags[i]);
    }
    for (size_t i = 0; i < c->limit_count; i++) {
        trial->limits = mem_push(trial->limits, &trial->limit_count, sizeof *trial->limits);
        trial->limits[i] = (struct trial_limit){mem_text(c->limits[i].metric), c->limits[i].value};
    }
    if (c->former != NULL) {
        struct name former;
        name_former(&former, choice);
        trial->former = mem_text(former.text);
    }
}

static bool is_sound_name(const struct choice *choice, struct name *name, struct errmsg *why) {
    const struct suite_case *c = choice->of;
    struct name former = {.length = 0};
    name_trial(name, choice);
    if (c->former != NULL)
        name_former(&former, choice);
    return (!name->is_cut && !former.is_cut) ||
           fail(why, "%s:%d: case %s: a trial's name has more than %d bytes; shorten its arguments",
                c->file, c->line, c->name, TRIAL_NAME_MAX);
}

static bool is_sound_arg(const struct suite_case *c, const struct suite_arg *arg,
                         struct errmsg *why) {
    for (size_t i = 0; i < arg->count && arg->ints != NULL; i++)
        if (arg->ints[i] > (int64_t)JSON_WHOLE_MAX || arg->ints[i] < -(int64_t)JSON_WHOLE_MAX)
            return fail(why, "%s:%d: case %s: %s=%" PRId64 " is beyond 2^53; pass it as a text",
                        c->file, c->line, c->name, arg->name, arg->ints[i]);
    return true;
}

static bool is_sound_case(const struct suite_case *c, struct errmsg *why) {
    for (size_t i = 0; i < c->arg_count; i++)
        if (!is_sound_arg(c, &c->args[i], why))
            return false;
    return (c->limit_ns <= JSON_WHOLE_MAX && c->budget_ns <= JSON_WHOLE_MAX &&
            c->launches <= JSON_WHOLE_MAX) ||
           fail(why, "%s:%d: case %s: a limit, budget or number of launches is beyond 2^53",
                c->file, c->line, c->name);
}

bool suite_expand_case(const struct suite_case *c, struct trial **trials, size_t *count,
                       struct errmsg *why) {
    if (!is_sound_case(c, why))
        return false;
    size_t own = count_trials(c);
    if (own > SUITE_TRIALS_MAX || *count > SUITE_TRIALS_MAX - own)
        return fail(why, "%s:%d: case %s: more than %d trials in all; give it fewer arguments",
                    c->file, c->line, c->name, SUITE_TRIALS_MAX);
    struct choice choice = choice_of(c);
    bool is_sound = true;
    for (size_t i = 0; i < own && is_sound; i++) {
        struct name name;
        choose(&choice, i);
        is_sound = is_sound_name(&choice, &name, why);
        if (is_sound) {
            *trials = mem_push(*trials, count, sizeof **trials);
            fill_trial(&(*trials)[*count - 1], &choice, &name);
        }
    }
    free(choice.values);
    return is_sound;
}

// Equal names stay in the order of their places.
static int compare_trials(const void *a, const void *b) {
    const struct trial *x = *(const struct trial *const *)a;
    const struct trial *y = *(const struct trial *const *)b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x > y) - (x < y);
}

static bool names_differ(const struct trial *trials, size_t count, struct errmsg *why) {
    const struct trial **sorted = mem_zero(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &trials[i];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_trials);
    bool differ = true;
    for (size_t i = 1; i < count && differ; i++) {
        const struct trial *a = sorted[i - 1], *b = sorted[i];
        if (strcmp(a->name, b->name) == 0)
            differ = fail(why, "trial %s is declared twice, at %s:%lld and %s:%lld; rename one",
                          a->name, a->file, (long long)a->line, b->file, (long long)b->line);
    }
    free(sorted);
    return differ;
}

bool suite_expand(const struct suite *suite, struct trial **trials, size_t *count,
                  struct errmsg *why) {
    for (size_t i = 0; i < suite->case_count; i++)
        if (!suite_expand_case(&suite->cases[i], trials, count, why))
            return false;
    return names_differ(*trials, *count, why);
}

// ---- Finding

static bool may_hold(const struct suite_case *c, const char *trial_name) {
    struct name name = {.length = 0};
    put_case(&name, c->group, c->name);
    if (strncmp(trial_name, name.text, name.length) != 0)
        return false;
    char next = trial_name[name.length];
    return next == '\0' || next == '/';
}

// Names only, until one fits: a worker's start should not build trials for nothing.
static bool find_in_case(const struct suite_case *c, const char *trial_name, struct trial *trial) {
    struct choice choice = choice_of(c);
    size_t count = count_trials(c);
    bool is_found = false;
    for (size_t i = 0; i < count && !is_found; i++) {
        struct name name;
        choose(&choice, i);
        name_trial(&name, &choice);
        is_found = strcmp(name.text, trial_name) == 0;
        if (is_found)
            fill_trial(trial, &choice, &name);
    }
    free(choice.values);
    return is_found;
}

const struct suite_case *suite_find(const struct suite *suite, const char *trial_name,
                                    struct trial *trial) {
    for (size_t i = 0; i < suite->case_count; i++)
        if (may_hold(&suite->cases[i], trial_name) &&
            find_in_case(&suite->cases[i], trial_name, trial))
            return &suite->cases[i];
    return NULL;
}

// ---- Releasing

static void release_texts(char **texts, size_t count) {
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

static void release_case(struct suite_case *c) {
    free(c->group);
    free(c->name);
    free(c->file);
    free(c->description);
    free(c->former);
    release_texts(c->tags, c->tag_count);
    for (size_t i = 0; i < c->arg_count; i++) {
        free(c->args[i].name);
        free(c->args[i].ints);
        release_texts(c->args[i].texts, c->args[i].count);
    }
    free(c->args);
    for (size_t i = 0; i < c->limit_count; i++)
        free(c->limits[i].metric);
    free(c->limits);
    free(c->threads);
}

void suite_release(struct suite *suite) {
    for (size_t i = 0; i < suite->case_count; i++)
        release_case(&suite->cases[i]);
    free(suite->cases);
    for (size_t i = 0; i < suite->unit_count; i++) {
        struct unit *unit = &suite->units[i];
        free(unit->file);
        free(unit->compiler);
        free(unit->options);
        free(unit->features);
    }
    free(suite->units);
    *suite = (struct suite){0};
}
