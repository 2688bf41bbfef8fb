// SPDX-License-Identifier: MIT
// Programs in the store: kept by their content, and only what was kept is executed.
#include "objects.h"

#include "mem.h"
#include "progfile.h"
#include "room.h"
#include "storefs.h"
#include "textfile.h"
#include "told.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

static char *bytes; // of this program, afresh for each test
static size_t size;
static struct phases phases; // none, unless a test finds them

// A program and a library, which differ in their last byte, and a directory to keep them in.
static int make_files(void **state) {
    if (!textfile_read("/proc/self/exe", (size_t)1 << 28, &bytes, &size, &why) || room_enter(state))
        return 1;
    room_put_bytes("bench", bytes, size);
    room_put_bytes("libx.so.1", bytes, size + 1); // the NUL behind the text
    return !storefs_make("programs", &why);
}

static int drop_files(void **state) {
    free(bytes);
    phases_release(&phases);
    return room_leave(state);
}

static bool store(struct objects *objects, size_t count) {
    char *paths[] = {(char *)"bench", (char *)"libx.so.1"};
    return objects_store(objects, "programs", paths, count, &phases, &why);
}

static void is_verified(const struct objects *objects) {
    struct objects_start start;
    take(objects_verify(objects, "programs", &start, &why));
    objects_start_release(&start);
}

static void is_not_verified(const struct objects *objects, const char *message) {
    struct objects_start start;
    refuse(objects_verify(objects, "programs", &start, &why), message);
    assert_null(start.program);
    assert_null(start.library_path);
    assert_false(phases_are_there(&start.phases));
}

static char *home_of(const struct object *object) { return storefs_path("programs", object->hash); }

static char *path_of(const struct object *object) {
    return mem_printf("programs/%s/%s", object->hash, object->name);
}

// Whatever happens to them, nothing half made is left.
static void nothing_is_left(void) {
    struct storefs_names names;
    take(storefs_list("programs", &names, &why));
    assert_int_equal(names.count, 0);
    storefs_names_release(&names);
    assert_return_code(rmdir("programs"), 0);
    take(storefs_make("programs", &why));
}

// ---- Storing ---------------------------------------------------------------------------------

static void what_is_stored_can_be_started(void **state) {
    (void)state;
    struct objects objects;
    struct objects_start start;
    take(store(&objects, 2));
    assert_int_equal(objects.count, 2);
    char *program = path_of(&objects.items[0]), *home = home_of(&objects.items[1]);
    take(objects_verify(&objects, "programs", &start, &why));
    assert_string_equal(start.program, program);
    assert_string_equal(start.library_path, home);
    assert_return_code(access(start.program, X_OK), 0);
    objects_start_release(&start);
    objects_release(&objects);
    free(program);
    free(home);
}

static void a_program_alone_needs_no_library_path(void **state) {
    (void)state;
    struct objects objects;
    struct objects_start start;
    take(store(&objects, 1));
    take(objects_verify(&objects, "programs", &start, &why));
    assert_null(start.library_path);
    objects_start_release(&start);
    objects_release(&objects);
}

static void the_hash_is_that_of_the_content(void **state) {
    (void)state;
    struct objects objects;
    char hash[PROGFILE_HASH_SIZE];
    take(store(&objects, 2) && progfile_hash("bench", hash, &why));
    assert_string_equal(objects.items[0].hash, hash);
    assert_string_not_equal(objects.items[1].hash, hash);
    take(objects_check(&objects, "here", &why));
    objects_release(&objects);
}

static void a_program_that_is_stored_twice_is_kept_once(void **state) {
    (void)state;
    struct objects one, two;
    take(store(&one, 1) && store(&two, 1));
    assert_string_equal(one.items[0].hash, two.items[0].hash);
    is_verified(&one);
    objects_release(&two);
    char *home = home_of(&one.items[0]);
    take(storefs_remove(home, &why));
    nothing_is_left();
    objects_release(&one);
    free(home);
}

static void a_library_goes_by_the_name_that_the_loader_looks_for(void **state) {
    (void)state;
    struct objects objects;
    ElfW(Ehdr) *head = (ElfW(Ehdr) *)bytes;
    ElfW(Phdr) *header = (ElfW(Phdr) *)(bytes + head->e_phoff);
    while (header->p_type != PT_DYNAMIC)
        header++;
    ElfW(Dyn) *entry = (ElfW(Dyn) *)(bytes + header->p_offset);
    while (entry->d_tag != DT_NEEDED)
        entry++;
    entry->d_tag = DT_SONAME; // the name of a library that this program needs
    room_put_bytes("libx.so.1", bytes, size);
    take(store(&objects, 2));
    assert_string_not_equal(objects.items[1].name, "libx.so.1");
    assert_non_null(strstr(objects.items[1].name, ".so"));
    objects_release(&objects);
    entry->d_tag = DT_RPATH;
    room_put_bytes("libx.so.1", bytes, size);
    refuse(store(&objects, 2), "libx.so.1 has a DT_RPATH (");
    assert_null(objects.items);
}

static void a_setuid_program_is_refused(void **state) {
    (void)state;
    struct objects objects;
    static const mode_t modes[] = {04755, 02755, 06755};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_return_code(chmod("bench", modes[i]), 0);
        refuse(store(&objects, 1), "bench is setuid or setgid");
        assert_null(objects.items);
    }
    nothing_is_left();
}

static void what_is_no_program_is_refused(void **state) {
    (void)state;
    struct objects objects;
    room_put("bench", "#!/bin/sh\n");
    refuse(store(&objects, 1), "bench: not an executable or a shared object of this machine");
    assert_return_code(unlink("bench"), 0);
    refuse(store(&objects, 1), "bench: cannot be read: No such file");
    assert_return_code(mkfifo("bench", 0666), 0);
    refuse(store(&objects, 1), "bench: not a file");
    nothing_is_left();
}

static void a_library_whose_name_cannot_be_kept_is_refused(void **state) {
    (void)state;
    struct objects objects;
    static const char *const names[] = {"a b", ".hidden", "a:b", "a\033b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *paths[] = {(char *)"bench", (char *)names[i]};
        room_put_bytes(names[i], bytes, size);
        refuse(objects_store(&objects, "programs", paths, 2, &phases, &why),
               "a library of that name cannot");
    }
}

static void a_program_may_be_called_anything(void **state) {
    (void)state;
    struct objects objects;
    char *paths[] = {(char *)".my bench"};
    room_put_bytes(".my bench", bytes, size);
    take(objects_store(&objects, "programs", paths, 1, &phases, &why));
    assert_string_equal(objects.items[0].name, "%2Emy%20bench");
    is_verified(&objects);
    objects_release(&objects);
}

static void the_same_program_may_be_stored_under_two_names(void **state) {
    (void)state;
    struct objects one, two;
    char *paths[] = {(char *)"copy"};
    room_put_bytes("copy", bytes, size);
    take(store(&one, 1) && objects_store(&two, "programs", paths, 1, &phases, &why));
    assert_string_equal(one.items[0].hash, two.items[0].hash);
    is_verified(&one);
    is_verified(&two);
    objects_release(&two);
    objects_release(&one);
}

static void one_that_is_refused_takes_the_others_with_it(void **state) {
    (void)state;
    struct objects objects;
    room_put("libx.so.1", "garbage");
    refuse(store(&objects, 2), "libx.so.1: not an executable");
    assert_int_equal(objects.count, 0);
    assert_null(objects.items);
}

static void put_phases(void) {
    static const char *const paths[PHASES] = {"bench.p16", "bench.p32", "bench.p48"};
    for (size_t i = 0; i < PHASES; i++) {
        bytes[size - 1] = (char)(i + 1); // of content of its own
        room_put_bytes(paths[i], bytes, size);
        assert_return_code(chmod(paths[i], 0700), 0);
    }
}

static void phases_are_stored_with_their_program(void **state) {
    (void)state;
    struct objects objects;
    struct objects_start start;
    put_phases();
    take(phases_find(&phases, "bench", &why) && store(&objects, 2));
    assert_int_equal(objects.count, 2 + PHASES);
    take(objects_check(&objects, "here", &why));
    take(objects_verify(&objects, "programs", &start, &why));
    for (size_t i = 0; i < PHASES; i++) {
        const struct object *object = &objects.items[2 + i];
        char *path = path_of(object);
        assert_int_equal(object->phase, phases_bytes(i));
        assert_string_equal(start.phases.paths[i], path);
        assert_return_code(access(path, X_OK), 0);
        assert_null(strstr(start.library_path, object->hash));
        free(path);
    }
    objects_start_release(&start);
    objects_release(&objects);
}

static void some_phases_of_a_program_are_none(void **state) {
    (void)state;
    struct objects objects;
    put_phases();
    take(phases_find(&phases, "bench", &why) && store(&objects, 1));
    objects.items[2].phase = 48;
    refuse(objects_check(&objects, "here", &why), "here: not all phases of a program");
    objects.items[2].phase = 32;
    take(objects_check(&objects, "here", &why));
    struct objects part = {objects.items, objects.count - 1};
    refuse(objects_check(&part, "here", &why), "not all phases");
    part = (struct objects){objects.items + 1, PHASES};
    refuse(objects_check(&part, "here", &why), "not all phases");
    objects.items[3].phase = 0;
    refuse(objects_check(&objects, "here", &why), "not all phases");
    objects_release(&objects);
}

// ---- Verifying -------------------------------------------------------------------------------

static void nothing_is_not_verified(void **state) {
    (void)state;
    is_not_verified(&(struct objects){0}, "no program is stored there");
}

static void damage(const char *path) {
    bytes[size / 2] ^= 1;
    assert_return_code(unlink(path), 0); // it may not be written to
    room_put_bytes(path, bytes, size);
}

static void changed_content_is_not_verified_until_it_is_stored_again(void **state) {
    (void)state;
    struct objects objects, again;
    for (size_t i = 0; i < 2; i++) {
        take(store(&objects, 2));
        char *path = path_of(&objects.items[i]);
        damage(path);
        is_not_verified(&objects, "its content is not what was stored");
        assert_non_null(strstr(why.text, path));
        take(store(&again, 2));
        is_verified(&objects);
        objects_release(&again);
        objects_release(&objects);
        free(path);
    }
}

static void a_file_that_is_gone_is_not_verified(void **state) {
    (void)state;
    struct objects objects;
    take(store(&objects, 2));
    char *path = path_of(&objects.items[1]), *home = home_of(&objects.items[1]);
    assert_return_code(unlink(path), 0);
    is_not_verified(&objects, "cannot be read: No such file");
    assert_return_code(rmdir(home), 0);
    is_not_verified(&objects, "cannot be read: No such file");
    objects_release(&objects);
    free(home);
    free(path);
}

// Even where it leads to the right content: that may change behind the link.
static void a_link_is_not_verified_until_it_is_stored_again(void **state) {
    (void)state;
    struct objects objects, again;
    take(store(&objects, 1));
    char *path = path_of(&objects.items[0]), *home = home_of(&objects.items[0]);
    assert_return_code(unlink(path), 0);
    assert_return_code(symlink("../../bench", path), 0);
    is_not_verified(&objects, "a symbolic link, not a file");
    take(store(&again, 1));
    is_verified(&objects);
    objects_release(&again);

    assert_return_code(rename(home, "elsewhere"), 0);
    assert_return_code(symlink("../elsewhere", home), 0);
    is_not_verified(&objects, "a symbolic link, not a directory");
    take(store(&again, 1));
    is_verified(&objects);
    assert_true(room_has("elsewhere/bench"));
    objects_release(&again);

    assert_return_code(rename("programs", "moved"), 0);
    assert_return_code(symlink("moved", "programs"), 0);
    is_not_verified(&objects, "programs: a symbolic link, not a directory");
    objects_release(&objects);
    free(home);
    free(path);
}

static void a_pipe_in_its_place_is_not_waited_for(void **state) {
    (void)state;
    struct objects objects, again;
    take(store(&objects, 1));
    char *path = path_of(&objects.items[0]);
    assert_return_code(unlink(path), 0);
    assert_return_code(mkfifo(path, 0666), 0);
    is_not_verified(&objects, "something else, not a file");
    take(store(&again, 1));
    is_verified(&objects);
    objects_release(&again);
    objects_release(&objects);
    free(path);
}

// The loader would look for other libraries in there, too.
static void what_lies_beside_a_library_is_not_loaded(void **state) {
    (void)state;
    static const char *const names[] = {"libc.so.6", ".hidden", STOREFS_TEMPORARY "1"};
    struct objects objects;
    take(store(&objects, 2));
    char *home = home_of(&objects.items[1]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = storefs_path(home, names[i]);
        room_put(path, "evil");
        is_not_verified(&objects, "its content is not what was stored");
        assert_non_null(strstr(why.text, path));
        assert_return_code(unlink(path), 0);
        free(path);
    }
    char *below = storefs_path(home, "glibc-hwcaps");
    take(storefs_make(below, &why));
    is_not_verified(&objects, "glibc-hwcaps: something else, not a file");
    free(below);
    free(home);
    objects_release(&objects);
}

// A colon in the path would make the loader look in other directories.
static void libraries_are_not_looked_for_in_parts_of_a_path(void **state) {
    (void)state;
    static const char *const names[] = {"a:b", "a;b", "$ORIGIN"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct objects objects;
        struct objects_start start;
        char *paths[] = {(char *)"bench", (char *)"libx.so.1"};
        take(storefs_make(names[i], &why));
        take(objects_store(&objects, names[i], paths, 2, &phases, &why));
        refuse(objects_verify(&objects, names[i], &start, &why), "move the store");
        objects_release(&objects);
        take(objects_store(&objects, names[i], paths, 1, &phases, &why)); // which needs none
        take(objects_verify(&objects, names[i], &start, &why));
        objects_start_release(&start);
        objects_release(&objects);
    }
}

int main(void) {
#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, make_files, drop_files)
    const struct CMUnitTest tests[] = {
        WITH_FILES(what_is_stored_can_be_started),
        WITH_FILES(a_program_alone_needs_no_library_path),
        WITH_FILES(the_hash_is_that_of_the_content),
        WITH_FILES(a_program_that_is_stored_twice_is_kept_once),
        WITH_FILES(a_library_goes_by_the_name_that_the_loader_looks_for),
        WITH_FILES(a_setuid_program_is_refused),
        WITH_FILES(what_is_no_program_is_refused),
        WITH_FILES(a_library_whose_name_cannot_be_kept_is_refused),
        WITH_FILES(a_program_may_be_called_anything),
        WITH_FILES(the_same_program_may_be_stored_under_two_names),
        WITH_FILES(one_that_is_refused_takes_the_others_with_it),
        WITH_FILES(phases_are_stored_with_their_program),
        WITH_FILES(some_phases_of_a_program_are_none),
        WITH_FILES(nothing_is_not_verified),
        WITH_FILES(changed_content_is_not_verified_until_it_is_stored_again),
        WITH_FILES(a_file_that_is_gone_is_not_verified),
        WITH_FILES(a_link_is_not_verified_until_it_is_stored_again),
        WITH_FILES(a_pipe_in_its_place_is_not_waited_for),
        WITH_FILES(what_lies_beside_a_library_is_not_loaded),
        WITH_FILES(libraries_are_not_looked_for_in_parts_of_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
