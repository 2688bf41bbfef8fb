// SPDX-License-Identifier: MIT
// Reads and safely replaces whole files.
#include "textfile.h"

#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP ((size_t)64 * 1024)

static bool is_dash(const char *path) { return strcmp(path, "-") == 0; }

// Reads until the end, or until there is one byte more than `length_max`.
static bool read_all(int fd, size_t length_max, char **text, size_t *length) {
    size_t room = READ_STEP, used = 0;
    char *into = mem_zero(room + 1, 1);
    ssize_t got;
    while (used <= length_max && (got = read(fd, into + used, room - used)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(into);
            return false;
        }
        used += (size_t)got;
        if (used == room) {
            room *= 2;
            char *larger = realloc(into, room + 1);
            if (larger == NULL)
                mem_exhausted();
            into = larger;
        }
    }
    into[used] = '\0';
    *text = into;
    *length = used;
    return true;
}

static bool read_open(int fd, const char *name, size_t length_max, char **text, size_t *length,
                      struct errmsg *why) {
    struct stat about;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        return fail(why, "%s: is a directory; name a file", name);
    if (!read_all(fd, length_max, text, length))
        return fail(why, "%s: cannot be read: %s", name, strerror(errno));
    if (*length <= length_max)
        return true;
    free(*text);
    return fail(why, "%s: is larger than %zu bytes; is it the right file?", name, length_max);
}

bool textfile_read(const char *path, size_t length_max, char **text, size_t *length,
                   struct errmsg *why) {
    if (is_dash(path))
        return read_open(STDIN_FILENO, "standard input", length_max, text, length, why);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(why, "%s: cannot be opened: %s; check the name", path, strerror(errno));
    bool done = read_open(fd, path, length_max, text, length, why);
    close(fd);
    return done;
}

bool textfile_peek(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    size_t used = 0;
    ssize_t got = 1;
    while (used + 1 < size && got > 0) {
        got = read(fd, text + used, size - 1 - used);
        used += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (got < 0)
        return false;
    used -= used > 0 && text[used - 1] == '\n' ? 1 : 0;
    text[used] = '\0';
    return true;
}

// ---- Writing

// Where a text goes: links are followed, so that a link stays one.
struct target {
    char *path;
    mode_t mode;   // of the old file
    bool is_there; // there is an old file
    bool is_directory;
    bool is_replaced; // by rename; devices and pipes are written to instead
};

static void target_init(struct target *target, const char *path) {
    struct stat about;
    char *real = realpath(path, NULL);
    *target = (struct target){.path = real != NULL ? real : mem_text(path), .is_replaced = true};
    if (stat(target->path, &about) == 0) {
        target->is_there = true;
        target->is_directory = S_ISDIR(about.st_mode);
        target->is_replaced = S_ISREG(about.st_mode);
        target->mode = about.st_mode & 07777;
    }
}

// The directory that holds `path`, with its slash; "" for the current one.
static char *directory_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return mem_printf("%.*s", slash == NULL ? 0 : (int)(slash + 1 - path), path);
}

// Opens a new file beside the target. Created by open(), not by mkstemp(), so that the umask holds.
static int create_beside(const struct target *target, char **temporary) {
    char *directory = directory_of(target->path);
    int fd = -1;
    *temporary = NULL;
    for (int i = 0; i < 100 && fd < 0; i++) {
        free(*temporary);
        *temporary = mem_printf("%s.tare-%d-%d.tmp", directory, (int)getpid(), i);
        fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    free(directory);
    return fd;
}

static bool write_all(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t put = write(fd, text, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text += put;
        length -= (size_t)put;
    }
    return true;
}

// Where that fails nothing is lost yet.
void textfile_sync_name(const char *path) {
    char *directory = directory_of(path);
    int fd = open(directory[0] == '\0' ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(directory);
}

// Closes `fd` too: some file systems report a full disk only then.
static bool fill(int fd, const struct target *target, const char *text, size_t length) {
    bool keeps_mode = target->is_there && target->is_replaced;
    bool done = write_all(fd, text, length) && (!keeps_mode || fchmod(fd, target->mode) == 0) &&
                (!target->is_replaced || fsync(fd) == 0);
    int error = errno;
    if (close(fd) != 0)
        return false;
    errno = error;
    return done;
}

// Whoever stops the program leaves no temporary file.
static sigset_t hold_signals(void) {
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    sigset_t held, before;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&held, numbers[i]);
    pthread_sigmask(SIG_BLOCK, &held, &before);
    return before;
}

// Keeps errno.
static void restore_signals(const sigset_t *before) {
    int error = errno;
    pthread_sigmask(SIG_SETMASK, before, NULL);
    errno = error;
}

static bool replace(const struct target *target, const char *text, size_t length) {
    sigset_t before = hold_signals();
    char *temporary;
    int fd = create_beside(target, &temporary);
    bool done = fd >= 0 && fill(fd, target, text, length) && rename(temporary, target->path) == 0;
    int error = errno;
    if (done)
        textfile_sync_name(target->path);
    else if (fd >= 0)
        unlink(temporary);
    free(temporary);
    errno = error;
    restore_signals(&before);
    return done;
}

static bool write_into(const struct target *target, const char *text, size_t length) {
    int fd = open(target->path, O_WRONLY | O_CLOEXEC);
    return fd >= 0 && fill(fd, target, text, length);
}

bool textfile_write(const char *path, const char *text, size_t length, struct errmsg *why) {
    if (is_dash(path))
        return write_all(STDOUT_FILENO, text, length) ||
               fail(why, "standard output: cannot be written: %s", strerror(errno));
    struct target target;
    target_init(&target, path);
    bool done =
        target.is_replaced ? replace(&target, text, length) : write_into(&target, text, length);
    int error = errno;
    free(target.path);
    return done ||
           fail(why, "%s: cannot be written: %s; nothing was changed", path, strerror(error));
}

// Only a try tells: permissions, a full or a read-only file system.
static bool try_beside(const struct target *target) {
    sigset_t before = hold_signals();
    char *temporary;
    int fd = create_beside(target, &temporary);
    int error = errno;
    if (fd >= 0) {
        close(fd);
        unlink(temporary);
    }
    free(temporary);
    errno = error;
    restore_signals(&before);
    return fd >= 0;
}

static bool may_overwrite(const struct target *target) {
    errno = EISDIR;
    return !target->is_directory && access(target->path, W_OK) == 0;
}

bool textfile_can_write(const char *path, struct errmsg *why) {
    if (is_dash(path))
        return true;
    struct target target;
    target_init(&target, path);
    bool can = (!target.is_there || may_overwrite(&target)) &&
               (!target.is_replaced || try_beside(&target));
    int error = errno;
    free(target.path);
    return can ||
           fail(why, "%s: cannot be written: %s; choose another place", path, strerror(error));
}
