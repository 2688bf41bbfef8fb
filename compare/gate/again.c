// SPDX-License-Identifier: MIT
// The command line that measures one trial again, to be pasted into a shell.
#include "again.h"

#include "mem.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What says which trials, which coins, and where the report goes.
static const struct {
    const char *name;
    bool has_value;
} dropped[] = {
    {"--filter", true}, {"--exclude", true}, {"--seed", true},
    {"--json", true},   {"--format", true},  {"--output", true},
    {"--all", false},   {"--quiet", false},  {"-q", false},
};

// How many words this option and its value are; 0: it stays.
static int words_of_dropped(const char *word) {
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        size_t length = strlen(dropped[i].name);
        if (strncmp(word, dropped[i].name, length) != 0)
            continue;
        if (word[length] == '=' && dropped[i].has_value)
            return 1;
        if (word[length] == '\0')
            return dropped[i].has_value ? 2 : 1;
    }
    return 0;
}

static bool is_plain(const char *word) {
    for (const char *c = word; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("/._-=+:,@%", *c) == NULL)
            return false;
    return *word != '\0';
}

static void print_word(const char *word, FILE *out) {
    fputc(' ', out);
    if (is_plain(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *c = word; *c != '\0'; c++)
        fputs(*c == '\'' ? "'\\''" : (char[]){*c, '\0'}, out);
    fputc('\'', out);
}

char *again_command(int argc, char **argv, const char *trial) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return mem_text("");
    fputs("tare", out);
    for (int i = 0; i < argc; i++) {
        int skipped = words_of_dropped(argv[i]);
        if (skipped == 0)
            print_word(argv[i], out);
        else
            i += skipped - 1;
    }
    fputs(" --filter", out);
    print_word(trial, out);
    fclose(out);
    return text;
}
