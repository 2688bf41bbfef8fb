// SPDX-License-Identifier: MIT
// The process, or the thread, that a worker is.
#ifndef LAUNCH_PROCESS_H
#define LAUNCH_PROCESS_H

#include <stdbool.h>

#include "launch.h"

// Starts the program pinned, in a process group of its own, with its end of the socket, `fd`; fills
// in the worker's pid and output_fd. `fd` stays the caller's.
bool launch_process(struct worker *worker, const struct launch_how *how,
                    const struct launch_cpus *cpus, int fd, struct errmsg *why);

// Starts how->serve_here with a copy of `fd`; fills in the worker's thread.
bool launch_thread(struct worker *worker, const struct launch_how *how, int fd, struct errmsg *why);

#endif
