// SPDX-License-Identifier: MIT
// The worker: one trial, one request, one sample, until the driver hangs up.
#ifndef SERVE_H
#define SERVE_H

#include <stdbool.h>

// The descriptor of the driver's socket if this process was started as a worker, else -1. Takes the
// role out of the environment, so that children of the body are not workers.
int serve_role(void);

// Speaks the conversation of wire.h on `fd`, which it closes. Exit status: 0 when the driver hung
// up, 1 when the suite cannot be built or the driver speaks another language; said on stderr.
int serve(int fd);

#endif
