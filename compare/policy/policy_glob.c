// SPDX-License-Identifier: MIT
// Which trials a line of a policy speaks of, and which of two lines speaks more exactly.
#include "policy_glob.h"

#include "plan.h"

#include <string.h>

// Bytes of the set that begins at '[', as fnmatch() sees it; 0 if that is an ordinary character.
static size_t set_length(const char *glob) {
    const char *first = glob + 1;
    first += *first == '!' || *first == '^';
    const char *close = *first == '\0' ? NULL : strchr(first + 1, ']');
    return close == NULL ? 0 : (size_t)(close + 1 - glob);
}

// Bytes of the wildcard that `glob` begins with; 0 if it begins with a character.
static size_t wildcard_length(const char *glob) {
    return *glob == '*' || *glob == '?' ? 1 : *glob == '[' ? set_length(glob) : 0;
}

static size_t count_literals(const char *glob) {
    size_t literals = 0;
    while (*glob != '\0') {
        size_t wildcard = wildcard_length(glob);
        glob += wildcard;
        if (wildcard != 0)
            continue;
        glob += *glob == '\\' && glob[1] != '\0';
        literals += ((unsigned char)*glob++ & 0xC0) != 0x80;
    }
    return literals;
}

struct subject policy_subject(const struct match *match) {
    const struct reading *base = match->readings[SIDE_BASE];
    return (struct subject){
        .now = match_trial(match),
        .former = match->former != NULL ? base->trial : NULL,
    };
}

bool policy_glob_read(struct policy_glob *glob, struct words *words) {
    struct word word;
    if (!words_read(words, &word))
        return false;
    if (word.text[0] == '\0')
        return words_refuse(words, word.at, "the glob is empty; '*' is every trial");
    *glob = (struct policy_glob){
        .text = word.text,
        .line = words->line,
        .literals = count_literals(word.text),
        .fixed = strcspn(word.text, "*?[\\"),
    };
    return true;
}

bool policy_glob_is_name(const struct policy_glob *glob) { return glob->text[glob->fixed] == '\0'; }

bool policy_glob_covers(const struct policy_glob *glob, const struct subject *subject) {
    return (subject->now != NULL && plan_matches(subject->now, glob->text)) ||
           (subject->former != NULL && plan_matches(subject->former, glob->text));
}

bool policy_glob_is_closer(const struct policy_glob *glob, const struct policy_glob *other) {
    if (other == NULL || glob->literals != other->literals)
        return other == NULL || glob->literals > other->literals;
    return glob->line > other->line;
}
