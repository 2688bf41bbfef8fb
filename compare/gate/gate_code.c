// SPDX-License-Identifier: MIT
// Whose code the workers of a gate run.
#include "gate_code.h"

#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- Places ----------------------------------------------------------------------------------

// The length of a path's directory.
static size_t directory_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path);
}

static bool has_repository(const char *directory) {
    char *path = mem_printf("%s/.git", directory);
    bool is_there = access(path, F_OK) == 0;
    free(path);
    return is_there;
}

// The nearest directory upwards that is a repository's or a worktree's, or else the file's own.
static char *home_of(const char *path) {
    char *own = mem_printf("%.*s", (int)directory_length(path), path);
    char *directory = mem_text(own);
    while (*directory != '\0' && !has_repository(directory))
        directory[directory_length(directory)] = '\0';
    if (*directory == '\0') {
        free(directory);
        return own;
    }
    free(own);
    return directory;
}

// Not below the root: everything is.
static bool is_below(const char *path, const char *directory) {
    size_t length = strlen(directory);
    return length != 0 && strncmp(path, directory, length) == 0 && path[length] == '/';
}

static bool is_in(const char *path, const char *directory, size_t length) {
    return directory_length(path) == length && strncmp(path, directory, length) == 0;
}

static bool was_stored(const struct gate_origin *origin, const char *path) {
    if (is_in(path, origin->path, directory_length(origin->path)))
        return true;
    const char *place = origin->library_path;
    for (size_t length; place != NULL && *place != '\0'; place += length + (place[length] == ':')) {
        length = strcspn(place, ":");
        if (is_in(path, place, length))
            return true;
    }
    return false;
}

static bool has_path(const struct mapped *mapped, const char *path) {
    for (size_t i = 0; i < mapped->count; i++)
        if (strcmp(mapped->paths[i], path) == 0)
            return true;
    return false;
}

// ---- Files -----------------------------------------------------------------------------------

static bool is_remembered(const struct gate_code *code, const char *path) {
    for (size_t i = 0; i < code->file_count; i++)
        if (strcmp(code->files[i].path, path) == 0)
            return true;
    return false;
}

// One that is gone already is told by gate_code_check.
static void remember(struct gate_code *code, const char *path) {
    if (is_remembered(code, path))
        return;
    code->files = mem_push(code->files, &code->file_count, sizeof *code->files);
    struct gate_file *file = &code->files[code->file_count - 1];
    file->path = mem_text(path);
    stat(file->path, &file->info);
}

// ---- Judging ---------------------------------------------------------------------------------

// Of what is run as a copy the counts are still the file's own.
void gate_code_init(struct gate_code *code, const struct gate_origin origins[SIDES]) {
    *code = (struct gate_code){0};
    for (int side = 0; side < SIDES; side++) {
        code->origins[side] = origins[side];
        code->homes[side] = home_of(origins[side].path);
        remember(code, origins[side].path);
    }
}

void gate_code_release(struct gate_code *code) {
    for (int side = 0; side < SIDES; side++)
        free(code->homes[side]);
    for (size_t i = 0; i < code->file_count; i++)
        free(code->files[i].path);
    free(code->files);
    for (size_t i = 0; i < code->shared_count; i++)
        free(code->shared[i]);
    free(code->shared);
    for (size_t i = 0; i < code->own_count; i++)
        free(code->own[i]);
    free(code->own);
    *code = (struct gate_code){0};
}

static void add_once(char ***paths, size_t *count, const char *path) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*paths)[i], path) == 0)
            return;
    *paths = mem_push(*paths, count, sizeof **paths);
    (*paths)[*count - 1] = mem_text(path);
}

static void note_own(struct gate_code *code, const struct mapped mapped[SIDES]) {
    for (int side = 0; side < SIDES; side++)
        for (size_t i = 0; i < mapped[side].count; i++) {
            const char *path = mapped[side].paths[i];
            if (strcmp(path, code->origins[side].path) != 0 && !has_path(&mapped[!side], path))
                add_once(&code->own, &code->own_count, path);
        }
}

static bool judge_stored(const struct gate_origin *origin, const struct mapped *mapped, int side,
                         struct errmsg *why) {
    for (size_t i = 0; i < mapped->count; i++)
        if (!was_stored(origin, mapped->paths[i]))
            return fail(why, "%s maps %s, which is no copy that was stored: it may be new code",
                        side_names[side], mapped->paths[i]);
    return true;
}

static bool judge_shared(struct gate_code *code, const struct mapped mapped[SIDES],
                         struct errmsg *why) {
    for (size_t i = 0; i < mapped[SIDE_BASE].count; i++) {
        const char *path = mapped[SIDE_BASE].paths[i];
        if (!has_path(&mapped[SIDE_NEW], path))
            continue;
        if (is_below(path, code->homes[SIDE_BASE]) || is_below(path, code->homes[SIDE_NEW]))
            return fail(why,
                        "both sides run %s, which is thus held against itself; let each find its "
                        "own, say by an rpath of $ORIGIN",
                        path);
        add_once(&code->shared, &code->shared_count, path);
    }
    return true;
}

// One program on both sides has been asked for.
static bool is_one_program(const struct gate_code *code) {
    return strcmp(code->origins[SIDE_BASE].path, code->origins[SIDE_NEW].path) == 0;
}

bool gate_code_judge(struct gate_code *code, const struct mapped mapped[SIDES],
                     struct errmsg *why) {
    for (int side = 0; side < SIDES; side++)
        if (code->origins[side].is_stored &&
            !judge_stored(&code->origins[side], &mapped[side], side, why))
            return false;
    note_own(code, mapped);
    return is_one_program(code) || judge_shared(code, mapped, why);
}

// ---- Workers ---------------------------------------------------------------------------------

// A copy of ours has no other code than the executable.
static void forget_copy(struct mapped *mapped, const char *copy) {
    size_t kept = 0;
    for (size_t i = 0; i < mapped->count; i++) {
        if (copy != NULL && strcmp(mapped->paths[i], copy) == 0)
            free(mapped->paths[i]);
        else
            mapped->paths[kept++] = mapped->paths[i];
    }
    mapped->count = kept;
}

bool gate_code_admit(void *context, const pid_t pids[SIDES], struct errmsg *why) {
    struct gate_code *code = context;
    struct mapped mapped[SIDES] = {0};
    bool good = true;
    for (int side = 0; side < SIDES && good; side++) {
        good = mapped_read(&mapped[side], pids[side], why);
        forget_copy(&mapped[side], code->origins[side].copy);
        for (size_t i = 0; good && i < mapped[side].count; i++)
            remember(code, mapped[side].paths[i]);
    }
    good = good && gate_code_judge(code, mapped, why);
    for (int side = 0; side < SIDES; side++)
        mapped_release(&mapped[side]);
    return good;
}

static bool is_same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           is_same_time(a->st_mtim, b->st_mtim);
}

bool gate_code_check(const struct gate_code *code, struct errmsg *why) {
    for (size_t i = 0; i < code->file_count; i++) {
        const struct gate_file *file = &code->files[i];
        struct stat now;
        if (stat(file->path, &now) != 0)
            return fail(why, "%s went away while it was measured: %s", file->path, strerror(errno));
        if (!is_same_file(&now, &file->info))
            return fail(why, "%s changed while it was measured", file->path);
    }
    return true;
}

void gate_code_note(const struct gate_code *code, struct document *doc) {
    struct errmsg why;
    if (!gate_code_check(code, &why))
        document_note(doc, NOTE_ERROR, "changed", NULL,
                      "%s: this run cannot be judged; build first, then run the gate", why.text);
}
