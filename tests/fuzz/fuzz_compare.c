// SPDX-License-Identifier: MIT
// Two documents from strangers and a policy, each up to a NUL, held against each other and joined:
// what comes out is harmless for a terminal, whatever they say.
#include "fuzz.h"

#include "command.h"
#include "paper.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct paper old, new, policy, output;
static char policy_option[48];

static const struct row {
    bool (*command)(int argc, char **argv, int *status, struct errmsg *why);
    char *options[3];
    bool reads_policy;
    void (*look_at)(const char *text, size_t length);
} rows[] = {
    {compare_command, {"compare", "--all", "--format=text"}, true, assert_plain},
    {compare_command, {"compare", "--all", "--format=json"}, true, assert_json},
    {compare_command, {"compare", "--all", "--format=markdown"}, true, assert_plain},
    {merge_command, {"merge", "--output", "-"}, false, assert_json},
};

static void try(const struct row *row) {
    char *argv[7] = {NULL};
    memcpy(argv, row->options, sizeof row->options);
    argv[3] = old.path;
    argv[4] = new.path;
    argv[5] = row->reads_policy ? policy_option : NULL;
    paper_try(&output, row->command, row->reads_policy ? 6 : 5, argv, row->look_at);
}

static void papers_init(void) {
    paper_init(&old);
    paper_init(&new);
    paper_init(&policy);
    paper_init(&output);
    snprintf(policy_option, sizeof policy_option, "--policy=%s", policy.path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (output.path[0] == '\0')
        papers_init();
    paper_take(&old, &data, &size);
    paper_take(&new, &data, &size);
    paper_take(&policy, &data, &size);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        try(&rows[i]);
    return 0;
}
