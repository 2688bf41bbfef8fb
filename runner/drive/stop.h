// SPDX-License-Identifier: MIT
// The user's wish to stop: SIGINT and SIGTERM.
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

// Takes both signals over. The first is noted, and waits in system calls end; a second one, later,
// ends the process.
void stop_prepare(void);

// The signal that came first, or 0.
int stop_signal(void);

// While they are held both signals wait: what was measured is written first.
void stop_hold(bool are_held);

// Gives the signals back to whom they belonged before stop_prepare().
void stop_restore(void);

#endif
