// SPDX-License-Identifier: MIT
// The store: what strangers left in it is damage, told of and never followed.
#include "store.h"

#include "store_sweep.h"
#include "storefs.h"
#include "stored.h"

// Whoever looks is told of it alone; whoever writes something else may do so, and sweeps no
// program.
static void is_damaged(const char *message) {
    struct store store;
    struct baselines all;
    struct made other = first;
    other.brand = "Example CPU 4000";
    char *unnamed = mem_text("store/programs/" HASH);
    open_store(&store, STORE_WRITE);
    begin(&store, &other);
    take(storefs_make(unnamed, &why) && store_sweep(&store, &why));
    assert_true(room_has(unnamed));
    take(store_list(&store, &all, &why));
    const struct baseline *damaged = NULL;
    size_t good = 0;
    for (size_t i = 0; i < all.count; i++) {
        damaged = all.items[i].damage != NULL ? &all.items[i] : damaged;
        good += all.items[i].damage == NULL;
    }
    assert_non_null(damaged);
    assert_null(baseline_current(damaged));
    assert_true(good >= 1);
    strcpy(why.text, damaged->damage);
    refuse(false, message);
    if (*damaged->program != '\0') {
        struct baseline found;
        refuse(store_find(&store, damaged->machine, damaged->program, &found, &why), message);
    }
    take(store_remove_baseline(&store, damaged, &why) && store_sweep(&store, &why));
    assert_false(room_has(unnamed));
    baselines_release(&all);
    store_close(&store);
    free(unnamed);
}

static void is_refused(const char *message) {
    struct store store;
    struct baselines all;
    open_store(&store, STORE_READ);
    refuse(store_list(&store, &all, &why), message);
    assert_null(all.items);
    store_close(&store);
    refuse(store_open(&store, "store", STORE_WRITE, &why), message);
}

// Moves it away and leaves a link to it in its place.
static void replace_by_link(const char *path) {
    char *target = realpath(".", NULL);
    char *elsewhere = mem_printf("%s/elsewhere", target);
    assert_return_code(rename(path, "elsewhere"), 0);
    assert_return_code(symlink(elsewhere, path), 0);
    free(elsewhere);
    free(target);
}

static const char *const levels[] = {"", "/bench", "/bench/0001", "/bench/0001/segment.json"};

static void a_link_at_any_level_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        make_store();
        char *path = path_in_machine(levels[i]);
        replace_by_link(path);
        is_damaged("a symbolic link, not a ");
        assert_non_null(strstr(why.text, path));
        free(path);
        take(storefs_remove("store", &why) && storefs_remove("elsewhere", &why));
    }
}

static void machines_behind_a_link_are_refused(void **state) {
    (void)state;
    make_store();
    replace_by_link("store/machines");
    is_refused("store/machines: a symbolic link, not a directory");
}

static void a_link_on_the_way_is_refused_by_who_knows_the_way(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct store store;
        struct baseline baseline;
        make_store();
        char *path = path_in_machine(levels[i]), *machine = machine_of(&first);
        replace_by_link(path);
        open_store(&store, STORE_READ);
        refuse(store_find(&store, machine, "bench", &baseline, &why), "a symbolic link");
        assert_null(baseline.segments);
        store_close(&store);
        free(machine);
        free(path);
        take(storefs_remove("store", &why) && storefs_remove("elsewhere", &why));
    }
}

static void a_document_that_is_a_link_is_refused(void **state) {
    (void)state;
    make_store();
    char *path = path_in_machine("/bench/0001/z.json");
    assert_return_code(symlink("/dev/zero", path), 0);
    is_damaged("z.json: a symbolic link, not a file");
    free(path);
}

static void programs_behind_a_link_are_not_written_to(void **state) {
    (void)state;
    struct store store;
    make_store();
    replace_by_link("store/programs");
    refuse(store_open(&store, "store", STORE_WRITE, &why), "store/programs: a symbolic link");
}

static void junk_with_a_name_that_could_be_ours_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"junk",
                                        "0000",
                                        "1",
                                        "01",
                                        "00001",
                                        "0x01",
                                        "-0001",
                                        "-18446744073709551615",
                                        "99999999999999999999",
                                        "4294967295"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        make_store();
        char *home = path_in_machine("/bench"), *junk = storefs_path(home, names[i]);
        char *segment = storefs_path(home, "0001");
        assert_return_code(rename(segment, junk), 0); // whole, but for its name
        is_damaged("not a segment that tare wrote; remove it");
        free(segment);
        free(junk);
        free(home);
        take(storefs_remove("store", &why));
    }
}

static void files_where_directories_belong_are_refused(void **state) {
    (void)state;
    make_store();
    room_put("store/machines/file", "");
    is_damaged("store/machines/file: something else, not a directory");
    assert_false(room_has("store/machines/file"));
    char *path = path_in_machine("/file");
    room_put(path, "");
    is_damaged("/file: something else, not a directory");
    free(path);
}

static void names_that_cannot_be_ours_are_not_looked_at(void **state) {
    (void)state;
    struct store store;
    make_store();
    static const char *const names[] = {"/.DS_Store", "/bench/.hidden", "/bench/with blank",
                                        "/bench/\033[31m", "/bench/0001/.nfs0001"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_in_machine(names[i]);
        room_put(path, "");
        free(path);
    }
    open_store(&store, STORE_WRITE);
    assert_segments(&store, &first, "1:1");
    store_close(&store);
}

static void a_segment_needs_a_record_and_documents(void **state) {
    (void)state;
    make_store();
    char *record = path_in_machine("/bench/0001/segment.json");
    char *home = path_in_machine("/bench/0001");
    assert_return_code(rename(record, "segment.json"), 0);
    is_damaged("segment.json: cannot be read: No such file");
    make_store();
    take(storefs_remove(home, &why) && storefs_make(home, &why));
    assert_return_code(rename("segment.json", record), 0);
    is_damaged("/0001: a segment without documents");
    free(home);
    free(record);
}

static void a_record_that_is_garbage_is_refused(void **state) {
    (void)state;
    make_store();
    char *record = path_in_machine("/bench/0001/segment.json");
    room_put(record, "{");
    is_damaged("/bench/0001/segment.json: ");
    make_store();
    room_put(record, "{\"tare_segment\":1,\"program\":[{\"name\":\"x\",\"hash\":\"../../x\"}]}");
    is_damaged("'../../x' is not a hash");
    make_store();
    room_put(record, "{\"tare_segment\":2}");
    is_damaged("a record of version 2");
    free(record);
}

int main(void) {
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_enter, room_leave)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_link_at_any_level_is_refused),
        IN_A_ROOM(machines_behind_a_link_are_refused),
        IN_A_ROOM(a_link_on_the_way_is_refused_by_who_knows_the_way),
        IN_A_ROOM(a_document_that_is_a_link_is_refused),
        IN_A_ROOM(programs_behind_a_link_are_not_written_to),
        IN_A_ROOM(junk_with_a_name_that_could_be_ours_is_refused),
        IN_A_ROOM(files_where_directories_belong_are_refused),
        IN_A_ROOM(names_that_cannot_be_ours_are_not_looked_at),
        IN_A_ROOM(a_segment_needs_a_record_and_documents),
        IN_A_ROOM(a_record_that_is_garbage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
