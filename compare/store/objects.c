// SPDX-License-Identifier: MIT
// Programs in the store, by the hash of their content.
#include "objects.h"

#include "elffile.h"
#include "mem.h"
#include "progfile.h"
#include "storefs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void object_release(struct object *object) {
    free(object->name);
    free(object->hash);
}

void objects_release(struct objects *objects) {
    for (size_t i = 0; i < objects->count; i++)
        object_release(&objects->items[i]);
    free(objects->items);
    *objects = (struct objects){0};
}

static bool is_hash(const char *text) {
    return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

// All of them, last, and of an executable.
static bool are_phases_whole(const struct objects *objects) {
    size_t first = 0;
    while (first < objects->count && objects->items[first].phase == 0)
        first++;
    for (size_t i = first; i < objects->count; i++)
        if (objects->items[i].phase != (uint64_t)phases_bytes(i - first))
            return false;
    return first == objects->count || (first != 0 && objects->count - first == PHASES);
}

bool objects_check(const struct objects *objects, const char *where, struct errmsg *why) {
    if (!are_phases_whole(objects))
        return fail(why, "%s: not all phases of a program, or something else among them", where);
    for (size_t i = 0; i < objects->count; i++) {
        if (!is_hash(objects->items[i].hash))
            return fail(why, "%s: '%s' is not a hash", where, objects->items[i].hash);
        if (!storefs_is_name(objects->items[i].name))
            return fail(why, "%s: '%s' is not a file's name", where, objects->items[i].name);
    }
    return true;
}

static bool verify_one(const char *wanted, const char *home, const char *path, struct errmsg *why) {
    char hash[PROGFILE_HASH_SIZE];
    if (!storefs_check_directory(home, why) || !storefs_check_file(path, why) ||
        !progfile_hash(path, hash, why))
        return false;
    return strcmp(hash, wanted) == 0 ||
           fail(why,
                "%s: its content is not what was stored (its hash is %s now); it is not executed; "
                "store the program again",
                path, hash);
}

// ---- Storing ---------------------------------------------------------------------------------

static bool check_mode(const char *path, struct errmsg *why) {
    struct stat info;
    if (stat(path, &info) != 0)
        return fail(why, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return fail(why, "%s: not a file", path);
    if ((info.st_mode & (S_ISUID | S_ISGID)) != 0)
        return fail(why,
                    "%s is setuid or setgid: a copy would run with other rights; store a program "
                    "without that",
                    path);
    return true;
}

static bool check_elf(const char *path, const struct elffile *elf, struct errmsg *why) {
    if (elf->rpath != NULL)
        return fail(why,
                    "%s has a DT_RPATH (%s), which comes before the stored libraries; link with "
                    "-Wl,--enable-new-dtags",
                    path, elf->rpath);
    if (elf->needed_path != NULL)
        return fail(why,
                    "%s needs %s by its path, which a stored copy cannot replace; link with a "
                    "library that has a soname",
                    path, elf->needed_path);
    return true;
}

// A library goes by what the loader asks for, its soname or the file's own name; an executable may
// go by any name.
static char *name_of(const char *path, const struct elffile *elf, bool is_executable) {
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (is_executable)
        return storefs_name(name);
    return mem_text(elf->soname != NULL ? elf->soname : name);
}

// A directory that is there may hold the same content under the name of another program.
static bool move_in(const char *temporary, const char *copy, const char *home, const char *there,
                    struct errmsg *why) {
    if (!storefs_check_directory(home, NULL))
        return storefs_remove(home, why) && storefs_appear(temporary, home, why);
    return (storefs_check_file(there, NULL) || storefs_remove(there, why)) &&
           storefs_appear(copy, there, why);
}

// The copy is hashed, not the file that it was made from, which may change meanwhile.
static bool place(struct object *object, const char *directory, const char *temporary,
                  const char *path, struct errmsg *why) {
    char *copy = storefs_path(temporary, object->name);
    char hash[PROGFILE_HASH_SIZE];
    bool good = storefs_copy(path, copy, why) && progfile_hash(copy, hash, why);
    if (!good) {
        free(copy);
        return false;
    }
    object->hash = mem_text(hash);
    char *home = storefs_path(directory, hash);
    char *there = storefs_path(home, object->name);
    good = verify_one(hash, home, there, NULL) || move_in(temporary, copy, home, there, why);
    free(copy);
    free(there);
    free(home);
    return good;
}

static bool store_one(struct object *object, const char *directory, const char *path,
                      bool is_executable, struct errmsg *why) {
    struct elffile elf = {0};
    if (!check_mode(path, why) || !elffile_read(&elf, path, why))
        return false;
    bool good = check_elf(path, &elf, why);
    object->name = name_of(path, &elf, is_executable);
    elffile_release(&elf);
    if (good && !storefs_is_name(object->name))
        good = fail(why,
                    "%s: a library of that name cannot be stored: a name is of A-Za-z0-9._+- and "
                    "begins with no dot; rename it",
                    path);
    char *temporary = good ? storefs_begin(directory, why) : NULL;
    good = temporary != NULL && place(object, directory, temporary, path, why);
    if (temporary != NULL)
        good = storefs_remove(temporary, good ? why : NULL) && good;
    free(temporary);
    return good;
}

static bool add_one(struct objects *objects, const char *directory, const char *path,
                    uint64_t phase, struct errmsg *why) {
    bool is_executable = objects->count == 0 || phase != 0;
    objects->items = mem_push(objects->items, &objects->count, sizeof *objects->items);
    struct object *object = &objects->items[objects->count - 1];
    *object = (struct object){.phase = phase};
    return store_one(object, directory, path, is_executable, why);
}

bool objects_store(struct objects *objects, const char *directory, char *const *paths, size_t count,
                   const struct phases *phases, struct errmsg *why) {
    bool good = true;
    *objects = (struct objects){0};
    for (size_t i = 0; good && i < count; i++)
        good = add_one(objects, directory, paths[i], 0, why);
    for (size_t i = 0; good && phases_are_there(phases) && i < PHASES; i++)
        good = add_one(objects, directory, phases->paths[i], (uint64_t)phases_bytes(i), why);
    if (!good)
        objects_release(objects);
    return good;
}

// ---- Verifying -------------------------------------------------------------------------------

// What the loader would read in LD_LIBRARY_PATH as more than a path.
static bool check_library_path(const char *directory, struct errmsg *why) {
    return directory[strcspn(directory, ":;$")] == '\0' ||
           fail(why,
                "%s: the loader cannot find libraries in a path with ':', ';' or '$'; move the "
                "store",
                directory);
}

// The loader looks for any library in there, not only for what was stored: every file must be of
// the same content.
static bool verify_home(const struct object *object, const char *home, struct errmsg *why) {
    struct storefs_names names = {0};
    bool good = storefs_check_directory(home, why) && storefs_list_all(home, &names, why);
    for (size_t i = 0; good && i < names.count; i++) {
        char *path = storefs_path(home, names.items[i]);
        good = verify_one(object->hash, home, path, why);
        free(path);
    }
    storefs_names_release(&names);
    char *path = storefs_path(home, object->name);
    good = good && storefs_check_file(path, why);
    free(path);
    return good;
}

bool objects_verify(const struct objects *objects, const char *directory,
                    struct objects_start *start, struct errmsg *why) {
    size_t phases = 0;
    *start = (struct objects_start){0};
    bool good = (objects->count != 0 || fail(why, "%s: no program is stored there", directory)) &&
                storefs_check_directory(directory, why);
    for (size_t i = 0; good && i < objects->count; i++) {
        const struct object *object = &objects->items[i];
        char *home = storefs_path(directory, object->hash);
        good = verify_home(object, home, why);
        if (i == 0)
            start->program = storefs_path(home, object->name);
        else if (object->phase != 0)
            start->phases.paths[phases++] = storefs_path(home, object->name);
        else
            start->library_path = mem_append(start->library_path, "%s%s",
                                             start->library_path == NULL ? "" : ":", home);
        free(home);
    }
    good = good && (start->library_path == NULL || check_library_path(directory, why));
    if (!good)
        objects_start_release(start);
    return good;
}

void objects_start_release(struct objects_start *start) {
    free(start->program);
    free(start->library_path);
    phases_release(&start->phases);
    *start = (struct objects_start){0};
}
