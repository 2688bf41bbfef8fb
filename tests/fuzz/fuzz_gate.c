// SPDX-License-Identifier: MIT
// A gate's document from a stranger, decided again: it is refused in words, or what comes out is
// harmless and has an exit status.
#include "fuzz.h"

#include "command.h"
#include "exitstatus.h"
#include "paper.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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
    int status = 0;
    struct errmsg why = {""};
    paper_clear(&output);
    int before = paper_redirect(&output);
    bool is_done = gate_command(sizeof argv / sizeof *argv - 1, argv, &status, &why);
    paper_restore(before);
    if (!is_done) {
        assert(why.text[0] != '\0');
        return;
    }
    size_t length;
    char *text = paper_read(&output, &length);
    assert(status >= 0 && status < STATUSES);
    row->look_at(text, length);
    free(text);
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
