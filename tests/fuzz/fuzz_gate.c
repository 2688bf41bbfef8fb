// SPDX-License-Identifier: MIT
// A gate's document from a stranger, decided again: it is refused in words, or what comes out is
// harmless and has an exit status.
#include "fuzz.h"

#include "command.h"
#include "paper.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct paper document, output;
static char replay_option[48];

static const struct row {
    char *format;
    void (*look_at)(const char *text, size_t length);
} rows[] = {
    {"--format=text", assert_plain},
    {"--format=json", assert_json},
    {"--format=markdown", assert_plain},
};

static void try(const struct row *row) {
    char *argv[] = {"gate", "-q", "--all", "--policy=/dev/null", replay_option, row->format, NULL};
    paper_try(&output, gate_command, sizeof argv / sizeof *argv - 1, argv, row->look_at);
}

static void papers_init(void) {
    paper_init(&document);
    paper_init(&output);
    snprintf(replay_option, sizeof replay_option, "--replay=%s", document.path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (output.path[0] == '\0')
        papers_init();
    paper_clear(&document);
    ssize_t put = write(document.fd, data, size);
    assert(put == (ssize_t)size);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        try(&rows[i]);
    return 0;
}
