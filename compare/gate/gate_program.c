// SPDX-License-Identifier: MIT
// The two programs of a gate, made ready to be launched alike.
#include "gate_program.h"

#include "elffile.h"
#include "mem.h"
#include "output.h"
#include "scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LIBRARY_PATH "LD_LIBRARY_PATH"
#define NO_MEANING   "TARE_OTHER_SIDE" // of equal length

static bool check_file(const struct gate_program *given, struct errmsg *why) {
    struct stat info;
    if (stat(given->path, &info) != 0)
        return fail(why, "%s: cannot be read: %s; build it, or check the name", given->name,
                    strerror(errno));
    if (!S_ISREG(info.st_mode) || access(given->path, X_OK) != 0)
        return fail(why, "%s: not an executable file; name a suite", given->name);
    return true;
}

// ---- Copies and links ------------------------------------------------------------------------

static bool names_origin(const char *path) {
    return path != NULL && (strstr(path, "$ORIGIN") != NULL || strstr(path, "${ORIGIN}") != NULL);
}

// Why a program must be run where it is, or NULL.
static const char *why_in_place(const struct gate_program *given, const char *file) {
    struct elffile elf;
    struct errmsg ignored;
    if (given->is_in_place)
        return "--in-place";
    if (!elffile_read(&elf, file, &ignored))
        return "it is no ELF file";
    bool is_relative = names_origin(elf.rpath) || names_origin(elf.runpath);
    elffile_release(&elf);
    return is_relative ? "it finds libraries by $ORIGIN" : NULL;
}

static bool link_program(const struct gate_programs *programs, int side, struct errmsg *why) {
    return symlink(programs->files[side], programs->paths[side]) == 0 ||
           fail(why, "%s: cannot be linked in %s: %s", programs->given[side].name,
                programs->directory, strerror(errno));
}

// The first one is to fail before anything is measured.
static bool copy_program(struct gate_programs *programs, int side, struct errmsg *why) {
    struct image *image = &programs->images[side];
    return image_read(image, programs->files[side], why) &&
           image_write(image, programs->paths[side], why);
}

static bool place_program(struct gate_programs *programs, int side, struct errmsg *why) {
    static const char *const names[SIDES] = {"old", "new"};
    const struct gate_program *given = &programs->given[side];
    programs->files[side] = realpath(given->path, NULL);
    programs->paths[side] = mem_printf("%s/%s", programs->directory, names[side]);
    programs->argv[side][0] = programs->paths[side];
    if (programs->files[side] == NULL)
        return fail(why, "%s: cannot be read: %s", given->name, strerror(errno));
    programs->in_place[side] = why_in_place(given, programs->files[side]);
    return programs->in_place[side] != NULL ? link_program(programs, side, why)
                                            : copy_program(programs, side, why);
}

// Of a copy; a link leads to where programs may be run.
static bool check_place(const struct gate_programs *programs, struct errmsg *why) {
    struct statvfs info;
    bool has_copy = programs->in_place[SIDE_BASE] == NULL || programs->in_place[SIDE_NEW] == NULL;
    if (!has_copy || statvfs(programs->directory, &info) != 0 || (info.f_flag & ST_NOEXEC) == 0)
        return true;
    return fail(why, "%s: programs may not be run there (noexec); set TMPDIR, or use --in-place",
                programs->directory);
}

// ---- The environment -------------------------------------------------------------------------

// The loader takes an empty entry for the current directory.
static char *entry_of(const char *name, const struct gate_program *given) {
    const char *before = getenv(LIBRARY_PATH);
    bool is_set = before != NULL && *before != '\0';
    return mem_printf("%s=%s%s%s", name, given->library_path, is_set ? ":" : "",
                      is_set ? before : "");
}

// What tells one side's loader where its libraries are tells the other side nothing.
static void add_entries(struct gate_programs *programs) {
    const struct gate_program *base = &programs->given[SIDE_BASE];
    if (base->library_path == NULL)
        return;
    programs->entries[SIDE_BASE] = entry_of(LIBRARY_PATH, base);
    programs->entries[SIDE_NEW] = entry_of(NO_MEANING, base);
}

// ---- Both ------------------------------------------------------------------------------------

static void make_hows(struct gate_programs *programs) {
    struct gate_origin origins[SIDES];
    for (int side = 0; side < SIDES; side++) {
        const struct gate_program *given = &programs->given[side];
        bool is_copy = programs->in_place[side] == NULL;
        origins[side] = (struct gate_origin){.path = programs->files[side],
                                             .copy = is_copy ? programs->paths[side] : NULL,
                                             .library_path = given->library_path,
                                             .is_stored = given->is_stored};
        programs->hows[side] =
            (struct launch_how){.program = programs->paths[side],
                                .image = is_copy ? &programs->images[side] : NULL,
                                .argv = programs->argv[side],
                                .entry = programs->entries[side]};
    }
    gate_code_init(&programs->code, origins);
}

bool gate_programs_init(struct gate_programs *programs, const struct gate_program given[SIDES],
                        struct errmsg *why) {
    *programs = (struct gate_programs){.given = {given[SIDE_BASE], given[SIDE_NEW]}};
    if (!check_file(&given[SIDE_BASE], why) || !check_file(&given[SIDE_NEW], why))
        return false;
    programs->directory = scratch_make("tare-gate", why);
    if (programs->directory == NULL || !place_program(programs, SIDE_BASE, why) ||
        !place_program(programs, SIDE_NEW, why) || !check_place(programs, why)) {
        gate_programs_release(programs);
        return false;
    }
    add_entries(programs);
    make_hows(programs);
    return true;
}

void gate_programs_release(struct gate_programs *programs) {
    for (int side = 0; side < SIDES; side++) {
        if (programs->paths[side] != NULL)
            unlink(programs->paths[side]);
        free(programs->paths[side]);
        free(programs->entries[side]);
        free(programs->files[side]);
        image_release(&programs->images[side]);
    }
    if (programs->directory != NULL)
        rmdir(programs->directory);
    free(programs->directory);
    gate_code_release(&programs->code);
    *programs = (struct gate_programs){0};
}

// ---- Trials ----------------------------------------------------------------------------------

// What a worker is told has room for so much.
static bool check_trials(const struct document *doc, struct errmsg *why) {
    static const struct wire_trial room;
    for (size_t i = 0; i < doc->trial_count; i++) {
        const struct trial *trial = &doc->trials[i];
        if (strlen(trial->name) >= sizeof room.name)
            return fail(why, "a trial's name is longer than %zu bytes: %.60s...",
                        sizeof room.name - 1, trial->name);
        if ((size_t)trial->threads > sizeof room.cpus / sizeof *room.cpus)
            return fail(why, "trial %s: more than %zu threads", trial->name,
                        sizeof room.cpus / sizeof *room.cpus);
    }
    return true;
}

static char *list_text(const struct gate_program *given, uint64_t limit_ns, struct errmsg *why) {
    char *file = realpath(given->path, NULL);
    char *entry = given->library_path != NULL ? entry_of(LIBRARY_PATH, given) : NULL;
    char *argv[] = {"env", entry, file, "--list", "--json", "-", NULL};
    char *text = file == NULL ? NULL : output_of(entry != NULL ? argv : argv + 2, limit_ns, why);
    if (file == NULL)
        fail(why, "%s", strerror(errno));
    free(entry);
    free(file);
    return text;
}

static bool read_list(struct document *list, const struct gate_program *given, uint64_t limit_ns,
                      struct errmsg *why) {
    char *text = list_text(given, limit_ns, why);
    bool good = text != NULL && document_parse(list, text, strlen(text), why);
    free(text);
    if (good && !check_trials(list, why)) {
        document_release(list);
        good = false;
    }
    return good;
}

bool gate_program_list(struct document *list, const struct gate_program *given, uint64_t limit_ns,
                       struct errmsg *why) {
    struct errmsg cause;
    return check_file(given, why) &&
           (read_list(list, given, limit_ns, &cause) ||
            fail(why, "%s: does not list its trials: %s; is it a suite of tare for this machine?",
                 given->name, cause.text));
}
