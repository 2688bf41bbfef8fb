// SPDX-License-Identifier: MIT
// Files and directories of the store.
#include "storefs.h"

#include "mem.h"
#include "progfile.h"
#include "textfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- Names -----------------------------------------------------------------------------------

static bool is_plain(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '+';
}

// What is too long keeps its beginning, and ends in a hash of all of it.
static void cut(char name[STOREFS_NAME_MAX + 1], const char *text) {
    enum { DIGITS = 16, KEPT = STOREFS_NAME_MAX - 2 - DIGITS };
    char hash[PROGFILE_HASH_SIZE];
    progfile_hash_text(text, strlen(text), hash);
    snprintf(name + KEPT, STOREFS_NAME_MAX + 1 - KEPT, "%%-%.*s", DIGITS, hash);
}

char *storefs_name(const char *text) {
    if (*text == '\0')
        return mem_text("%");
    char *name = mem_zero(STOREFS_NAME_MAX + 1, 1);
    size_t length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        bool stands = is_plain(*c) && !(*c == '.' && c == text);
        char piece[4];
        int size = snprintf(piece, sizeof piece, stands ? "%c" : "%%%02X", (unsigned char)*c);
        if (length + (size_t)size > STOREFS_NAME_MAX) {
            cut(name, text);
            break;
        }
        memcpy(name + length, piece, (size_t)size);
        length += (size_t)size;
    }
    return name;
}

bool storefs_is_name(const char *name) {
    if (*name == '.' || *name == '\0' || strlen(name) > STOREFS_NAME_MAX)
        return false;
    for (; *name != '\0'; name++)
        if (!is_plain(*name) && *name != '%')
            return false;
    return true;
}

char *storefs_path(const char *directory, const char *name) {
    return mem_printf("%s/%s", directory, name);
}

// ---- Looking ---------------------------------------------------------------------------------

static int is_listed(const struct dirent *entry) { return storefs_is_name(entry->d_name); }

static int is_temporary(const struct dirent *entry) {
    return strncmp(entry->d_name, STOREFS_TEMPORARY, strlen(STOREFS_TEMPORARY)) == 0;
}

void storefs_names_take(struct storefs_names *names, char *name) {
    names->items = mem_push(names->items, &names->count, sizeof *names->items);
    names->items[names->count - 1] = name;
}

static bool list(const char *directory, int (*is_wanted)(const struct dirent *),
                 struct storefs_names *names, struct errmsg *why) {
    *names = (struct storefs_names){0};
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_wanted, alphasort);
    if (count < 0)
        return errno == ENOENT || fail(why, "%s: cannot be listed: %s", directory, strerror(errno));
    for (int i = 0; i < count; i++) {
        storefs_names_take(names, mem_text(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return true;
}

static int is_entry(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

bool storefs_list_all(const char *directory, struct storefs_names *names, struct errmsg *why) {
    return list(directory, is_entry, names, why);
}

bool storefs_list(const char *directory, struct storefs_names *names, struct errmsg *why) {
    return list(directory, is_listed, names, why);
}

void storefs_names_release(struct storefs_names *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct storefs_names){0};
}

static int is_something(const struct dirent *entry) {
    return is_entry(entry) && !is_temporary(entry);
}

bool storefs_is_empty(const char *directory) {
    struct storefs_names names;
    bool is_empty = list(directory, is_something, &names, NULL) && names.count == 0;
    storefs_names_release(&names);
    return is_empty;
}

static bool check(const char *path, mode_t kind, const char *word, struct errmsg *why) {
    struct stat info;
    if (lstat(path, &info) != 0)
        return fail(why, "%s: cannot be read: %s", path, strerror(errno));
    if ((info.st_mode & S_IFMT) == kind)
        return true;
    return fail(why, "%s: %s, not a %s: this is not how tare left the store; remove it", path,
                S_ISLNK(info.st_mode) ? "a symbolic link" : "something else", word);
}

bool storefs_check_directory(const char *path, struct errmsg *why) {
    return check(path, S_IFDIR, "directory", why);
}

bool storefs_check_file(const char *path, struct errmsg *why) {
    return check(path, S_IFREG, "file", why);
}

// ---- Changing --------------------------------------------------------------------------------

// The directory that holds `path`; free it.
static char *parent_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? mem_text(".") : mem_printf("%.*s", (int)(slash - path), path);
}

bool storefs_make(const char *path, struct errmsg *why) {
    if (mkdir(path, 0777) == 0) {
        textfile_sync_name(path);
        return true;
    }
    if (errno == EEXIST)
        return storefs_check_directory(path, why);
    return fail(why, "%s: cannot be made: %s; nothing was changed", path, strerror(errno));
}

char *storefs_begin(const char *directory, struct errmsg *why) {
    char *path = mem_printf("%s/" STOREFS_TEMPORARY "new-XXXXXX", directory);
    if (mkdtemp(path) != NULL && chmod(path, 0755) == 0)
        return path;
    fail(why, "%s: cannot be written: %s; nothing was changed", directory, strerror(errno));
    free(path);
    return NULL;
}

bool storefs_appear(const char *temporary, const char *path, struct errmsg *why) {
    if (rename(temporary, path) != 0)
        return fail(why, "%s: cannot be made: %s; nothing was changed", path, strerror(errno));
    textfile_sync_name(path);
    return true;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static bool remove_tree(const char *path) {
    enum { OPEN_MAX_ = 16 };
    return nftw(path, remove_entry, OPEN_MAX_, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}

bool storefs_remove(const char *path, struct errmsg *why) {
    char *parent = parent_of(path);
    char *gone = storefs_begin(parent, why);
    free(parent);
    if (gone == NULL)
        return false;
    char *inside = storefs_path(gone, "gone");
    bool good = rename(path, inside) == 0 || errno == ENOENT;
    good = remove_tree(gone) && good;
    if (!good)
        fail(why, "%s: cannot be removed: %s", path, strerror(errno));
    free(inside);
    free(gone);
    return good;
}

bool storefs_sweep(const char *directory, struct errmsg *why) {
    struct storefs_names names;
    if (!list(directory, is_temporary, &names, why))
        return false;
    bool good = true;
    for (size_t i = 0; i < names.count; i++) {
        char *path = storefs_path(directory, names.items[i]);
        if (!remove_tree(path))
            good = fail(why, "%s: cannot be removed: %s", path, strerror(errno));
        free(path);
    }
    storefs_names_release(&names);
    return good;
}

bool storefs_sweep_below(const char *directory, struct errmsg *why) {
    struct storefs_names names = {0};
    bool good = storefs_sweep(directory, why) && storefs_list(directory, &names, why);
    for (size_t i = 0; good && i < names.count; i++) {
        char *path = storefs_path(directory, names.items[i]);
        if (storefs_check_directory(path, NULL)) {
            good = storefs_sweep_below(path, why);
            rmdir(path); // refused unless it is empty
        }
        free(path);
    }
    storefs_names_release(&names);
    return good;
}

static bool pour(int in, int out) {
    static char block[1 << 16];
    ssize_t length;
    while ((length = read(in, block, sizeof block)) > 0)
        for (ssize_t put = 0, more; put < length; put += more)
            if ((more = write(out, block + put, (size_t)(length - put))) < 0)
                return false;
    return length == 0;
}

bool storefs_copy(const char *from, const char *to, struct errmsg *why) {
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return fail(why, "%s: cannot be read: %s", from, strerror(errno));
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    bool good = out >= 0 && pour(in, out) && fchmod(out, 0555) == 0 && fsync(out) == 0;
    if (!good)
        fail(why, "%s: cannot be copied to %s: %s; nothing was changed", from, to, strerror(errno));
    close(in);
    if (out >= 0 && close(out) != 0 && good)
        good = fail(why, "%s: cannot be written: %s", to, strerror(errno));
    return good;
}

static uint64_t bytes_found;

static int add_bytes(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)path, (void)where;
    if (kind == FTW_F)
        bytes_found += (uint64_t)info->st_size;
    return 0;
}

uint64_t storefs_bytes(const char *path) {
    bytes_found = 0;
    nftw(path, add_bytes, 16, FTW_PHYS);
    return bytes_found;
}
