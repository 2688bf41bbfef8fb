// SPDX-License-Identifier: MIT
// What another program prints.
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Standard input and error are nothing. 0 or what is wrong.
static int start(char *const argv[], int out, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static char *read_all(int fd) {
    char *text = NULL;
    size_t length = 0;
    FILE *in = fdopen(fd, "r"), *out = open_memstream(&text, &length);
    for (int c; (c = getc(in)) != EOF;)
        putc(c, out);
    fclose(in);
    fclose(out);
    return text;
}

static bool ended_well(pid_t pid, const char *name, struct errmsg *why) {
    int status;
    while (waitpid(pid, &status, 0) != pid)
        if (errno != EINTR)
            return fail(why, "%s: is not to be waited for: %s", name, strerror(errno));
    if (WIFSIGNALED(status))
        return fail(why, "%s: killed by signal %d", name, WTERMSIG(status));
    return WEXITSTATUS(status) == 0 ||
           fail(why, "%s: exited with status %d", name, WEXITSTATUS(status));
}

char *output_of(char *const argv[], struct errmsg *why) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail(why, "%s: no pipe: %s", argv[0], strerror(errno));
        return NULL;
    }
    pid_t pid;
    int error = start(argv, ends[1], &pid);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        fail(why, "%s: cannot be executed: %s", argv[0], strerror(error));
        return NULL;
    }
    char *text = read_all(ends[0]);
    if (ended_well(pid, argv[0], why))
        return text;
    free(text);
    return NULL;
}
