// SPDX-License-Identifier: MIT
// Progress on stderr: one line that is redrawn on a terminal, a plain line now and then elsewhere.
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

struct console {
    bool is_terminal;
    bool is_quiet;
    uint64_t shown_ns; // when the last line was written
};

void console_init(struct console *console, bool is_quiet);

// `done` and `total` in any unit; `left_ns` is an estimate. Cheap when nothing is due.
void console_progress(struct console *console, double done, double total, uint64_t left_ns,
                      const char *what);

// Takes the progress line away, before anything else is written.
void console_clear(struct console *console);

// Columns of the terminal on `fd`, else of $COLUMNS, else 100.
int console_width(int fd);

// True if `fd` is a terminal that wants colour: NO_COLOR is unset or empty and TERM is not "dumb".
bool console_has_color(int fd);

#endif
