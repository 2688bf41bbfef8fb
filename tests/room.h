// SPDX-License-Identifier: MIT
// A directory of its own for each test, entered before it and removed after it.
#ifndef ROOM_H
#define ROOM_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char room_path[4096], room_home[4096];

static inline int room_enter(void **state) {
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(room_path, sizeof room_path, "%s/tare-test-XXXXXX",
             tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    return getcwd(room_home, sizeof room_home) == NULL || mkdtemp(room_path) == NULL ||
           chdir(room_path) != 0;
}

static inline int room_remove(const char *path, const struct stat *info, int kind,
                              struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static inline int room_leave(void **state) {
    (void)state;
    return chdir(room_home) != 0 || nftw(room_path, room_remove, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

static inline void room_put_bytes(const char *path, const void *bytes, size_t length) {
    FILE *file = fopen(path, "we");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        abort();
}

static inline void room_put(const char *path, const char *text) {
    room_put_bytes(path, text, strlen(text));
}

// Whether there is something of that name, even a link to nowhere.
static inline bool room_has(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0;
}

#endif
