// SPDX-License-Identifier: MIT
// Text that came from a document or a command line, made harmless for a terminal.
#ifndef PLAINTEXT_H
#define PLAINTEXT_H

#include <stddef.h>

// A copy in which control characters, invisible ones and those that reorder text are spelt out:
// "\x1b", "\u{202e}"; so is the first character of what a CI service would take for a command. NULL
// gives "". Free with free().
char *plain_text(const char *text);

// Columns of a plain text on a terminal: its characters.
size_t plain_width(const char *text);

#endif
