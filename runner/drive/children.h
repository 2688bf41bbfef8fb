// SPDX-License-Identifier: MIT
// The processes that workers are, and those that workers leave behind.
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/types.h>

// To be called once, before the first fork: takes over orphans of workers, but none of the children
// that are there already.
void children_prepare(void);

// fork() for a worker. Workers may run side by side, of several threads.
pid_t children_fork(void);

// For each worker when it has been waited for. With the last one living, what workers left behind
// is ended.
void children_forget(void);

#endif
