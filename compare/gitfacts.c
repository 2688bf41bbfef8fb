// SPDX-License-Identifier: MIT
// Asks git, the program, what is checked out here.
#include "gitfacts.h"

#include "mem.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

// What the command prints; NULL unless it ends well. Free it.
static char *output_of(char *const argv[]) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    bool is_started = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char *text = NULL;
    size_t length = 0;
    FILE *in = fdopen(ends[0], "r"), *out = open_memstream(&text, &length);
    for (int c; (c = getc(in)) != EOF;)
        putc(c, out);
    fclose(in);
    fclose(out);
    int status = -1;
    if (is_started && waitpid(pid, &status, 0) == pid && status == 0)
        return text;
    free(text);
    return NULL;
}

void gitfacts_read(struct gitfacts *facts) {
    char *argv[] = {"git",      "--no-optional-locks",  "status", "--porcelain=v2",
                    "--branch", "--untracked-files=no", NULL};
    *facts = (struct gitfacts){0};
    char *text = output_of(argv);
    if (text != NULL)
        gitfacts_parse(facts, text);
    free(text);
}

void gitfacts_release(struct gitfacts *facts) {
    free(facts->commit);
    free(facts->branch);
    *facts = (struct gitfacts){0};
}
