// SPDX-License-Identifier: MIT
// Has a suite measured as its user would, for its document.
#include "suite_measure.h"

#include "exitstatus.h"
#include "mem.h"
#include "stop.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A suite that ends so has measured, and says in its document what was wrong: a limit in its source
// is not kept or not known, this run cannot be judged, a trial failed.
static const int good_statuses[] = {STATUS_PASS, STATUS_REGRESSED, STATUS_UNDECIDED, STATUS_UNFIT,
                                    STATUS_INCOMPLETE};

struct arguments {
    char **items; // owned; NULL at the end, once it is added
    size_t count;
};

static void add(struct arguments *arguments, char *item) {
    arguments->items = mem_push(arguments->items, &arguments->count, sizeof *arguments->items);
    arguments->items[arguments->count - 1] = item;
}

static void add_all(struct arguments *arguments, const char *option,
                    const struct flag_texts *values) {
    for (size_t i = 0; i < values->count; i++)
        add(arguments, mem_printf("%s=%s", option, values->items[i]));
}

static struct arguments suite_arguments(const struct gate_options *options,
                                        const struct suite_choice *choice, const char *document) {
    struct arguments arguments = {0};
    add(&arguments, realpath(options->files[SIDE_NEW], NULL));
    add(&arguments, mem_printf("--json=%s", document));
    add(&arguments, mem_printf("--limit=%lluns", (unsigned long long)options->limit_ns));
    add_all(&arguments, "--filter", &choice->filters);
    add_all(&arguments, "--exclude", &choice->excludes);
    add_all(&arguments, "--silence", &options->silenced);
    if (options->cpu != NULL)
        add(&arguments, mem_printf("--cpu=%s", options->cpu));
    if (options->quiet)
        add(&arguments, mem_text("--quiet"));
    if (choice->counts) {
        add(&arguments, mem_text("--allocs"));
        add(&arguments, mem_text("--counts"));
        add(&arguments, mem_text("--counters"));
    }
    add(&arguments, NULL);
    return arguments;
}

static void arguments_release(struct arguments *arguments) {
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->items[i]);
    free(arguments->items);
}

// It shows its progress; its table would stand before the report. 0 or what is wrong.
static int start(char *const argv[], pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawn(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

// What stops us stops it. Long naps: it measures, and a signal ends them.
static int wait_for(pid_t pid) {
    int status = 0;
    bool is_told = false;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (stop_signal() != 0 && !is_told)
            kill(pid, stop_signal());
        is_told = stop_signal() != 0;
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    }
    return status;
}

static bool has_measured(int status) {
    for (size_t i = 0; WIFEXITED(status) && i < sizeof good_statuses / sizeof *good_statuses; i++)
        if (WEXITSTATUS(status) == good_statuses[i])
            return true;
    return false;
}

bool suite_measure(const struct gate_options *options, const struct suite_choice *choice,
                   const char *document, struct errmsg *why) {
    const char *name = options->files[SIDE_NEW];
    struct arguments arguments = suite_arguments(options, choice, document);
    pid_t pid;
    int error = start(arguments.items, &pid);
    int status = error == 0 ? wait_for(pid) : 0;
    arguments_release(&arguments);
    if (error != 0)
        return fail(why, "%s: cannot be executed: %s", name, strerror(error));
    if (stop_signal() != 0)
        return fail(why, "interrupted while %s was measured", name);
    return has_measured(status) ||
           fail(why, "%s: was not measured: %s %d; what it said stands above", name,
                WIFSIGNALED(status) ? "killed by signal" : "exited with status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}
