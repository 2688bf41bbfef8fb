// SPDX-License-Identifier: MIT
// Which trials a line of a policy speaks of, and which of two lines speaks more exactly.
#ifndef POLICY_GLOB_H
#define POLICY_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"
#include "match.h"
#include "policy_words.h"

struct policy_glob {
    const char *text;
    size_t line;
    size_t literals; // its characters that are no wildcards
    size_t fixed; // its bytes before the first wildcard or backslash: all of them if it is a name
};

// The trial under review and, where that has another name, the one of base that it is held against:
// a case that was renamed keeps the lines of its former name. Either may be NULL.
struct subject {
    const struct trial *now, *former;
};

struct subject policy_subject(const struct match *match);

// The next word of the line.
bool policy_glob_read(struct policy_glob *glob, struct words *words);

// Whether it covers only what has this very name.
bool policy_glob_is_name(const struct policy_glob *glob);

bool policy_glob_covers(const struct policy_glob *glob, const struct subject *subject);

// The one with more literal characters, and the later among equals, is closer than `other`;
// anything is closer than NULL.
bool policy_glob_is_closer(const struct policy_glob *glob, const struct policy_glob *other);

#endif
