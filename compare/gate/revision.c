// SPDX-License-Identifier: MIT
// Has git check out an earlier revision beside what the user has, and builds the suite there.
#include "revision.h"

#include "mem.h"
#include "output.h"
#include "plaintext.h"
#include "scratch.h"
#include "stop.h"
#include "storefs.h"

#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// A build takes as long as it takes.
static const uint64_t limit_ns = (uint64_t)1 << 62;

#define COMMIT_SHOWN 12
#define LINES_SHOWN  "20"

// ---- Scripts ---------------------------------------------------------------------------------

// A hook says where its repository and index are, and make what its options are: none of that is
// meant for another worktree.
#define ALONE                                                                                      \
    "unset GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_PREFIX"                         \
    " MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL; "

// $1 is the log, for all.
static const char where_script[] =
    ALONE "exec 2>\"$1\"; git rev-parse --show-toplevel && git rev-parse --show-prefix";
static const char commit_script[] =
    ALONE "exec 2>\"$1\"; git rev-parse --verify --quiet \"$2^{commit}\"";
static const char checkout_script[] = ALONE "GIT_TERMINAL_PROMPT=0 git -c core.hooksPath=/dev/null "
                                            "worktree add --detach \"$2\" \"$3\" >\"$1\" 2>&1";
// The exit keeps this shell, and with it the pipe that is listened to, until the build ends.
static const char build_script[] = ALONE "cd \"$2\" && sh -c \"$3\" >\"$1\" 2>&1; exit $?";
static const char tail_script[] = "tail -n \"$2\" \"$1\"";
// What is left of a worktree whose making was interrupted is locked; --force twice takes it, too.
// A build may have made directories that cannot be written to.
static const char remove_script[] =
    ALONE "exec >\"$1\" 2>&1; rm -rf \"$2\" || { chmod -R u+w \"$2\"; rm -rf \"$2\"; }; "
          "git worktree remove --force --force \"$2\" || "
          "! git worktree list --porcelain | grep -qxF \"worktree $2\"";

struct step {
    char *log;
    char *argv[8];
};

// `script` and arguments for it; release with free(step.log).
static struct step step_of(const struct revision *r, const char *script, const char *second,
                           const char *third) {
    char *log = storefs_path(r->room, "log");
    return (struct step){log,
                         {"sh", "-c", (char *)script, "tare", log, (char *)second, (char *)third}};
}

// What it prints, without the last newline. NULL unless it went well.
static char *run(const struct revision *r, const char *script, const char *second,
                 const char *third, struct errmsg *why) {
    struct step step = step_of(r, script, second, third);
    char *text = output_of(step.argv, limit_ns, why);
    free(step.log);
    size_t length = text == NULL ? 0 : strlen(text);
    if (length != 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    return text;
}

// As run(), for what is not to be kept from its end: a signal to us does not matter any more.
static bool run_to_the_end(const struct revision *r, const char *script, const char *second) {
    struct step step = step_of(r, script, second, NULL);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP); // a Ctrl-C is for us alone
    pid_t pid;
    int status = -1;
    if (posix_spawnp(&pid, step.argv[0], NULL, &attributes, step.argv, environ) == 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    posix_spawnattr_destroy(&attributes);
    free(step.log);
    return status == 0;
}

// The last line that git printed, or else how it ended; free it.
static char *last_words(const struct revision *r, const struct errmsg *end) {
    char *text = run(r, tail_script, "1", NULL, NULL);
    if (text != NULL && *text != '\0')
        return text;
    free(text);
    return mem_text(end->text);
}

// ---- The worktree ----------------------------------------------------------------------------

// Where we are in the repository: "", or say "lib/text/". And how its directory is called, because
// some builds call what they make like it. Both are owned.
struct place {
    char *below;
    char *name;
};

static bool find_place(const struct revision *r, struct place *place, struct errmsg *why) {
    struct errmsg end;
    char *text = run(r, where_script, NULL, NULL, &end);
    if (text == NULL) {
        char *words = last_words(r, &end);
        fail(why, "--against-rev: git does not say where its work tree is: %s; run tare gate in it",
             words);
        free(words);
        return false;
    }
    char *newline = strchr(text, '\n');
    place->below = mem_text(newline == NULL ? "" : newline + 1);
    if (newline != NULL)
        *newline = '\0';
    const char *name = strrchr(text, '/');
    bool is_root = name == NULL || name[1] == '\0';
    place->name = mem_text(is_root ? "root" : name + 1);
    free(text);
    return true;
}

static bool find_commit(struct revision *r, const char *rev, struct errmsg *why) {
    r->commit = run(r, commit_script, rev, NULL, NULL);
    if (r->commit != NULL)
        return true;
    return fail(why,
                "--against-rev %s: no commit that git has here; check the name, or fetch it: a CI "
                "service's checkout may hold the newest commit alone",
                rev);
}

static bool check_out(struct revision *r, const char *name, const char *rev, struct errmsg *why) {
    struct errmsg end;
    r->tree = storefs_path(r->room, name);
    char *nothing = run(r, checkout_script, r->tree, r->commit, &end);
    if (nothing == NULL) {
        char *words = last_words(r, &end);
        fail(why, "--against-rev %s: git cannot check it out in %s: %s", rev, r->tree, words);
        free(words);
        return false;
    }
    free(nothing);
    return true;
}

// ---- The build -------------------------------------------------------------------------------

// On standard error, where no line of it can act on a terminal or a CI service.
static void show_line(const char *head, const char *line) {
    char *plain = plain_text(line);
    fprintf(stderr, "%s%s\n", head, plain);
    free(plain);
}

static void show_tail(const struct revision *r) {
    char *text = run(r, tail_script, LINES_SHOWN, NULL, NULL);
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        show_line("    ", line);
    free(text);
}

static bool has(const char *directory, const char *name) {
    char *path = storefs_path(directory, name);
    bool is_there = access(path, F_OK) == 0;
    free(path);
    return is_there;
}

static bool tell_failure(const struct revision *r, const struct revision_asked *asked,
                         const char *directory, const struct errmsg *end, struct errmsg *why) {
    if (stop_signal() != 0)
        return false;
    show_tail(r);
    char *command = mem_printf("git worktree add --detach '%s' %.*s && cd '%s' && %s", r->tree,
                               COMMIT_SHOWN, r->commit, directory, asked->build);
    show_line("to repeat it: ", command);
    free(command);
    bool has_modules = has(r->tree, ".gitmodules");
    return fail(why, "--build '%s' at %s (%.*s): %s; its last lines are above%s", asked->build,
                asked->rev, COMMIT_SHOWN, r->commit, end->text,
                has_modules ? "; the submodules are empty there unless it runs git submodule "
                              "update --init"
                            : "");
}

// `directory` ends in a slash.
static bool build_in(struct revision *r, const struct revision_asked *asked, const char *directory,
                     struct errmsg *why) {
    struct errmsg end;
    char *nothing = run(r, build_script, directory, asked->build, &end);
    if (nothing == NULL)
        return tell_failure(r, asked, directory, &end, why);
    free(nothing);
    r->suite = mem_printf("%s%s", directory, asked->suite);
    return access(r->suite, F_OK) == 0 ||
           fail(why, "--suite %s: '%s' made no such file at %s (%.*s); name what it makes there",
                asked->suite, asked->build, asked->rev, COMMIT_SHOWN, r->commit);
}

static bool build(struct revision *r, const struct revision_asked *asked, const char *below,
                  struct errmsg *why) {
    char *directory = mem_printf("%s/%s", r->tree, below);
    bool good = access(directory, F_OK) == 0
                    ? build_in(r, asked, directory, why)
                    : fail(why,
                           "--against-rev %s: has no directory %s, where you are; run tare gate "
                           "where both revisions can be built",
                           asked->rev, below);
    free(directory);
    return good;
}

// ---- The story -------------------------------------------------------------------------------

bool revision_check(const struct revision_asked *asked, struct errmsg *why) {
    bool is_any = asked->rev != NULL || asked->build != NULL || asked->suite != NULL;
    bool is_all = asked->rev != NULL && asked->build != NULL && asked->suite != NULL;
    if (!is_any)
        return true;
    if (!is_all)
        return fail(why, "--against-rev, --build and --suite go together: the revision, the "
                         "command that builds the suite there, and the file that it makes");
    if (*asked->rev == '\0' || *asked->rev == '-')
        return fail(why, "--against-rev '%s': not a revision; name one, say HEAD~1", asked->rev);
    if (*asked->suite == '\0' || *asked->suite == '/')
        return fail(why,
                    "--suite '%s': must be relative: it is looked for in the old revision's work "
                    "tree, where --build runs",
                    asked->suite);
    return true;
}

bool revision_build(struct revision *r, const struct revision_asked *asked, struct errmsg *why) {
    struct place place = {0};
    *r = (struct revision){0};
    r->room = scratch_make("tare-revision", why);
    bool good = r->room != NULL && find_place(r, &place, why) && find_commit(r, asked->rev, why) &&
                check_out(r, place.name, asked->rev, why) && build(r, asked, place.below, why);
    free(place.below);
    free(place.name);
    if (good)
        return true;
    if (stop_signal() != 0)
        fail(why, "--against-rev %s: stopped by a signal to us", asked->rev);
    revision_release(r);
    return false;
}

static void remove_all(const struct revision *r) {
    char *log = storefs_path(r->room, "log");
    stop_hold(true);
    bool good = r->tree == NULL || run_to_the_end(r, remove_script, r->tree);
    unlink(log);
    if (rmdir(r->room) != 0 || !good)
        fprintf(stderr,
                "tare: warning: %s: cannot be removed; remove it, then run git worktree prune\n",
                r->room);
    stop_hold(false);
    free(log);
}

void revision_release(struct revision *r) {
    if (r->room != NULL)
        remove_all(r);
    free(r->commit);
    free(r->suite);
    free(r->room);
    free(r->tree);
    *r = (struct revision){0};
}
