// SPDX-License-Identifier: MIT
// Reads what a process maps.
#include "mapped.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Where distributions keep what their packages install; and memory that only looks like a file,
// into which a program writes code while it runs.
static const char *const other_places[] = {"/lib/",     "/lib32/",     "/lib64/",
                                           "/usr/lib/", "/usr/lib32/", "/usr/lib64/",
                                           "/memfd:",   "/SYSV",       "/dev/zero"};

static bool is_elsewhere(const char *path) {
    for (size_t i = 0; i < sizeof other_places / sizeof *other_places; i++)
        if (strncmp(path, other_places[i], strlen(other_places[i])) == 0)
            return true;
    return false;
}

static bool is_known(const struct mapped *mapped, const char *path) {
    for (size_t i = 0; i < mapped->count; i++)
        if (strcmp(mapped->paths[i], path) == 0)
            return true;
    return false;
}

static bool has_ending(const char *text, const char *ending) {
    size_t length = strlen(text), end = strlen(ending);
    return length >= end && strcmp(text + length - end, ending) == 0;
}

static bool add(struct mapped *mapped, const char *path, struct errmsg *why) {
    if (has_ending(path, " (deleted)"))
        return fail(why, "%s: the file was removed or replaced while it was in use", path);
    mapped->paths = mem_push(mapped->paths, &mapped->count, sizeof *mapped->paths);
    mapped->paths[mapped->count - 1] = mem_text(path);
    return true;
}

// Behind addresses, rights, offset, device and inode; NULL: no file is mapped there.
static const char *path_of(const char *line) {
    for (int word = 0; word < 5; word++) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    return *line == '/' ? line : NULL;
}

static bool is_executable(const char *line) {
    const char *rights = strchr(line, ' ');
    return rights != NULL && strlen(rights) > 4 && rights[3] == 'x';
}

bool mapped_parse(struct mapped *mapped, const char *executable, FILE *maps, struct errmsg *why) {
    *mapped = (struct mapped){0};
    char *line = NULL;
    size_t room = 0;
    bool good = add(mapped, executable, why);
    while (good && getline(&line, &room, maps) > 0) {
        line[strcspn(line, "\n")] = '\0';
        const char *path = path_of(line);
        if (path != NULL && is_executable(line) && !is_elsewhere(path) && !is_known(mapped, path))
            good = add(mapped, path, why);
    }
    free(line);
    if (!good)
        mapped_release(mapped);
    return good;
}

bool mapped_read(struct mapped *mapped, pid_t pid, struct errmsg *why) {
    *mapped = (struct mapped){0};
    char place[64], executable[4096];
    snprintf(place, sizeof place, "/proc/%d/exe", (int)pid);
    ssize_t length = readlink(place, executable, sizeof executable - 1);
    snprintf(place, sizeof place, "/proc/%d/maps", (int)pid);
    FILE *maps = length > 0 ? fopen(place, "re") : NULL;
    if (maps == NULL)
        return fail(why, "%s: cannot be read: %s", place, strerror(errno));
    executable[length] = '\0';
    bool good = mapped_parse(mapped, executable, maps, why);
    fclose(maps);
    return good;
}

void mapped_release(struct mapped *mapped) {
    for (size_t i = 0; i < mapped->count; i++)
        free(mapped->paths[i]);
    free(mapped->paths);
    *mapped = (struct mapped){0};
}
