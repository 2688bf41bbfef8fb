// SPDX-License-Identifier: MIT
// Case against case: trials of one suite held against other trials of it.
#include "gate_cases.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

static const char *const option_names[SIDES] = {"--against-case", "--case"};

// A trial that a glob chooses.
struct choice {
    struct trial *trial;
    char *rest; // what of its name is not the glob's
};

struct choices {
    struct choice *items; // sorted by rest
    size_t count;
};

// Writes what each `*` stands for, the shortest that will do, with a slash behind it. The room is
// the text's length and one byte for each `*`.
static bool capture(const char *glob, const char *text, char *rest) {
    for (; *glob != '*'; glob++, text++) {
        if (*glob != *text)
            return false;
        if (*glob == '\0') {
            *rest = '\0';
            return true;
        }
    }
    for (size_t length = 0;; length++) {
        if (capture(glob + 1, text + length, rest + length + 1)) {
            memcpy(rest, text, length);
            rest[length] = '/';
            return true;
        }
        if (text[length] == '\0')
            return false;
    }
}

// The same of the first `length` characters of a name; what follows them is not the glob's. NULL if
// that is none of its heads. Free it.
static char *rest_of(const char *glob, const char *name, size_t length) {
    char *head = mem_printf("%.*s", (int)length, name);
    char *room = mem_zero(length + strlen(glob) + 1, 1);
    bool is_chosen = capture(glob, head, room);
    char *rest = is_chosen ? mem_printf("%s%s", room, name + length) : NULL;
    free(room);
    free(head);
    return rest;
}

static char *choose(const char *glob, const struct trial *trial) {
    size_t group = strlen(trial->group), whole = strlen(trial->name);
    const size_t heads[] = {whole, group + 1 + strlen(trial->case_name), group};
    char *rest = NULL;
    for (size_t i = 0; i < sizeof heads / sizeof *heads && rest == NULL; i++)
        rest = rest_of(glob, trial->name, heads[i] < whole ? heads[i] : whole);
    return rest;
}

static int by_rest(const void *a, const void *b) {
    const struct choice *p = a, *q = b;
    return strcmp(p->rest, q->rest);
}

static void forget_former(struct trial *trial) {
    free(trial->former);
    trial->former = NULL;
}

// The list keeps its room, so that its trials stay where they are.
static void keep_chosen(struct document *list, const char *glob, struct choices *choices) {
    size_t kept = 0;
    for (size_t i = 0; i < list->trial_count; i++) {
        struct trial trial = list->trials[i];
        char *rest = choose(glob, &trial);
        if (rest == NULL) {
            json_release(&trial_shape, &trial);
            continue;
        }
        forget_former(&trial);
        list->trials[kept] = trial;
        choices->items = mem_push(choices->items, &choices->count, sizeof *choices->items);
        choices->items[choices->count - 1] = (struct choice){&list->trials[kept++], rest};
    }
    list->trial_count = kept;
    if (kept != 0)
        qsort(choices->items, kept, sizeof *choices->items, by_rest);
}

static bool join(const struct choice *base, const struct choice *new, struct errmsg *why) {
    if (base->trial->threads != new->trial->threads)
        return fail(why,
                    "%s and %s differ in threads: both sides of a comparison take the same CPUs",
                    new->trial->name, base->trial->name);
    new->trial->former = mem_text(base->trial->name);
    return true;
}

static bool join_all(const struct choices choices[SIDES], struct errmsg *why) {
    const struct choices *base = &choices[SIDE_BASE], *new = &choices[SIDE_NEW];
    if (base->count == 1 && new->count == 1)
        return join(&base->items[0], &new->items[0], why);
    size_t joined = 0;
    for (size_t i = 0, j = 0; i < base->count && j < new->count;) {
        int order = by_rest(&base->items[i], &new->items[j]);
        if (order == 0 && !join(&base->items[i], &new->items[j], why))
            return false;
        joined += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return joined != 0 ||
           fail(why, "no trial that --case chooses has a counterpart among those that "
                     "--against-case chooses: what stands for each * must be equal");
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// One that is on both sides would be joined with itself, by its name.
static bool check_apart(const struct choices choices[SIDES], struct errmsg *why) {
    const struct choices *base = &choices[SIDE_BASE], *new = &choices[SIDE_NEW];
    const char **names = mem_zero(base->count, sizeof *names);
    for (size_t i = 0; i < base->count; i++)
        names[i] = base->items[i].trial->name;
    qsort(names, base->count, sizeof *names, by_name);
    const char *const *twice = NULL;
    for (size_t i = 0; i < new->count &&twice == NULL; i++)
        twice = bsearch(&new->items[i].trial->name, names, base->count, sizeof *names, by_name);
    bool good = twice == NULL || fail(why, "%s is chosen by --case and by --against-case", *twice);
    free(names);
    return good;
}

bool gate_cases_pair(struct document lists[SIDES], const char *const globs[SIDES],
                     struct errmsg *why) {
    struct choices choices[SIDES] = {0};
    bool good = true;
    for (int side = 0; side < SIDES; side++)
        keep_chosen(&lists[side], globs[side], &choices[side]);
    for (int side = 0; side < SIDES && good; side++)
        good = choices[side].count != 0 ||
               fail(why, "%s %s chooses no trial; --list shows the suite's", option_names[side],
                    globs[side]);
    good = good && check_apart(choices, why) && join_all(choices, why);
    for (int side = 0; side < SIDES; side++) {
        for (size_t i = 0; i < choices[side].count; i++)
            free(choices[side].items[i].rest);
        free(choices[side].items);
    }
    return good;
}
