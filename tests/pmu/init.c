// SPDX-License-Identifier: MIT
// The first process of the emulated machine: runs the program that the kernel's command line names,
// and hands its output and its exit status to the host.
//
//     ... paranoid=3 uid=1000 -- PROGRAM ARGUMENT...     both settings are optional
//
// The kernel makes environment entries of the settings and arguments of the rest.

#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- The host, by Arm's semihosting: a request and a block of its parameters

enum { HOST_OPEN = 0x01, HOST_CLOSE = 0x02, HOST_WRITE = 0x05, HOST_EXIT = 0x20 };
enum { HOST_CREATE = 5 }; // "wb"

static uint64_t host(uint64_t request, const void *parameters) {
    register uint64_t x0 __asm__("x0") = request;
    register const void *x1 __asm__("x1") = parameters;
    __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
    return x0;
}

// The host's file gets the guest's path without the slash, in the emulator's directory.
static bool hand_over(const char *path) {
    char bytes[65536];
    const char *name = path + 1;
    uint64_t file = host(HOST_OPEN, (uint64_t[]){(uintptr_t)name, HOST_CREATE, strlen(name)});
    int from = open(path, O_RDONLY);
    bool is_good = from >= 0 && file != UINT64_MAX;
    ssize_t count = 0;
    while (is_good && (count = read(from, bytes, sizeof bytes)) > 0)
        is_good = host(HOST_WRITE, (uint64_t[]){file, (uintptr_t)bytes, (uint64_t)count}) == 0;
    host(HOST_CLOSE, (uint64_t[]){file});
    return is_good && count == 0;
}

_Noreturn static void leave(int status) {
    const uint64_t application_exit = 0x20026;
    host(HOST_EXIT, (uint64_t[]){application_exit, (uint64_t)status});
    reboot(RB_POWER_OFF);
    abort();
}

// ---- The guest

// Or the machine ends, with what it could not do on the console and a status that no test expects.
static void must(bool is_done, const char *what) {
    if (is_done)
        return;
    perror(what);
    leave(120);
}

static void set_up(void) {
    static const char *const types[] = {"proc", "sysfs", "devtmpfs"};
    static const char *const places[] = {"/proc", "/sys", "/dev"};
    for (int i = 0; i < 3; i++) {
        mkdir(places[i], 0755);
        must(mount(types[i], places[i], types[i], 0, NULL) == 0, places[i]);
    }
    mkdir("/tmp", 0755);
    must(chmod("/tmp", 01777) == 0, "/tmp");
}

static void set_paranoid(const char *level) {
    int file = open("/proc/sys/kernel/perf_event_paranoid", O_WRONLY);
    must(write(file, level, strlen(level)) == (ssize_t)strlen(level), "perf_event_paranoid");
    close(file);
}

static void become(uid_t user) {
    must(setgroups(0, NULL) == 0 && setgid(user) == 0 && setuid(user) == 0, "uid");
}

static void redirect(int stream, const char *path, int flags) {
    int file = open(path, flags, 0644);
    must(file >= 0 && dup2(file, stream) == stream, path);
    close(file);
}

_Noreturn static void run(char **argv) {
    const char *user = getenv("uid");
    redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO, "/stdout", O_WRONLY | O_CREAT);
    redirect(STDERR_FILENO, "/stderr", O_WRONLY | O_CREAT);
    if (user)
        become((uid_t)strtoul(user, NULL, 10));
    unsetenv("uid");
    unsetenv("paranoid");
    chdir("/tmp");
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

static int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(-1, &status, 0) != child)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv) {
    const char *level = getenv("paranoid");
    set_up();
    if (level)
        set_paranoid(level);
    setenv("PATH", "/bin", 1);
    must(argc > 1, "a program to run");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0)
        run(argv + 1);
    int status = wait_for(child);
    must(hand_over("/stderr") && hand_over("/stdout"), "the host's files");
    leave(status);
}
