// SPDX-License-Identifier: MIT
// Files without a name, by which commands read what a fuzz target is given; and what must hold of
// whatever they print.
#ifndef PAPER_H
#define PAPER_H

#include "exitstatus.h"
#include "json_text.h"
#include "mem.h"

#include <assert.h>
#include <stdint.h>
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

static inline void paper_init(struct paper *paper) {
    paper->fd = memfd_create("paper", MFD_CLOEXEC);
    assert(paper->fd >= 0);
    snprintf(paper->path, sizeof paper->path, "/proc/self/fd/%d", paper->fd);
}

static inline void paper_clear(const struct paper *paper) {
    int failed = ftruncate(paper->fd, 0);
    assert(failed == 0);
    lseek(paper->fd, 0, SEEK_SET);
}

// Writes what stands before the next NUL, and takes both away.
static inline void paper_take(const struct paper *paper, const uint8_t **data, size_t *size) {
    const uint8_t *gap = *size == 0 ? NULL : memchr(*data, '\0', *size);
    size_t length = gap == NULL ? *size : (size_t)(gap - *data);
    size_t taken = gap == NULL ? length : length + 1;
    paper_clear(paper);
    ssize_t put = write(paper->fd, *data, length);
    assert(put == (ssize_t)length);
    *data += taken;
    *size -= taken;
}

static inline char *paper_read(const struct paper *paper, size_t *length) {
    off_t end = lseek(paper->fd, 0, SEEK_END);
    *length = (size_t)end;
    char *text = mem_zero(*length + 1, 1);
    ssize_t got = pread(paper->fd, text, *length, 0);
    assert(got == end);
    return text;
}

static inline void assert_plain(const char *text, size_t length) {
    const char *end = text + length;
    for (size_t size; text < end; text += size) {
        size = json_text_character(text, end);
        assert(size != 0);
        assert(*text == '\n' || (unsigned char)*text >= ' ');
        assert(*text != 0x7f);
    }
}

static inline void assert_json(const char *text, size_t length) {
    struct errmsg why;
    bool is_json = json_text_check(text, length, &why);
    assert(is_json);
}

// Standard output is the paper until paper_restore.
static inline int paper_redirect(const struct paper *paper) {
    int before = dup(STDOUT_FILENO);
    dup2(paper->fd, STDOUT_FILENO);
    return before;
}

static inline void paper_restore(int before) {
    dup2(before, STDOUT_FILENO);
    close(before);
}

// Runs the command with this paper as its standard output. Either it refuses with words, or what it
// prints is as `look_at` says.
static inline void
paper_try(const struct paper *output,
          bool (*command)(int argc, char **argv, int *status, struct errmsg *why), int argc,
          char **argv, void (*look_at)(const char *text, size_t length)) {
    int status = 0;
    struct errmsg why = {""};
    paper_clear(output);
    int before = paper_redirect(output);
    bool is_done = command(argc, argv, &status, &why);
    paper_restore(before);
    if (!is_done) {
        assert(why.text[0] != '\0');
        return;
    }
    size_t length;
    char *text = paper_read(output, &length);
    assert(status >= 0 && status < STATUSES);
    look_at(text, length);
    free(text);
}

#endif
