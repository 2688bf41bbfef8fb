// SPDX-License-Identifier: MIT
// Progress on stderr, and what the terminal can do.

#include "console.h"

#include "nstime.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const uint64_t redraw_ns = 100000000;  // on a terminal
static const uint64_t report_ns = 5000000000; // elsewhere, where lines stay

void console_init(struct console *console, bool is_quiet) {
    *console = (struct console){
        .is_terminal = isatty(STDERR_FILENO), .is_quiet = is_quiet, .shown_ns = nstime_now()};
}

void console_progress(struct console *console, double done, double total, uint64_t left_ns,
                      const char *what) {
    uint64_t now = nstime_now();
    uint64_t pause = console->is_terminal ? redraw_ns : report_ns;
    if (console->is_quiet || now - console->shown_ns < pause)
        return;
    console->shown_ns = now;
    char line[512];
    snprintf(line, sizeof line, "%3.0f %%  %s left  %s", 100 * done / total,
             units_print(UNIT_TIME, (double)left_ns).text, what);
    if (console->is_terminal)
        fprintf(stderr, "\r\033[K%.*s", console_width(STDERR_FILENO) - 1, line);
    else
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
}

void console_clear(struct console *console) {
    if (console->is_terminal && !console->is_quiet)
        fputs("\r\033[K", stderr);
}

int console_width(int fd) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    return width >= 20 && width <= 1000 ? (int)width : 100;
}

bool console_has_color(int fd) {
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fd) && (!refused || !*refused) && terminal && strcmp(terminal, "dumb") != 0;
}
