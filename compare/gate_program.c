// SPDX-License-Identifier: MIT
// The two programs of a gate, made ready to be launched alike.
#include "gate_program.h"

#include "mem.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_file(const char *file, struct errmsg *why) {
    struct stat info;
    if (stat(file, &info) != 0)
        return fail(why, "%s: cannot be read: %s; build it, or check the name", file,
                    strerror(errno));
    if (!S_ISREG(info.st_mode) || access(file, X_OK) != 0)
        return fail(why, "%s: not an executable file; name a suite", file);
    return true;
}

static bool link_program(struct gate_programs *programs, int side, const char *file,
                         struct errmsg *why) {
    static const char *const names[SIDES] = {"old", "new"};
    char *real = realpath(file, NULL);
    programs->paths[side] = mem_printf("%s/%s", programs->directory, names[side]);
    bool good = real != NULL && symlink(real, programs->paths[side]) == 0;
    free(real);
    if (!good)
        return fail(why, "%s: cannot be linked in %s: %s", file, programs->directory,
                    strerror(errno));
    programs->argv[side][0] = programs->paths[side];
    programs->hows[side] =
        (struct launch_how){.program = programs->paths[side], .argv = programs->argv[side]};
    return true;
}

bool gate_programs_init(struct gate_programs *programs, const char *const files[SIDES],
                        struct errmsg *why) {
    *programs = (struct gate_programs){0};
    const char *place = getenv("TMPDIR");
    bool is_said = place != NULL && *place != '\0';
    char *directory = mem_printf("%s/tare-gate-XXXXXX", is_said ? place : "/tmp");
    for (int side = 0; side < SIDES; side++)
        if (!check_file(files[side], why)) {
            free(directory);
            return false;
        }
    if (mkdtemp(directory) == NULL) {
        fail(why, "%s: cannot be made: %s; set TMPDIR", directory, strerror(errno));
        free(directory);
        return false;
    }
    programs->directory = directory;
    for (int side = 0; side < SIDES; side++)
        if (!link_program(programs, side, files[side], why)) {
            gate_programs_release(programs);
            return false;
        }
    return true;
}

void gate_programs_release(struct gate_programs *programs) {
    for (int side = 0; side < SIDES; side++) {
        if (programs->paths[side] != NULL)
            unlink(programs->paths[side]);
        free(programs->paths[side]);
    }
    if (programs->directory != NULL)
        rmdir(programs->directory);
    free(programs->directory);
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

static bool read_list(struct document *doc, const char *path, uint64_t limit_ns,
                      struct errmsg *why) {
    char *argv[] = {(char *)path, "--list", "--json", "-", NULL};
    char *text = output_of(argv, limit_ns, why);
    bool good = text != NULL && document_parse(doc, text, strlen(text), why);
    free(text);
    if (good && !check_trials(doc, why)) {
        document_release(doc);
        good = false;
    }
    return good;
}

bool gate_program_list(struct side *side, const char *path, const char *file, uint64_t limit_ns,
                       struct errmsg *why) {
    struct errmsg cause;
    struct document list;
    if (!read_list(&list, path, limit_ns, &cause))
        return fail(why,
                    "%s: does not list its trials: %s; is it a suite of tare for this machine?",
                    file, cause.text);
    side_add_list(side, &list, file);
    return true;
}
