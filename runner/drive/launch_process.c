// SPDX-License-Identifier: MIT
// Starts the process, or the thread, that a worker is.
#include "launch_process.h"

#include "children.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

// The given environment, the entry and the role. What the entry stands for is hidden, not
// dropped: the environment's size must depend on the given one and the entry alone.
struct environment {
    char **entries;
    char *hidden; // NULL: nothing
};

static bool is_same_name(const char *entry, const char *other) {
    size_t length = strcspn(entry, "=");
    return strncmp(entry, other, length + 1) == 0;
}

static void hide(struct environment *environment, size_t at) {
    environment->hidden = mem_text(environment->entries[at]);
    environment->hidden[0] = '_';
    environment->entries[at] = environment->hidden;
}

static size_t count_texts(char *const *texts) {
    size_t count = 0;
    while (texts && texts[count])
        count++;
    return count;
}

// Borrows all.
static struct environment worker_environment(char *const *given, char *entry, char *role) {
    size_t count = count_texts(given);
    struct environment made = {.entries = mem_zero(count + 3, sizeof *made.entries)};
    memcpy(made.entries, given, count * sizeof *made.entries);
    for (size_t i = 0; i < count && entry && !made.hidden; i++)
        if (is_same_name(entry, made.entries[i]))
            hide(&made, i);
    made.entries[count++] = role;
    made.entries[count] = entry;
    return made;
}

static void environment_release(struct environment *environment) {
    free(environment->entries);
    free(environment->hidden);
}

// The program's arguments, behind what starts it; borrows them, free the array.
static char **worker_arguments(const struct launch_how *how) {
    size_t before = count_texts(how->before), count = count_texts(how->argv);
    char **arguments = mem_zero(before + count + 1, sizeof *arguments);
    for (size_t i = 0; i < before; i++)
        arguments[i] = how->before[i];
    memcpy(arguments + before, how->argv, count * sizeof *arguments);
    if (before > 0)
        arguments[before] = (char *)how->program;
    return arguments;
}

// What a worker is made with.
struct start {
    const struct launch_how *how;
    struct cpuset cpus;
    char **arguments;
    char **environment;
    pid_t parent;
};

// The runner handles or ignores them.
static const int taken_signals[] = {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};

// In the child, until exec: only what is safe after fork.
_Noreturn static void become_worker(const struct start *start, int fd, int output_fd) {
    const struct launch_how *how = start->how;
    const char *program = how->before ? how->before[0] : how->program;
    setpgid(0, 0); // a Ctrl-C at the terminal is for the runner alone
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != start->parent)
        _exit(126);
    for (size_t i = 0; i < sizeof taken_signals / sizeof *taken_signals; i++)
        signal(taken_signals[i], SIG_DFL);
    int null_fd = open("/dev/null", O_RDONLY);
    dup2(null_fd, STDIN_FILENO);
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    fcntl(fd, F_SETFD, 0);
    sched_setaffinity(0, sizeof start->cpus, (const cpu_set_t *)(const void *)&start->cpus);
    if (how->fixed_layout)
        personality(ADDR_NO_RANDOMIZE);
    execve(program, start->arguments, start->environment);
    dprintf(STDERR_FILENO, "%s cannot be executed: %s\n", program, strerror(errno));
    _exit(127);
}

bool launch_process(struct worker *worker, const struct launch_how *how,
                    const struct launch_cpus *cpus, int fd, struct errmsg *why) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail(why, "no pipe for a worker's output: %s", strerror(errno));
    char role[32];
    snprintf(role, sizeof role, WIRE_ENV "=%04d", fd);
    struct environment environment =
        worker_environment(how->environment ? how->environment : environ, how->entry, role);
    struct start start = {.how = how,
                          .arguments = worker_arguments(how),
                          .environment = environment.entries,
                          .parent = getpid()};
    for (size_t i = 0; i < cpus->count; i++)
        cpuset_add(&start.cpus, cpus->items[i]);
    worker->pid = children_fork();
    if (worker->pid == 0)
        become_worker(&start, fd, ends[1]);
    environment_release(&environment);
    free(start.arguments);
    close(ends[1]);
    worker->output_fd = ends[0];
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    if (worker->pid > 0)
        return true;
    close(ends[0]);
    return fail(why, "no process for a worker: %s", strerror(errno));
}

struct thread_start {
    int (*serve)(int fd);
    int fd;
};

static void *serve_in_thread(void *arg) {
    struct thread_start start = *(struct thread_start *)arg;
    free(arg);
    start.serve(start.fd);
    return NULL;
}

bool launch_thread(struct worker *worker, const struct launch_how *how, int fd,
                   struct errmsg *why) {
    struct thread_start *start = mem_zero(1, sizeof *start);
    *start = (struct thread_start){how->serve_here, dup(fd)};
    int error = pthread_create(&worker->thread, NULL, serve_in_thread, start);
    if (!error)
        return true;
    close(start->fd);
    free(start);
    return fail(why, "no thread for a worker: %s", strerror(error));
}
