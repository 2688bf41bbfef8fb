// SPDX-License-Identifier: MIT
// Two documents from strangers and a policy, each up to a NUL, held against each other and joined:
// what comes out is harmless for a terminal, whatever they say.
#include "fuzz.h"

#include "command.h"
#include "exitstatus.h"
#include "json_text.h"
#include "mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// A file without a name.
struct paper {
    int fd;
    char path[32];
};

static struct paper old, new, policy, output;
static char policy_option[48];

static void paper_init(struct paper *paper) {
    paper->fd = memfd_create("paper", MFD_CLOEXEC);
    assert(paper->fd >= 0);
    snprintf(paper->path, sizeof paper->path, "/proc/self/fd/%d", paper->fd);
}

static void paper_clear(const struct paper *paper) {
    int failed = ftruncate(paper->fd, 0);
    assert(failed == 0);
    lseek(paper->fd, 0, SEEK_SET);
}

// Writes what stands before the next NUL, and takes both away.
static void paper_take(const struct paper *paper, const uint8_t **data, size_t *size) {
    const uint8_t *gap = *size == 0 ? NULL : memchr(*data, '\0', *size);
    size_t length = gap == NULL ? *size : (size_t)(gap - *data);
    size_t taken = gap == NULL ? length : length + 1;
    paper_clear(paper);
    ssize_t put = write(paper->fd, *data, length);
    assert(put == (ssize_t)length);
    *data += taken;
    *size -= taken;
}

static char *paper_read(const struct paper *paper, size_t *length) {
    off_t end = lseek(paper->fd, 0, SEEK_END);
    *length = (size_t)end;
    char *text = mem_zero(*length + 1, 1);
    ssize_t got = pread(paper->fd, text, *length, 0);
    assert(got == end);
    return text;
}

// Standard output is a paper for as long as the commands write to it.
static void redirect(int *before) {
    *before = dup(STDOUT_FILENO);
    dup2(output.fd, STDOUT_FILENO);
}

static void restore(int before) {
    dup2(before, STDOUT_FILENO);
    close(before);
}

static void assert_plain(const char *text, size_t length) {
    const char *end = text + length;
    for (size_t size; text < end; text += size) {
        size = json_text_character(text, end);
        assert(size != 0);
        assert(*text == '\n' || (unsigned char)*text >= ' ');
        assert(*text != 0x7f);
    }
}

static void assert_json(const char *text, size_t length) {
    struct errmsg why;
    bool is_json = json_text_check(text, length, &why);
    assert(is_json);
}

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

static bool run(const struct row *row, int *status, struct errmsg *why) {
    char *argv[7] = {NULL};
    memcpy(argv, row->options, sizeof row->options);
    argv[3] = old.path;
    argv[4] = new.path;
    argv[5] = row->reads_policy ? policy_option : NULL;
    paper_clear(&output);
    int before;
    redirect(&before);
    bool is_done = row->command(row->reads_policy ? 6 : 5, argv, status, why);
    restore(before);
    return is_done;
}

static void try(const struct row *row) {
    int status = 0;
    struct errmsg why = {""};
    if (!run(row, &status, &why)) {
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
