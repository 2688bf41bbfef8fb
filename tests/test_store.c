// SPDX-License-Identifier: MIT
// The store: opened, filled and listed.
#include "store.h"

#include "storefs.h"
#include "stored.h"

// ---- Opening ---------------------------------------------------------------------------------

static void no_store_is_refused_unless_it_may_begin(void **state) {
    (void)state;
    struct store store;
    refuse(store_open(&store, "store", STORE_READ, &why), "store: there is no store yet");
    refuse(store_open(&store, "store", STORE_WRITE, &why), "tare baseline add --init begins one");
    assert_false(room_has("store"));
    open_store(&store, STORE_CREATE);
    assert_int_equal(count_listed(&store), 0);
    store_close(&store);
    open_store(&store, STORE_READ);
    store_close(&store);
}

static void an_empty_directory_may_become_a_store(void **state) {
    (void)state;
    struct store store;
    take(storefs_make("store", &why));
    refuse(store_open(&store, "store", STORE_WRITE, &why), "no store of tare");
    open_store(&store, STORE_CREATE);
    store_close(&store);
}

static void a_link_to_an_empty_directory_may_become_a_store(void **state) {
    (void)state;
    struct store store;
    take(storefs_make("elsewhere", &why));
    assert_return_code(symlink("elsewhere", "store"), 0);
    make_store();
    open_store(&store, STORE_READ);
    assert_segments(&store, &first, "1:1");
    store_close(&store);
    assert_true(room_has("elsewhere/STORE"));
}

static void a_directory_with_something_else_becomes_none(void **state) {
    (void)state;
    struct store store;
    take(storefs_make("store", &why));
    room_put("store/main.c", "int main;");
    refuse(store_open(&store, "store", STORE_CREATE, &why),
           "store: no store of tare, and there is");
    assert_false(room_has("store/STORE") || room_has("store/machines"));
}

static void a_store_that_a_killed_writer_began_is_begun_again(void **state) {
    (void)state;
    struct store store;
    take(storefs_make("store", &why));
    room_put("store/" STOREFS_TEMPORARY "1-0.tmp", "tare st");
    open_store(&store, STORE_CREATE);
    store_close(&store);
    assert_false(room_has("store/" STOREFS_TEMPORARY "1-0.tmp"));
}

static void a_file_is_no_store(void **state) {
    (void)state;
    struct store store;
    room_put("store", "tare store 1\n");
    for (enum store_access access = STORE_READ; access <= STORE_CREATE; access++)
        refuse(store_open(&store, "store", access, &why), "store: no store of tare");
}

static void refuses_mark(const char *mark, const char *message) {
    struct store store;
    room_put("store/STORE", mark);
    for (enum store_access access = STORE_READ; access <= STORE_CREATE; access++)
        refuse(store_open(&store, "store", access, &why), message);
}

static void a_newer_store_is_refused(void **state) {
    (void)state;
    make_store();
    refuses_mark("tare store 2\n", "store: a store of version 2; this tare knows 1: use a newer");
    refuses_mark("tare store 99999999999999999999\n", "store: a store of version ");
}

static void a_store_with_another_mark_is_refused(void **state) {
    (void)state;
    make_store();
    static const char *const marks[] = {"",
                                        "x",
                                        "tare store",
                                        "tare store \n",
                                        "tare store 0",
                                        "tare store -1",
                                        "tare store 1x",
                                        "Tare store 1",
                                        "tare store one",
                                        "tare store 1\n\n"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        refuses_mark(marks[i], "store/STORE: not what tare wrote; is store a store?");
}

static void a_mark_that_is_no_file_is_refused(void **state) {
    (void)state;
    struct store store;
    make_store();
    assert_return_code(rename("store/STORE", "STORE"), 0);
    assert_return_code(symlink("../STORE", "store/STORE"), 0);
    refuse(store_open(&store, "store", STORE_READ, &why), "store/STORE: a symbolic link");
    assert_return_code(unlink("store/STORE"), 0);
    assert_return_code(mkfifo("store/STORE", 0666), 0);
    refuse(store_open(&store, "store", STORE_READ, &why), "store/STORE: something else");
}

static void a_lock_that_is_a_link_is_refused(void **state) {
    (void)state;
    struct store store;
    make_store();
    assert_return_code(unlink("store/lock"), 0);
    assert_return_code(symlink("../elsewhere", "store/lock"), 0);
    refuse(store_open(&store, "store", STORE_WRITE, &why), "store/lock: cannot be locked");
    assert_false(room_has("elsewhere"));
    open_store(&store, STORE_READ);
    store_close(&store);
}

// ---- Filling and looking ---------------------------------------------------------------------

static void a_new_baseline_is_found_and_listed(void **state) {
    (void)state;
    struct store store;
    struct baselines all;
    make_store();
    open_store(&store, STORE_READ);
    assert_segments(&store, &first, "1:1");
    take(store_list(&store, &all, &why));
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].program, "bench");
    const struct store_segment *current = baseline_current(&all.items[0]);
    assert_int_equal(current->number, 1);
    assert_string_equal(current->record.begun, first.started);
    baselines_release(&all);
    store_close(&store);
}

static void a_baseline_that_is_not_there_has_no_segments(void **state) {
    (void)state;
    struct store store;
    struct baseline baseline;
    make_store();
    open_store(&store, STORE_READ);
    take(store_find(&store, "elsewhere", "bench", &baseline, &why));
    assert_int_equal(baseline.segment_count, 0);
    assert_null(baseline_current(&baseline));
    baseline_release(&baseline);
    store_close(&store);
}

static void a_document_is_kept_as_it_was(void **state) {
    (void)state;
    struct store store;
    struct baseline baseline;
    make_store();
    open_store(&store, STORE_READ);
    struct store_document document = document_of(&first), kept;
    find(&store, &first, &baseline);
    take(store_document_read(&kept, baseline.segments[0].documents[0], &why));
    assert_int_equal(kept.length, document.length);
    assert_memory_equal(kept.text, document.text, document.length);
    store_document_release(&kept);
    store_document_release(&document);
    baseline_release(&baseline);
    store_close(&store);
}

static bool append(const struct store *store, const struct made *made) {
    struct baseline baseline;
    bool is_new;
    find(store, made, &baseline);
    struct store_document document = document_of(made);
    take(store_append(baseline_current(&baseline), &document, &is_new, &why));
    store_document_release(&document);
    baseline_release(&baseline);
    return is_new;
}

static void another_document_is_added_behind_and_the_same_one_is_not(void **state) {
    (void)state;
    struct store store;
    struct baseline baseline;
    struct made earlier = first, later = first;
    earlier.started = "2026-11-20T10:00:00Z";
    later.started = "2026-11-22T10:00:00Z";
    make_store();
    open_store(&store, STORE_WRITE);
    assert_true(append(&store, &later));
    assert_true(append(&store, &earlier));
    assert_false(append(&store, &first));
    assert_false(append(&store, &later));
    assert_segments(&store, &first, "1:3");
    find(&store, &first, &baseline);
    static const char *const days[] = {"-11-20T", "-11-21T", "-11-22T"};
    for (size_t i = 0; i < 3; i++)
        assert_non_null(strstr(baseline.segments[0].documents[i], days[i]));
    baseline_release(&baseline);
    store_close(&store);
}

static void the_last_segment_is_the_current_one_whatever_its_digits(void **state) {
    (void)state;
    static const unsigned steps[] = {9, 10, 9999, 10000};
    struct store store;
    make_store();
    open_store(&store, STORE_WRITE);
    char *one = path_in_machine("/bench/0001");
    for (size_t i = 0; i < 4; i += 2) {
        char rest[32];
        snprintf(rest, sizeof rest, "/bench/%04u", steps[i]);
        char *path = path_in_machine(rest);
        assert_return_code(rename(one, path), 0);
        begin(&store, &first); // the next number
        snprintf(rest, sizeof rest, "%u:1 %u:1", steps[i], steps[i + 1]);
        assert_segments(&store, &first, rest);
        take(storefs_remove(path, &why));
        free(path);
        snprintf(rest, sizeof rest, "/bench/%04u", steps[i + 1]);
        path = path_in_machine(rest);
        assert_return_code(rename(path, one), 0);
        free(path);
    }
    free(one);
    store_close(&store);
}

static void machines_that_differ_in_a_cpus_brand_have_names_of_their_own(void **state) {
    (void)state;
    struct made other = first;
    other.brand = "Example CPU 4000";
    char *a = machine_of(&first), *b = machine_of(&other);
    assert_string_not_equal(a, b);
    free(a);
    free(b);
}

static void names_of_strangers_stay_in_the_store(void **state) {
    (void)state;
    struct store store;
    struct baselines all;
    struct made hostile = {"../../\033[31m", "../../../../etc", "../../../x"};
    open_store(&store, STORE_CREATE);
    begin(&store, &hostile);
    take(store_list(&store, &all, &why));
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].program, "%2E.%2F..%2F..%2F..%2Fetc");
    assert_string_equal(strrchr(all.items[0].segments[0].path, '/'), "/0001");
    assert_non_null(strstr(all.items[0].segments[0].documents[0], "/0001/%2E.%2F..%2F..%2Fx-"));
    assert_memory_equal(all.items[0].segments[0].documents[0], "store/machines/", 15);
    baselines_release(&all);
    store_close(&store);
}

static void a_document_without_name_and_time_can_be_kept(void **state) {
    (void)state;
    struct store store;
    struct made bare = {"", "", ""};
    open_store(&store, STORE_CREATE);
    begin(&store, &bare);
    assert_segments(&store, &bare, "1:1");
    assert_int_equal(count_listed(&store), 1);
    store_close(&store);
}

static void removed_baselines_and_segments_are_gone(void **state) {
    (void)state;
    struct store store;
    struct baseline baseline;
    make_store();
    open_store(&store, STORE_WRITE);
    begin(&store, &first);
    find(&store, &first, &baseline);
    take(store_remove_segment(&baseline.segments[0], &why));
    assert_segments(&store, &first, "2:1");
    take(store_remove_baseline(&store, &baseline, &why));
    baseline_release(&baseline);
    assert_segments(&store, &first, "");
    assert_int_equal(count_listed(&store), 0);
    store_close(&store);
}

int main(void) {
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_enter, room_leave)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(no_store_is_refused_unless_it_may_begin),
        IN_A_ROOM(an_empty_directory_may_become_a_store),
        IN_A_ROOM(a_link_to_an_empty_directory_may_become_a_store),
        IN_A_ROOM(a_directory_with_something_else_becomes_none),
        IN_A_ROOM(a_store_that_a_killed_writer_began_is_begun_again),
        IN_A_ROOM(a_file_is_no_store),
        IN_A_ROOM(a_newer_store_is_refused),
        IN_A_ROOM(a_store_with_another_mark_is_refused),
        IN_A_ROOM(a_mark_that_is_no_file_is_refused),
        IN_A_ROOM(a_lock_that_is_a_link_is_refused),
        IN_A_ROOM(a_new_baseline_is_found_and_listed),
        IN_A_ROOM(a_baseline_that_is_not_there_has_no_segments),
        IN_A_ROOM(a_document_is_kept_as_it_was),
        IN_A_ROOM(another_document_is_added_behind_and_the_same_one_is_not),
        IN_A_ROOM(the_last_segment_is_the_current_one_whatever_its_digits),
        IN_A_ROOM(machines_that_differ_in_a_cpus_brand_have_names_of_their_own),
        IN_A_ROOM(names_of_strangers_stay_in_the_store),
        IN_A_ROOM(a_document_without_name_and_time_can_be_kept),
        IN_A_ROOM(removed_baselines_and_segments_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
