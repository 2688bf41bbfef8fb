// SPDX-License-Identifier: MIT
// The program that is measured, as a file. The only one that sees the hash library.

#include "progfile.h"

#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

char *progfile_self(void) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        if (access(path, X_OK) == 0)
            return mem_text(path);
    }
    return mem_text("/proc/self/exe"); // replaced or removed since it was started
}

static void print_hash(XXH128_hash_t hash, char hex[PROGFILE_HASH_SIZE]) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    for (size_t i = 0; i < sizeof canonical.digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", canonical.digest[i]);
}

static bool hash_file(int fd, char hex[PROGFILE_HASH_SIZE]) {
    static char block[1 << 16];
    XXH3_state_t *state = XXH3_createState();
    XXH3_128bits_reset(state);
    ssize_t length;
    while ((length = read(fd, block, sizeof block)) > 0)
        XXH3_128bits_update(state, block, (size_t)length);
    print_hash(XXH3_128bits_digest(state), hex);
    XXH3_freeState(state);
    return length == 0;
}

bool progfile_hash(const char *path, char hash[PROGFILE_HASH_SIZE], struct errmsg *why) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || !hash_file(fd, hash)) {
        fail(why, "%s: cannot be read to identify it: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    close(fd);
    return true;
}

void progfile_hash_text(const char *text, size_t length, char hash[PROGFILE_HASH_SIZE]) {
    print_hash(XXH3_128bits(text, length), hash);
}

bool progfile_describe(struct program *program, const char *path, struct errmsg *why) {
    char hex[PROGFILE_HASH_SIZE];
    if (!progfile_hash(path, hex, why))
        return false;
    const char *slash = strrchr(path, '/');
    program->name = mem_text(slash ? slash + 1 : path);
    program->hash = mem_text(hex);
    return true;
}

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

const char *progfile_hash_library(void) {
    return "xxHash " TEXT(XXH_VERSION_MAJOR) "." TEXT(XXH_VERSION_MINOR) "." TEXT(
        XXH_VERSION_RELEASE);
}
