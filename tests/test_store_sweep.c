// SPDX-License-Identifier: MIT
// The store: what no segment names, and what killed writers left, is swept.
#include "store_sweep.h"

#include "storefs.h"
#include "stored.h"

// A store with one baseline, open for writing, and this program in it.
static void begin_with_program(struct store *store, struct objects *objects) {
    char *paths[] = {(char *)"this"};
    const struct phases none = {{NULL}};
    make_store();
    open_store(store, STORE_WRITE);
    assert_return_code(symlink("/proc/self/exe", "this"), 0);
    take(store_program(store, objects, paths, 1, &none, &why));
    assert_return_code(unlink("this"), 0);
}

static void name_in_record(const struct store *store, const struct objects *objects) {
    struct baseline baseline;
    find(store, &first, &baseline);
    struct segment record = baseline.segments[0].record;
    record.objects = *objects;
    take(store_write_record(&baseline.segments[0], &record, &why));
    baseline_release(&baseline);
}

static size_t count_programs(void) {
    struct storefs_names names;
    take(storefs_list("store/programs", &names, &why));
    size_t count = names.count;
    storefs_names_release(&names);
    return count;
}

static void a_program_that_no_segment_names_is_swept(void **state) {
    (void)state;
    struct store store;
    struct objects objects;
    begin_with_program(&store, &objects);
    objects_release(&objects);
    assert_int_equal(count_programs(), 1);
    take(store_sweep(&store, &why));
    assert_int_equal(count_programs(), 0);
    store_close(&store);
}

static void a_program_that_a_segment_names_stays(void **state) {
    (void)state;
    struct store store;
    struct objects objects;
    struct objects_start start;
    begin_with_program(&store, &objects);
    name_in_record(&store, &objects);
    take(store_sweep(&store, &why));
    assert_int_equal(count_programs(), 1);
    char *programs = store_programs(&store);
    take(objects_verify(&objects, programs, &start, &why));
    assert_true(store_bytes(&store) > 1000);
    free(programs);
    objects_start_release(&start);
    objects_release(&objects);
    store_close(&store);
}

static void what_lies_beside_a_program_is_swept(void **state) {
    (void)state;
    struct store store;
    struct objects objects;
    begin_with_program(&store, &objects);
    name_in_record(&store, &objects);
    char *home = storefs_path("store/programs", objects.items[0].hash);
    char *own = storefs_path(home, objects.items[0].name);
    char *other = storefs_path(home, ".other"), *below = storefs_path(home, "glibc-hwcaps");
    room_put(other, "x");
    take(storefs_make(below, &why) && store_sweep(&store, &why));
    assert_true(room_has(own));
    assert_false(room_has(other) || room_has(below));
    free(below);
    free(other);
    free(own);
    free(home);
    objects_release(&objects);
    store_close(&store);
}

static void what_killed_writers_left_is_swept_by_the_next_one(void **state) {
    (void)state;
    static const char *const left[] = {"store/" STOREFS_TEMPORARY "1",
                                       "store/machines/" STOREFS_TEMPORARY "1",
                                       "store/programs/" STOREFS_TEMPORARY "1"};
    static const char *const left_in_machine[] = {"/" STOREFS_TEMPORARY "1",
                                                  "/bench/" STOREFS_TEMPORARY "1",
                                                  "/bench/0001/" STOREFS_TEMPORARY "1"};
    struct store store;
    make_store();
    for (size_t i = 0; i < 3; i++) {
        char *path = path_in_machine(left_in_machine[i]);
        room_put(left[i], "");
        room_put(path, "");
        free(path);
    }
    open_store(&store, STORE_WRITE);
    for (size_t i = 0; i < 3; i++) {
        char *path = path_in_machine(left_in_machine[i]);
        assert_false(room_has(left[i]) || room_has(path));
        free(path);
    }
    assert_segments(&store, &first, "1:1");
    store_close(&store);
}

int main(void) {
#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_enter, room_leave)
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(a_program_that_no_segment_names_is_swept),
        IN_A_ROOM(a_program_that_a_segment_names_stays),
        IN_A_ROOM(what_lies_beside_a_program_is_swept),
        IN_A_ROOM(what_killed_writers_left_is_swept_by_the_next_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
