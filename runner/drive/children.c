// SPDX-License-Identifier: MIT
// Forks workers and ends what they leave behind.
#include "children.h"

#include "errmsg.h"
#include "mem.h"
#include "textfile.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_TEXT_MAX ((size_t)1024 * 1024)

struct children {
    pid_t *pids;
    size_t count;
};

// What whoever started the runner had started before. They are not waited for, so that no other
// process gets their numbers.
static struct children strangers;

// None where the kernel does not list them.
static void read_children(struct children *children) {
    char path[64], *text;
    size_t length;
    struct errmsg ignored;
    *children = (struct children){0};
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    if (!textfile_read(path, CHILDREN_TEXT_MAX, &text, &length, &ignored))
        return;
    char *at = text, *end;
    for (long pid; (pid = strtol(at, &end, 10)) > 0; at = end) {
        children->pids = mem_push(children->pids, &children->count, sizeof *children->pids);
        children->pids[children->count - 1] = (pid_t)pid;
    }
    free(text);
}

static bool is_stranger(pid_t pid) {
    for (size_t i = 0; i < strangers.count; i++)
        if (strangers.pids[i] == pid)
            return true;
    return false;
}

// Every process that a worker started and left behind has this one as its parent.
static bool end_children(void) {
    struct children children;
    bool is_any = false;
    read_children(&children);
    for (size_t i = 0; i < children.count; i++) {
        if (is_stranger(children.pids[i]))
            continue;
        is_any = true;
        kill(children.pids[i], SIGKILL);
        waitpid(children.pids[i], NULL, 0);
    }
    free(children.pids);
    return is_any;
}

// What one worker left behind cannot be told from another, so it is ended when none is left.
static struct {
    pthread_mutex_t lock;
    size_t count;
} living = {.lock = PTHREAD_MUTEX_INITIALIZER};

void children_prepare(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    read_children(&strangers);
}

pid_t children_fork(void) {
    pthread_mutex_lock(&living.lock);
    pid_t pid = fork();
    living.count += pid > 0;
    pthread_mutex_unlock(&living.lock);
    return pid;
}

void children_forget(void) {
    pthread_mutex_lock(&living.lock);
    living.count--;
    while (living.count == 0 && end_children()) // theirs come to this one
        ;
    pthread_mutex_unlock(&living.lock);
}
