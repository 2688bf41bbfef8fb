// SPDX-License-Identifier: MIT
// Preloaded into tare by the tests: something goes wrong at the N-th call that changes a file.
//
//   FAULT=12:kill     the process is killed before the 12th such call
//   FAULT=12:torn     the same, but a write gets half of its bytes out first
//   FAULT=12:28       the 12th and all later ones fail, here with ENOSPC
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static struct fault {
    long at;   // 0: none
    int error; // 0: death
    int is_torn;
} fault;

__attribute__((constructor)) static void read_fault(void) {
    const char *text = getenv("FAULT");
    if (text == NULL)
        return;
    char *end;
    fault.at = strtol(text, &end, 10);
    fault.error = atoi(end + 1);
    fault.is_torn = strcmp(end, ":torn") == 0;
    unsetenv("FAULT"); // nothing that tare starts is meant
}

static int is_hit(void) { return fault.at != 0 && ++calls >= fault.at; }

// True if the call is to fail; does not return if the process is to die.
static int fails(void) {
    if (!is_hit())
        return 0;
    if (fault.error == 0)
        raise(SIGKILL);
    errno = fault.error;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 && fails())
        return -1;
    return REAL(open)(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (fd <= STDERR_FILENO)
        return REAL(write)(fd, bytes, size);
    if (fault.is_torn && calls + 1 == fault.at)
        REAL(write)(fd, bytes, size / 2);
    return fails() ? -1 : REAL(write)(fd, bytes, size);
}

int fsync(int fd) { return fails() ? -1 : REAL(fsync)(fd); }
int fchmod(int fd, mode_t mode) { return fails() ? -1 : REAL(fchmod)(fd, mode); }
int chmod(const char *path, mode_t mode) { return fails() ? -1 : REAL(chmod)(path, mode); }
int mkdir(const char *path, mode_t mode) { return fails() ? -1 : REAL(mkdir)(path, mode); }
char *mkdtemp(char *path) { return fails() ? NULL : REAL(mkdtemp)(path); }
int rename(const char *from, const char *to) { return fails() ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return fails() ? -1 : REAL(unlink)(path); }
int remove(const char *path) { return fails() ? -1 : REAL(remove)(path); }
