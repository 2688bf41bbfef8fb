// SPDX-License-Identifier: MIT
// The suite of an earlier revision is built from that revision, elsewhere, and leaves no trace.
#include "revision.h"

#include "launch.h"
#include "mem.h"
#include "room.h"
#include "textfile.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/wait.h>
#include <cmocka.h>

static void shell(const char *script) {
    if (system(script) != 0) // NOLINT: the scripts are these
        abort();
}

// The first line of a file; static.
static const char *line_of(const char *path) {
    static char line[4096];
    if (!textfile_peek(path, line, sizeof line))
        strcpy(line, "(no file)");
    line[strcspn(line, "\n")] = '\0';
    return line;
}

// A repository called words, entered: its file says "old" in the first commit and "new" in the
// second. Two worktrees, one of which is away now. TMPDIR is beside it.
static int enter(void **state) {
    if (room_enter(state) != 0)
        return 1;
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
    char *place = mem_printf("%s/place", room_path);
    setenv("TMPDIR", place, 1);
    free(place);
    shell(
        "mkdir place words && cd words && git init -q && git config user.name t && "
        "git config user.email t@t && mkdir sub && echo old >word && echo old >sub/word && "
        "git add . && git commit -qm one && echo new >word && mkdir later && echo new >later/word "
        "&& git add . && git commit -qm two && git worktree add -q --detach ../away && "
        "mv ../away ../gone && git worktree list --porcelain >../list");
    return chdir("words");
}

static int leave(void **state) {
    unsetenv("TMPDIR");
    return room_leave(state);
}

static bool list_is_unchanged(void) {
    char *script =
        mem_printf("cd %s/words && git worktree list --porcelain | cmp -s ../list", room_path);
    bool is_so = system(script) == 0; // NOLINT
    free(script);
    return is_so;
}

static void assert_no_trace(void) {
    char *place = mem_printf("%s/place", room_path);
    assert_int_equal(rmdir(place), 0); // it is empty
    assert_int_equal(mkdir(place, 0700), 0);
    free(place);
    assert_true(list_is_unchanged());
}

static const char copy[] = "mkdir -p out && cp word out/suite";

static void builds(struct revision *r, const char *build) {
    struct errmsg why = {""};
    struct revision_asked asked = {"HEAD~1", build, "out/suite"};
    if (!revision_build(r, &asked, &why))
        fail_msg("%s", why.text);
}

// Builds, and gives the suite's first line; no trace of it is left.
static const char *built(const char *build) {
    struct revision r;
    builds(&r, build);
    const char *line = line_of(r.suite);
    revision_release(&r);
    assert_no_trace();
    return line;
}

// What was said on standard error is in the file `err` of the room.
static void refuses(const struct revision_asked *asked, const char *part) {
    struct errmsg why = {"it was taken"};
    struct revision r;
    char *path = mem_printf("%s/err", room_path);
    int before = dup(STDERR_FILENO), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    bool good = revision_build(&r, asked, &why);
    dup2(before, STDERR_FILENO);
    close(before);
    close(file);
    free(path);
    assert_false(good);
    assert_null(r.room);
    if (strstr(why.text, part) == NULL)
        fail_msg("not \"%s\" but: %s", part, why.text);
}

static void refuses_build(const char *build, const char *part) {
    struct revision_asked asked = {"HEAD~1", build, "out/suite"};
    refuses(&asked, part);
    assert_no_trace();
}

static bool is_told(const char *part) {
    char *text;
    size_t length;
    struct errmsg why;
    assert_true(textfile_read("../err", 1 << 20, &text, &length, &why));
    bool is_so = strstr(text, part) != NULL;
    free(text);
    return is_so;
}

// ---- What is built ---------------------------------------------------------------------------

static void the_old_file_is_built_and_no_trace_is_left(void **state) {
    (void)state;
    assert_string_equal(built(copy), "old");
    assert_string_equal(line_of("word"), "new");
    assert_false(room_has("out"));
}

static void a_branch_or_tag_will_do_and_its_commit_is_known(void **state) {
    (void)state;
    struct errmsg why;
    struct revision r;
    shell("git tag -a -m m v1 HEAD~1 && git rev-parse HEAD~1 >../commit");
    assert_true(revision_build(&r, &(struct revision_asked){"v1", copy, "out/suite"}, &why));
    assert_string_equal(r.commit, line_of("../commit"));
    revision_release(&r);
    assert_null(r.suite);
    assert_no_trace();
}

static void what_is_not_committed_is_not_in_it(void **state) {
    (void)state;
    shell("echo dirty >word");
    assert_string_equal(built(copy), "old");
    assert_string_equal(line_of("word"), "dirty");
}

static void it_is_built_where_we_are_in_the_repository(void **state) {
    (void)state;
    assert_int_equal(chdir("sub"), 0);
    assert_string_equal(built("mkdir out; pwd | sed 's:.*/words/:words/:' >out/suite"),
                        "words/sub");
}

static void a_linked_worktree_has_revisions_too(void **state) {
    (void)state;
    shell("mv ../gone ../away && git worktree list --porcelain >../list");
    assert_int_equal(chdir("../away"), 0);
    assert_string_equal(built("mkdir out; basename \"$PWD\" >out/suite"), "away");
}

static void a_repository_may_have_a_strange_name(void **state) {
    (void)state;
    shell("mv ../gone ../away && git worktree move -f ../away \"../it's \\$a \\\"b\" && "
          "git worktree list --porcelain >../list");
    assert_int_equal(chdir("../it's $a \"b"), 0);
    assert_string_equal(built("mkdir out; basename \"$PWD\" >out/suite"), "it's $a \"b");
}

static void two_can_be_there_at_once(void **state) {
    (void)state;
    struct revision one, other;
    builds(&one, copy);
    builds(&other, copy);
    assert_string_not_equal(one.suite, other.suite);
    revision_release(&one);
    assert_string_equal(line_of(other.suite), "old");
    revision_release(&other);
    assert_no_trace();
}

// ---- What the build sees ---------------------------------------------------------------------

static void a_hook_s_and_a_make_s_environment_stay_here(void **state) {
    (void)state;
    static const char *const names[] = {"GIT_DIR",    "GIT_WORK_TREE", "GIT_INDEX_FILE",
                                        "GIT_PREFIX", "MAKEFLAGS",     "MFLAGS",
                                        "MAKELEVEL"};
    char index[4096], *path = mem_printf("%s/words/.git/index", room_path);
    shell("git update-index --refresh -q && cksum .git/index >../index");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], i == 2 ? path : "nonsense", 1);
    struct revision r;
    builds(&r, "mkdir out; env | grep -c '^GIT_DIR=\\|^GIT_WORK\\|^GIT_IN\\|^GIT_P\\|^M[AF].*=' "
               ">out/suite; :");
    strcpy(index, line_of(r.suite));
    revision_release(&r);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    free(path);
    assert_string_equal(index, "0");
    shell("cksum .git/index | cmp -s - ../index"); // what is staged is still staged
    assert_no_trace();
}

static void standard_input_is_empty_and_other_variables_stay(void **state) {
    (void)state;
    setenv("TARE_TEST_WORD", "kept", 1);
    assert_string_equal(built("mkdir out; { cat; echo $TARE_TEST_WORD; } >out/suite"), "kept");
    unsetenv("TARE_TEST_WORD");
}

static void git_s_hooks_are_not_run(void **state) {
    (void)state;
    shell("printf '#!/bin/sh\\necho hook >>word\\nexit 1\\n' >.git/hooks/post-checkout && "
          "chmod +x .git/hooks/post-checkout");
    assert_string_equal(built("mkdir out; tail -n 1 word >out/suite"), "old");
}

static void what_cannot_be_written_to_is_removed_all_the_same(void **state) {
    (void)state;
    assert_string_equal(built("mkdir -p out/a/b && cp word out/suite && chmod -R a-w out"), "old");
}

// ---- What is refused -------------------------------------------------------------------------

static void a_build_that_fails_shows_its_last_lines_and_how_to_repeat_it(void **state) {
    (void)state;
    refuses_build("seq -f '<%g>' 30; echo '::error::<oh>' >&2; exit 7",
                  "exited with status 7; its last lines are above");
    assert_false(is_told("<11>"));
    assert_true(is_told("    <12>\n"));
    assert_true(is_told("    <30>\n"));
    assert_true(is_told("<oh>"));
    assert_false(is_told("    ::error"));
    assert_true(is_told("to repeat it: git worktree add --detach '"));
    assert_true(is_told("/words/' && seq -f"));
}

static void a_build_that_prints_nothing_fails_all_the_same(void **state) {
    (void)state;
    refuses_build("exit 1", "--build 'exit 1' at HEAD~1 (");
    refuses_build("kill -9 $$", "exited with status 137");
    refuses_build("no-such-command", "exited with status 127");
    assert_true(is_told("no-such-command"));
}

static void submodules_are_named_where_a_build_fails(void **state) {
    (void)state;
    refuses_build("touch .gitmodules; exit 1", "submodules are empty there");
}

static void what_the_build_does_not_make_is_named(void **state) {
    (void)state;
    refuses_build("true", "--suite out/suite: 'true' made no such file at HEAD~1 (");
}

static void a_commit_that_is_not_there_is_named(void **state) {
    (void)state;
    refuses(&(struct revision_asked){"nonsense", copy, "out/suite"},
            "--against-rev nonsense: no commit that git has here");
    refuses(&(struct revision_asked){"HEAD:word", copy, "out/suite"}, "no commit");
    refuses(&(struct revision_asked){"$(touch ../x)", copy, "out/suite"}, "no commit");
    assert_false(room_has("../x"));
    assert_no_trace();
}

static void a_directory_that_was_not_there_yet_is_named(void **state) {
    (void)state;
    assert_int_equal(chdir("later"), 0);
    refuses(&(struct revision_asked){"HEAD~1", copy, "out/suite"}, "has no directory later/");
    assert_no_trace();
}

static void outside_of_a_repository_there_is_no_revision(void **state) {
    (void)state;
    assert_int_equal(chdir(".."), 0);
    setenv("GIT_CEILING_DIRECTORIES", room_path, 1);
    refuses(&(struct revision_asked){"HEAD~1", copy, "out/suite"}, "not a git repository");
    unsetenv("GIT_CEILING_DIRECTORIES");
    assert_int_equal(rmdir("place"), 0); // it is empty
}

static void without_git_there_is_none_either(void **state) {
    (void)state;
    char *path = mem_text(getenv("PATH"));
    shell("mkdir ../bin && ln -s \"$(command -v sh)\" \"$(command -v tail)\" "
          "\"$(command -v rm)\" ../bin");
    setenv("PATH", "../bin", 1);
    refuses(&(struct revision_asked){"HEAD~1", copy, "out/suite"}, "git: not found");
    setenv("PATH", path, 1);
    free(path);
    assert_no_trace();
}

static void a_place_that_is_not_there_is_named(void **state) {
    (void)state;
    setenv("TMPDIR", "/nowhere", 1);
    refuses(&(struct revision_asked){"HEAD~1", copy, "out/suite"},
            "/nowhere/tare-revision-XXXXXX: cannot be made: No such file or directory; set TMPDIR");
}

// In a process of its own, because a signal is for ever.
static void a_signal_stops_the_build_and_no_trace_is_left(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct errmsg why;
        struct revision r;
        char *build = mem_printf("kill -TERM %d; sleep 1000; :", (int)getpid());
        launch_prepare();
        struct revision_asked asked = {"HEAD~1", build, "out/suite"};
        _exit(revision_build(&r, &asked, &why) || strstr(why.text, "stopped by a signal") == NULL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_no_trace();
}

static void asks(const char *rev, const char *build, const char *suite, const char *part) {
    struct errmsg why = {""};
    struct revision_asked asked = {rev, build, suite};
    assert_int_equal(revision_check(&asked, &why), part == NULL);
    if (part != NULL && strstr(why.text, part) == NULL)
        fail_msg("not \"%s\" but: %s", part, why.text);
}

static void what_is_asked_makes_sense_together(void **state) {
    (void)state;
    asks(NULL, NULL, NULL, NULL);
    asks("main", "make", "build/suite", NULL);
    asks("main", NULL, "build/suite", "go together");
    asks("main", "make", NULL, "go together");
    asks(NULL, "make", "build/suite", "go together");
    asks("", "make", "build/suite", "not a revision");
    asks("--all", "make", "build/suite", "not a revision");
    asks("main", "make", "/build/suite", "must be relative");
    asks("main", "make", "", "must be relative");
}

#define IN_REPOSITORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_REPOSITORY(the_old_file_is_built_and_no_trace_is_left),
        IN_REPOSITORY(a_branch_or_tag_will_do_and_its_commit_is_known),
        IN_REPOSITORY(what_is_not_committed_is_not_in_it),
        IN_REPOSITORY(it_is_built_where_we_are_in_the_repository),
        IN_REPOSITORY(a_linked_worktree_has_revisions_too),
        IN_REPOSITORY(a_repository_may_have_a_strange_name),
        IN_REPOSITORY(two_can_be_there_at_once),
        IN_REPOSITORY(a_hook_s_and_a_make_s_environment_stay_here),
        IN_REPOSITORY(standard_input_is_empty_and_other_variables_stay),
        IN_REPOSITORY(git_s_hooks_are_not_run),
        IN_REPOSITORY(what_cannot_be_written_to_is_removed_all_the_same),
        IN_REPOSITORY(a_build_that_fails_shows_its_last_lines_and_how_to_repeat_it),
        IN_REPOSITORY(a_build_that_prints_nothing_fails_all_the_same),
        IN_REPOSITORY(submodules_are_named_where_a_build_fails),
        IN_REPOSITORY(what_the_build_does_not_make_is_named),
        IN_REPOSITORY(a_commit_that_is_not_there_is_named),
        IN_REPOSITORY(a_directory_that_was_not_there_yet_is_named),
        IN_REPOSITORY(outside_of_a_repository_there_is_no_revision),
        IN_REPOSITORY(without_git_there_is_none_either),
        IN_REPOSITORY(a_place_that_is_not_there_is_named),
        IN_REPOSITORY(a_signal_stops_the_build_and_no_trace_is_left),
        cmocka_unit_test(what_is_asked_makes_sense_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
