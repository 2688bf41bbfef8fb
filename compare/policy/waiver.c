// SPDX-License-Identifier: MIT
// Waivers: slowdowns that were accepted, up to a limit and until a day.
#include "waiver.h"

#include "nearest.h"
#include "policy_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum key { KEY_METRIC, KEY_LIMIT, KEY_UNTIL, KEY_REASON, KEY_ISSUE, KEYS };

static const struct {
    const char *name;
    bool is_required;
    const char *example;
} keys[KEYS] = {
    [KEY_METRIC] = {"metric", false, "metric=time"},
    [KEY_LIMIT] = {"limit", true, "limit=12%"},
    [KEY_UNTIL] = {"until", true, "until=2026-12-31"},
    [KEY_REASON] = {"reason", true, "reason=\"new parser checks UTF-8\""},
    [KEY_ISSUE] = {"issue", false, "issue=#123"},
};

// ---- Days ------------------------------------------------------------------------------------

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

bool waiver_is_day(const char *text) {
    static const char form[] = "0000-00-00";
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    int year = 0, month = 0, day = 0;
    sscanf(text, "%4d-%2d-%2d", &year, &month, &day);
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

// ---- Reading ---------------------------------------------------------------------------------

static bool unknown_key(const struct words *words, const struct word *name) {
    struct nearest nearest = nearest_to(name->text, strlen(name->text));
    for (int i = 0; i < KEYS; i++)
        nearest_offer(&nearest, keys[i].name);
    if (nearest.known != NULL)
        return words_refuse(words, name->at, "unknown key '%s' of a waiver; did you mean '%s'?",
                            name->text, nearest.known);
    return words_refuse(words, name->at,
                        "unknown key '%s' of a waiver; use metric, limit, until, reason or issue",
                        name->text);
}

static bool read_key(struct words *words, struct pair found[KEYS]) {
    struct pair pair;
    if (!words_read_pair(words, &pair))
        return false;
    int key = 0;
    while (key < KEYS && strcmp(keys[key].name, pair.name.text) != 0)
        key++;
    if (key == KEYS)
        return unknown_key(words, &pair.name);
    if (found[key].name.text != NULL)
        return words_refuse(words, pair.name.at, "'%s' is given twice; leave one out",
                            pair.name.text);
    if (pair.value.text == NULL || pair.value.text[0] == '\0')
        return words_refuse(words, pair.name.at, "'%s' needs a value, say %s", pair.name.text,
                            keys[key].example);
    found[key] = pair;
    return true;
}

static bool check_required(const struct words *words, const struct pair found[KEYS],
                           const char *at) {
    for (int i = 0; i < KEYS; i++)
        if (keys[i].is_required && found[i].name.text == NULL)
            return words_refuse(words, at, "a waiver without '%s'; add, say, %s", keys[i].name,
                                keys[i].example);
    return true;
}

static bool check_day(const struct words *words, const struct word *day) {
    assert(day->text != NULL); // it is required
    if (waiver_is_day(day->text) && day->text[WAIVER_DAY_LENGTH] == '\0')
        return true;
    return words_refuse(words, day->at, "until: '%s' is not a day; write it like 2026-12-31",
                        day->text);
}

// Of the time a slowdown, or with a unit of time the time itself; of other metrics their value.
static bool read_limit(const struct words *words, const struct pair *pair, struct waiver *waiver) {
    bool is_time = strcmp(waiver->metric, METRIC_TIME) == 0;
    if (is_time && units_parse(UNIT_TIME, pair->value.text, &waiver->limit, NULL))
        return words_number(words, pair, UNIT_TIME, 1e-3, 1e15, &waiver->limit);
    waiver->is_change = is_time;
    return words_number(words, pair, is_time ? UNIT_PERCENT : UNIT_COUNT, 0, is_time ? 100 : 1e15,
                        &waiver->limit);
}

bool waiver_read(struct waiver *waiver, struct words *words, const char *at) {
    *waiver = (struct waiver){.metric = METRIC_TIME};
    if (!words_remain(words))
        return words_refuse(words, at,
                            "'waive' what? Behind it stands a glob; a glob of this name "
                            "is written \"waive\"");
    if (!policy_glob_read(&waiver->glob, words))
        return false;
    struct pair found[KEYS] = {0};
    while (words_remain(words))
        if (!read_key(words, found))
            return false;
    if (!check_required(words, found, at))
        return false;
    if (found[KEY_METRIC].value.text != NULL)
        waiver->metric = found[KEY_METRIC].value.text;
    waiver->until = found[KEY_UNTIL].value.text;
    waiver->reason = found[KEY_REASON].value.text;
    waiver->issue = found[KEY_ISSUE].value.text;
    return check_day(words, &found[KEY_UNTIL].value) &&
           read_limit(words, &found[KEY_LIMIT], waiver);
}

// ---- Finding ---------------------------------------------------------------------------------

const struct waiver *waiver_find(const struct waiver *const *waivers, size_t count,
                                 const char *metric, bool is_change) {
    const struct waiver *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct waiver *w = waivers[i];
        if (w->is_change == is_change && strcmp(w->metric, metric) == 0 &&
            policy_glob_is_closer(&w->glob, found == NULL ? NULL : &found->glob))
            found = w;
    }
    return found;
}
