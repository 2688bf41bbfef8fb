// SPDX-License-Identifier: MIT
// Asks git, the program, what is checked out here.
#include "gitfacts.h"

#include "mem.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t limit_ns = 10000000000;

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end == NULL ? NULL : end + 1;
}

// The text behind `key` at the beginning of a line, up to its end; NULL if there is none.
static char *value_of(const char *text, const char *key) {
    for (const char *line = text; line != NULL; line = next_line(line))
        if (strncmp(line, key, strlen(key)) == 0) {
            const char *value = line + strlen(key);
            return mem_printf("%.*s", (int)strcspn(value, "\n"), value);
        }
    return NULL;
}

// The value unless it is what git says for "none".
static char *known(char *value, const char *none) {
    if (value == NULL || strcmp(value, none) != 0)
        return value;
    free(value);
    return NULL;
}

void gitfacts_parse(struct gitfacts *facts, const char *text) {
    *facts = (struct gitfacts){
        .commit = known(value_of(text, "# branch.oid "), "(initial)"),
        .branch = known(value_of(text, "# branch.head "), "(detached)"),
    };
    for (const char *line = text; line != NULL; line = next_line(line))
        facts->is_dirty = facts->is_dirty || (*line != '#' && *line != '\0');
}

void gitfacts_read(struct gitfacts *facts) {
    char *argv[] = {"git",      "--no-optional-locks",  "status", "--porcelain=v2",
                    "--branch", "--untracked-files=no", NULL};
    *facts = (struct gitfacts){0};
    char *text = output_of(argv, limit_ns, NULL);
    if (text != NULL)
        gitfacts_parse(facts, text);
    free(text);
}

void gitfacts_release(struct gitfacts *facts) {
    free(facts->commit);
    free(facts->branch);
    *facts = (struct gitfacts){0};
}
