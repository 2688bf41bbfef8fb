// SPDX-License-Identifier: MIT
// tare: reads the documents that suites write, decides, reports.
#include "command.h"
#include "exitstatus.h"
#include "libraries.h"
#include "plaintext.h"

#include <tare/bench.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct command {
    const char *name;
    const char *help;
    bool (*run)(int argc, char **argv, int *status, struct errmsg *why);
};

static bool help_command(int argc, char **argv, int *status, struct errmsg *why);
static bool version_command(int argc, char **argv, int *status, struct errmsg *why);

static const struct command commands[] = {
    {"compare", "say of each trial of a run whether it got slower", compare_command},
    {"gate", "run the suites of old and new code against each other", gate_command},
    {"selftest", "try out what a gate can tell on this machine", selftest_command},
    {"doctor", "say what would spoil measurements on this machine", doctor_command},
    {"baseline", "keep runs, and the programs that made them, to compare against",
     baseline_command},
    {"merge", "join the documents of a run that was split with --shard", merge_command},
    {"--help", "this text; tare COMMAND --help says more", help_command},
    {"--version", "the version, and the libraries that this program was built with",
     version_command},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static bool help_command(int argc, char **argv, int *status, struct errmsg *why) {
    (void)argc, (void)argv, (void)why;
    puts("usage: tare COMMAND [options] ...\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s  %s\n", commands[i].name, commands[i].help);
    *status = STATUS_PASS;
    return true;
}

static bool version_command(int argc, char **argv, int *status, struct errmsg *why) {
    (void)argc, (void)argv, (void)why;
    puts("tare " TARE_VERSION);
    size_t count;
    char **libraries = libraries_found(&count);
    for (size_t i = 0; i < count; i++) {
        puts(libraries[i]);
        free(libraries[i]);
    }
    free(libraries);
    *status = STATUS_PASS;
    return true;
}

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static bool run(int argc, char **argv, int *status, struct errmsg *why) {
    if (argc < 2)
        return fail(why, "no command; try tare --help");
    const struct command *command = find_command(argv[1]);
    if (command == NULL)
        return fail(why, "%s: no such command; tare --help lists them", argv[1]);
    return command->run(argc - 1, argv + 1, status, why);
}

int main(int argc, char **argv) {
    struct errmsg why;
    int status = STATUS_REFUSED;
    signal(SIGPIPE, SIG_IGN); // a write that fails is told
    signal(SIGXFSZ, SIG_IGN);
    if (!run(argc, argv, &status, &why)) {
        char *plain = plain_text(why.text);
        fprintf(stderr, "tare: %s\n", plain);
        free(plain);
        return STATUS_REFUSED;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("tare: standard output");
        return STATUS_REFUSED;
    }
    return status;
}
