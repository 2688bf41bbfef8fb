// SPDX-License-Identifier: MIT
// The store: opened, filled, listed and swept; and what strangers left in it.
#include "store.h"
#include "store_sweep.h"

#include "mem.h"
#include "room.h"
#include "storefs.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define HASH "00112233445566778899aabbccddeeff"

static struct errmsg why;

static void take(bool good) {
    if (!good)
        fail_msg("%s", why.text);
}

static void refuse(bool good, const char *message) {
    assert_false(good);
    if (strstr(why.text, message) == NULL)
        assert_string_equal(why.text, message); // shows both
}

// ---- Documents -------------------------------------------------------------------------------

// What differs between the documents of these tests.
struct made {
    const char *brand, *program, *started;
};

static const struct made first = {"Example CPU 3000", "bench", "2026-11-21T10:00:00Z"};

static void make_document(struct document *doc, const struct made *made) {
    *doc = (struct document){
        .schema = DOCUMENT_SCHEMA,
        .tare = mem_text("0.1.0"),
        .started = mem_text(made->started),
        .settings = {.seed = 1, .launches = 1, .samples = 1},
        .program = {.name = mem_text(made->program), .hash = mem_text(HASH), .loop_version = 1},
    };
    document_fact(doc, "cpu.vendor", "GenuineExample");
    document_fact(doc, "cpu.brand", made->brand);
    doc->trials = mem_push(NULL, &doc->trial_count, sizeof *doc->trials);
    doc->trials[0] = (struct trial){
        .name = mem_text("g/c"),
        .group = mem_text("g"),
        .case_name = mem_text("c"),
        .threads = 1,
        .status = TRIAL_MEASURED,
        .calls = 1000,
        .batches = 50,
        .policy = {.detect = NAN},
        .setup_ns = NAN,
        .bytes = NAN,
        .items = NAN,
    };
    struct trial *trial = &doc->trials[0];
    trial->launches = mem_push(NULL, &trial->launch_count, sizeof *trial->launches);
    struct launch *launch = &trial->launches[0];
    launch->spans = mem_push(NULL, &launch->span_count, sizeof *launch->spans);
    launch->spans[0] = 20000;
}

static void read_made(struct store_document *document, const struct made *made) {
    struct document doc;
    size_t length;
    make_document(&doc, made);
    char *text = document_text(&doc, &length);
    room_put_bytes("run.json", text, length);
    document_release(&doc);
    free(text);
    take(store_document_read(document, "run.json", &why));
}

static struct store_document document_of(const struct made *made) {
    struct store_document document;
    read_made(&document, made);
    return document;
}

// ---- A store with one baseline ---------------------------------------------------------------

static void open_store(struct store *store, enum store_access access) {
    take(store_open(store, "store", access, &why));
}

static void begin(const struct store *store, const struct made *made) {
    struct store_document document = document_of(made);
    struct baseline baseline;
    struct segment record = {.schema = SEGMENT_SCHEMA, .begun = (char *)made->started};
    take(store_find(store, document.names.machine, document.names.program, &baseline, &why));
    take(store_begin(store, &baseline, &record, &document, 1, &why));
    baseline_release(&baseline);
    store_document_release(&document);
}

static void find(const struct store *store, const struct made *made, struct baseline *baseline) {
    struct store_document document = document_of(made);
    take(store_find(store, document.names.machine, document.names.program, baseline, &why));
    store_document_release(&document);
}

// "NUMBER:DOCUMENTS" of each segment.
static void assert_segments(const struct store *store, const struct made *made,
                            const char *expected) {
    struct baseline baseline;
    char text[200] = "";
    find(store, made, &baseline);
    for (size_t i = 0; i < baseline.segment_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu:%zu", i == 0 ? "" : " ",
                 (unsigned long long)baseline.segments[i].number,
                 baseline.segments[i].document_count);
    assert_string_equal(text, expected);
    baseline_release(&baseline);
}

static size_t count_listed(const struct store *store) {
    struct baselines all;
    take(store_list(store, &all, &why));
    size_t count = all.count;
    baselines_release(&all);
    return count;
}

static char *machine_of(const struct made *made) {
    struct store_document document = document_of(made);
    char *name = mem_text(document.names.machine);
    store_document_release(&document);
    return name;
}

// The path of something in the machine's directory; free it.
static char *path_in_machine(const char *rest) {
    char *machine = machine_of(&first);
    char *path = mem_printf("store/machines/%s%s", machine, rest);
    free(machine);
    return path;
}

static void make_store(void) {
    struct store store;
    open_store(&store, STORE_CREATE);
    begin(&store, &first);
    store_close(&store);
}

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

// ---- What strangers left ---------------------------------------------------------------------

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

static void a_link_at_any_level_is_refused(void **state) {
    (void)state;
    static const char *const levels[] = {"", "/bench", "/bench/0001", "/bench/0001/segment.json"};
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
    static const char *const levels[] = {"", "/bench", "/bench/0001", "/bench/0001/segment.json"};
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

// ---- Sweeping --------------------------------------------------------------------------------

static void keep_this_program(const struct store *store, struct objects *objects) {
    char *paths[] = {(char *)"this"};
    assert_return_code(symlink("/proc/self/exe", "this"), 0);
    take(store_program(store, objects, paths, 1, &why));
    assert_return_code(unlink("this"), 0);
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
    make_store();
    open_store(&store, STORE_WRITE);
    keep_this_program(&store, &objects);
    objects_release(&objects);
    assert_int_equal(count_programs(), 1);
    take(store_sweep(&store, &why));
    assert_int_equal(count_programs(), 0);
    store_close(&store);
}

static void a_program_that_a_segment_names_stays(void **state) {
    (void)state;
    struct store store;
    struct baseline baseline;
    struct objects objects;
    struct objects_start start;
    make_store();
    open_store(&store, STORE_WRITE);
    keep_this_program(&store, &objects);
    find(&store, &first, &baseline);
    struct segment record = baseline.segments[0].record;
    record.objects = objects;
    take(store_write_record(&baseline.segments[0], &record, &why));
    baseline_release(&baseline);
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
    struct baseline baseline;
    struct objects objects;
    make_store();
    open_store(&store, STORE_WRITE);
    keep_this_program(&store, &objects);
    find(&store, &first, &baseline);
    struct segment record = baseline.segments[0].record;
    record.objects = objects;
    take(store_write_record(&baseline.segments[0], &record, &why));
    baseline_release(&baseline);
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
        IN_A_ROOM(a_program_that_no_segment_names_is_swept),
        IN_A_ROOM(a_program_that_a_segment_names_stays),
        IN_A_ROOM(what_lies_beside_a_program_is_swept),
        IN_A_ROOM(what_killed_writers_left_is_swept_by_the_next_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
