// SPDX-License-Identifier: MIT
// What another program prints.
#include "output.h"

#include "nstime.h"
#include "stop.h"
#include "units.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// How often a silent program is looked at: a signal to us may come between two waits.
enum { LOOK_MS = 50 };

// A program that runs.
struct child {
    pid_t pid; // of its group, too
    int fd;    // what it prints
    uint64_t limit_ns, deadline_ns;
};

// We ignore both, so as to be told; a program that is to write less would go on for ever.
static sigset_t ignored_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGXFSZ);
    return set;
}

// Standard input and error are nothing. 0 or what is wrong.
static int start(char *const argv[], int out, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t ignored = ignored_signals();
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

// False when it is not to be waited for any longer.
static bool may_go_on(const struct child *child, struct errmsg *why) {
    if (stop_signal() != 0)
        return fail(why, "stopped by a signal to us");
    return nstime_now() < child->deadline_ns ||
           fail(why, "did not end within %s: killed",
                units_print(UNIT_TIME, (double)child->limit_ns).text);
}

static bool copy_all(const struct child *child, FILE *to, struct errmsg *why) {
    size_t length = 0;
    while (may_go_on(child, why)) {
        char piece[16384];
        struct pollfd readable = {.fd = child->fd, .events = POLLIN};
        if (poll(&readable, 1, LOOK_MS) <= 0)
            continue;
        ssize_t got = read(child->fd, piece, sizeof piece);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return fail(why, "cannot be listened to: %s", strerror(errno));
        length += got < 0 ? 0 : fwrite(piece, 1, (size_t)got, to);
        if (length > OUTPUT_BYTES_MAX)
            return fail(why, "prints more than %zu MiB: killed", OUTPUT_BYTES_MAX >> 20);
    }
    return false;
}

// NULL if it is not to be listened to any longer.
static char *read_all(const struct child *child, struct errmsg *why) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    bool good = copy_all(child, to, why);
    fclose(to);
    if (good)
        return text;
    free(text);
    return NULL;
}

static bool ended_well(const struct child *child, struct errmsg *why) {
    int status;
    pid_t ended;
    while ((ended = waitpid(child->pid, &status, WNOHANG)) == 0) {
        if (!may_go_on(child, why))
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    if (ended < 0)
        return fail(why, "is not to be waited for: %s", strerror(errno));
    if (WIFSIGNALED(status))
        return fail(why, "killed by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status) == 0 || fail(why, "exited with status %d", WEXITSTATUS(status));
}

char *output_of(char *const argv[], uint64_t limit_ns, struct errmsg *why) {
    int ends[2];
    struct child child = {.limit_ns = limit_ns};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail(why, "no pipe: %s", strerror(errno));
        return NULL;
    }
    child.fd = ends[0];
    child.deadline_ns = nstime_now() + limit_ns;
    int error = start(argv, ends[1], &child.pid);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        fail(why, "cannot be executed: %s", strerror(error));
        return NULL;
    }
    char *text = read_all(&child, why);
    close(ends[0]);
    if (text != NULL && ended_well(&child, why))
        return text;
    free(text);
    kill(-child.pid, SIGKILL); // with all that it started
    waitpid(child.pid, NULL, 0);
    return NULL;
}
