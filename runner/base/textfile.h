// SPDX-License-Identifier: MIT
// Whole files: read up to a limit, written so that a reader sees the old or the new, never a part.
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"

// Reads a regular file or a pipe; "-" is standard input. `*text` ends in NUL beyond `*length`; free
// it. More than `length_max` bytes are refused.
bool textfile_read(const char *path, size_t length_max, char **text, size_t *length,
                   struct errmsg *why);

// As textfile_read, but for the small files of /proc and /sys: false without a message when there
// is no such file or it cannot be read; a trailing newline is cut; at most size - 1 bytes are kept.
bool textfile_peek(const char *path, char *text, size_t size);

// True if `path` could be written now: said before anything is measured.
bool textfile_can_write(const char *path, struct errmsg *why);

// Writes through a temporary file beside `path`, fsync and rename; "-" is standard output. On false
// the old file is as it was and the temporary file is gone. Mode 0666 less the umask, or the old
// mode.
bool textfile_write(const char *path, const char *text, size_t length, struct errmsg *why);

// After `path` was made or renamed: the name itself reaches the disk, with the directory that holds
// it.
void textfile_sync_name(const char *path);

#endif
