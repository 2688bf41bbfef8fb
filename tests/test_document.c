// SPDX-License-Identifier: MIT
// Tests of the document: round trip, checks, summaries, and its schema's properties.
#include "document.h"

#include "made.h"
#include "mem.h"
#include "room.h"
#include "textfile.h"
#include "told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA_PATH "runner/base/document.schema.json"
#define TEXT_MAX    ((size_t)1 << 24)

static struct document doc, other;
static const char path[] = "document.json";

static struct launch *add_launch(struct trial *trial, const uint64_t *spans, size_t count) {
    trial->launches = mem_push(trial->launches, &trial->launch_count, sizeof *trial->launches);
    struct launch *launch = &trial->launches[trial->launch_count - 1];
    for (size_t i = 0; i < count; i++) {
        launch->spans = mem_push(launch->spans, &launch->span_count, sizeof *launch->spans);
        launch->spans[i] = spans[i];
    }
    return launch;
}

static struct trial *add_trial(struct trial **trials, size_t *count, const char *name) {
    *trials = mem_push(*trials, count, sizeof **trials);
    struct trial *trial = &(*trials)[*count - 1];
    *trial = made_trial(name);
    return trial;
}

static struct trial *add_measured(const char *name) {
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, name);
    add_launch(trial, (const uint64_t[]){20000, 20100, 19900}, 3);
    return trial;
}

static int begin(void **state) {
    doc = (struct document){.schema = DOCUMENT_SCHEMA, .tare = mem_text("0.1.0")};
    other = (struct document){0};
    return room_enter(state);
}

static int end(void **state) {
    document_release(&doc);
    document_release(&other);
    return room_leave(state);
}

// Writes `doc` and reads it again into `other`; gives the text.
static char *round_trip(void) {
    size_t length;
    char *text = document_text(&doc, &length);
    room_put(path, text);
    take(document_read(&other, path, &why));
    return text;
}

static void assert_refuses(const char *text, const char *reason) {
    room_put(path, text);
    if (document_read(&other, path, &why))
        fail_msg("%s is accepted", text);
    assert_told(path);
    assert_told(reason);
    static const struct document nothing;
    assert_memory_equal(&other, &nothing, sizeof other);
}

// Writes `doc` as it is, sound or not, by its shape.
static void assert_refuses_doc(const char *reason) {
    size_t length;
    char *text = json_write(&document_shape, &doc, &length);
    assert_refuses(text, reason);
    free(text);
}

// ---- Filling every field of a shape with something of its own

static unsigned filled;

static void fill(const struct json_shape *shape, void *owner);

static void fill_text(struct json_pair *pair) {
    pair->key = mem_printf("k%u", ++filled);
    pair->text = mem_printf("t%u", ++filled);
    pair->number = NAN;
}

static void fill_number(struct json_pair *pair) {
    pair->key = mem_printf("k%u", ++filled);
    pair->number = ++filled + 0.5;
}

static void *array_of_two(size_t *count, size_t size) {
    void *items = mem_push(NULL, count, size);
    return mem_push(items, count, size);
}

static void fill_array(const struct json_field *field, void *at, size_t *count) {
    void *items = NULL;
    if (field->kind == JSON_OBJECTS) {
        items = array_of_two(count, field->shape->size);
        fill(field->shape, items);
        fill(field->shape, (char *)items + field->shape->size);
    } else if (field->kind == JSON_MAP) {
        struct json_pair *pairs = items = array_of_two(count, sizeof *pairs);
        fill_text(&pairs[0]);
        fill_number(&pairs[1]);
    } else if (field->kind == JSON_TEXTS) {
        char **texts = items = array_of_two(count, sizeof *texts);
        texts[0] = mem_printf("t%u", ++filled);
        texts[1] = mem_printf("t%u", ++filled);
    } else if (field->kind == JSON_COUNTS) {
        uint64_t *counts = items = array_of_two(count, sizeof *counts);
        counts[0] = ++filled;
        counts[1] = ++filled;
    } else {
        double *reals = items = array_of_two(count, sizeof *reals);
        reals[0] = ++filled + 0.25;
        reals[1] = NAN;
    }
    *(void **)at = items;
}

static void fill_field(const struct json_field *field, char *owner) {
    void *at = owner + field->offset;
    switch (field->kind) {
    case JSON_BOOL:
        *(bool *)at = true;
        break;
    case JSON_INT:
    case JSON_COUNT:
        *(uint64_t *)at = ++filled;
        break;
    case JSON_HEX:
        *(uint64_t *)at = UINT64_MAX - ++filled;
        break;
    case JSON_REAL:
        *(double *)at = ++filled / 3.0;
        break;
    case JSON_TEXT:
        *(char **)at = mem_printf("t%u", ++filled);
        break;
    case JSON_ENUM:
        *(int *)at = 1;
        break;
    case JSON_OBJECT:
        fill(field->shape, at);
        break;
    default:
        fill_array(field, at, (size_t *)(void *)(owner + field->count_offset));
    }
}

static void fill(const struct json_shape *shape, void *owner) {
    for (size_t i = 0; i < shape->count; i++)
        fill_field(&shape->fields[i], owner);
}

// What the checks ask for beside the types.
static void make_sound(struct document *full) {
    full->schema = DOCUMENT_SCHEMA;
    full->settings.shard = 1;
    for (size_t i = 0; i < full->trial_count; i++)
        full->trials[i].unit = full->yardsticks[i].unit = 1;
}

static void every_field_survives_a_round_trip(void **state) {
    (void)state;
    document_release(&doc);
    fill(&document_shape, &doc);
    make_sound(&doc);
    char *first = round_trip();
    size_t length;
    char *second = document_text(&other, &length);
    assert_string_equal(first, second);
    // Each field of each struct was filled: nothing is absent, and no text is there twice.
    assert_null(strstr(first, ":0,"));
    assert_null(strstr(first, "[]"));
    char last[16];
    snprintf(last, sizeof last, "\"t%u\"", filled);
    assert_non_null(strstr(first, last));
    free(first);
    free(second);
}

// ---- What is read is checked

static void what_is_no_document_is_refused(void **state) {
    (void)state;
    assert_refuses("", "is empty");
    assert_refuses("[]", "an object is needed");
    assert_refuses("{}", "schema: is missing");
    assert_refuses("{\"schema\":1,\"tare\":\"0\",\"trials\":[{}]}", "trials[0].name: is missing");
    assert_refuses("{\"schema\":1,", "line 1, column 13");
    assert_refuses("\x7F"
                   "ELF",
                   "line 1, column 1: this is not JSON");
}

static void another_schema_is_named_whatever_else_differs(void **state) {
    (void)state;
    assert_refuses("{\"schema\":2,\"tare\":7}", "schema 2, this tare reads 1");
    assert_refuses("{\"schema\":2,\"tare\":\"9.0\",\"trials\":[]}", "schema 2, this tare reads 1");
}

static void a_missing_file_is_named(void **state) {
    (void)state;
    assert_false(document_read(&other, "/missing/a.json", &why));
    assert_non_null(strstr(why.text, "/missing/a.json"));
}

static void two_trials_of_one_name_are_refused(void **state) {
    (void)state;
    add_measured("g/a");
    add_measured("g/b");
    add_measured("g/a");
    assert_refuses_doc("trial g/a: is there twice");
}

static void a_measured_trial_without_samples_is_refused(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    assert_refuses_doc("trial g/a: measured without a launch");
    add_launch(trial, NULL, 0);
    assert_refuses_doc("trial g/a: launch 1 has no sample");
    trial->status = TRIAL_PLANNED;
    add_measured("g/b")->calls = 0;
    assert_refuses_doc("trial g/b: measured with 0 calls");
}

static void a_failed_trial_needs_a_reason(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    trial->status = TRIAL_FAILED;
    assert_refuses_doc("trial g/a: failed without a reason");
    trial->reason = mem_text("SIGSEGV");
    free(round_trip());
    assert_string_equal(other.trials[0].reason, "SIGSEGV");
}

static void indices_out_of_range_are_refused(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    trial->unit = 1;
    assert_refuses_doc("trial g/a: unit 1 of 0");
    trial->unit = -1;
    assert_refuses_doc("trial g/a: unit -1 of 0");
    trial->unit = 0;
    trial->threads = 0;
    assert_refuses_doc("trial g/a: 0 threads");
    trial->threads = 1;
    doc.settings.shard = 3;
    doc.settings.shards = 2;
    assert_refuses_doc("settings: shard 3 of 2");
}

static void a_metric_has_one_value_per_launch(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    trial->metrics = mem_push(trial->metrics, &trial->metric_count, sizeof *trial->metrics);
    trial->metrics[0].name = mem_text("ratio");
    assert_refuses_doc("trial g/a: metric ratio has 0 values for 1 launches");
}

static void an_address_has_one_offset_per_launch(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    trial->addresses = mem_push(trial->addresses, &trial->address_count, sizeof *trial->addresses);
    trial->addresses[0].name = mem_text("src");
    assert_refuses_doc("trial g/a: address src has 0 offsets for 1 launches");
}

static struct count *add_count(struct trial *trial, const char *name, const char *source) {
    trial->counts = mem_push(trial->counts, &trial->count_count, sizeof *trial->counts);
    struct count *count = &trial->counts[trial->count_count - 1];
    *count = (struct count){.name = mem_text(name), .source = mem_text(source), .value = 5};
    return count;
}

static void a_count_without_a_value_has_a_reason(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    add_count(trial, "cycles", "perf")->value = NAN;
    assert_refuses_doc("trial g/a: no value of cycles and no reason");
}

static void a_source_counts_a_thing_once(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    add_count(trial, "instructions", "perf");
    add_count(trial, "instructions", "callgrind");
    take(document_check(&doc, &why));
    add_count(trial, "instructions", "perf");
    assert_refuses_doc("trial g/a: instructions by perf is there twice");
}

static void counts_without_end_are_refused(void **state) {
    (void)state;
    struct trial *trial = add_measured("g/a");
    for (int i = 0; i <= DOCUMENT_COUNTS_MAX; i++)
        add_count(trial, "cycles", "perf");
    assert_refuses_doc("trial g/a: 257 counts, more than 256");
}

static void yardsticks_are_checked_too(void **state) {
    (void)state;
    add_trial(&doc.yardsticks, &doc.yardstick_count, "tare/alu");
    assert_refuses_doc("trial tare/alu: measured without a launch");
}

// ---- Growing

static void notes_and_facts_are_kept(void **state) {
    (void)state;
    document_note(&doc, NOTE_WARNING, "steal", NULL, "%d %%", 3);
    document_note(&doc, NOTE_INFO, "vm", "g/a", "in a VM");
    document_fact(&doc, "brand", "Xeon");
    document_number(&doc, "cpu_count", 2);
    document_missing(&doc, "governor", "no cpufreq");
    free(round_trip());
    assert_int_equal(other.note_count, 2);
    assert_string_equal(other.notes[0].text, "3 %");
    assert_null(other.notes[0].trial);
    assert_int_equal(other.notes[0].level, NOTE_WARNING);
    assert_string_equal(document_find_fact(&other, "brand")->text, "Xeon");
    assert_true(document_find_fact(&other, "cpu_count")->number == 2);
    assert_null(document_find_fact(&other, "governor"));
    assert_null(document_find_fact(&other, "unheard_of"));
    assert_string_equal(other.machine_missing[0].key, "governor");
    assert_string_equal(other.machine_missing[0].text, "no cpufreq");
}

static void items_get_a_line_each_and_a_trial_stays_below_4_kb(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "group/case/size=65536");
    trial->file = mem_text("bench/a_module.c");
    trial->setup_ns = 123456.789;
    trial->bytes = 65536;
    for (int i = 0; i < 10; i++) {
        uint64_t spans[20];
        for (uint64_t j = 0; j < 20; j++)
            spans[j] = 1000000 + j;
        struct launch *launch = add_launch(trial, spans, 20);
        launch->faults_minor = 0.00012345;
        launch->delayed_ns = launch->preempted = 1234567;
    }
    add_measured("g/b");
    char *text = round_trip();
    char *line = strstr(text, "\n{\"name\":\"group/case");
    assert_non_null(line);
    assert_in_range(strcspn(line + 1, "\n"), 2000, 4000);
    assert_non_null(strstr(line, ",\n{\"name\":\"g/b\""));
    free(text);
}

// ---- Summaries

static void the_summary_is_of_launches_not_of_samples(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    add_launch(trial, (const uint64_t[]){10000, 10000, 90000}, 3);
    add_launch(trial, (const uint64_t[]){11000, 11000, 11000, 11000, 11000}, 5);
    add_launch(trial, (const uint64_t[]){12000, 12000, 12120, 11880}, 4);
    add_launch(trial, NULL, 0);
    struct trial_summary summary = trial_summarize(trial);
    assert_float_equal(summary.ns, 11, 1e-12);
    assert_float_equal(summary.fastest, 10, 1e-12);
    assert_float_equal(summary.low, 10, 1e-12);
    assert_float_equal(summary.middle, 11, 1e-12);
    assert_float_equal(summary.between, 1.4826 * 1 / 11, 1e-12);
    assert_float_equal(summary.within, 0, 1e-12);
    assert_int_equal(summary.launches, 3);
    assert_float_equal(launch_ns(trial, &trial->launches[0]), 10, 1e-12);
    assert_true(isnan(launch_ns(trial, &trial->launches[3])));
}

static void faults_are_those_of_the_launch_in_the_middle(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    assert_true(isnan(trial_faults(trial)));
    static const double faults[] = {0.5, 1000, 2};
    for (size_t i = 0; i < 3; i++) {
        add_launch(trial, (const uint64_t[]){10000}, 1);
        trial->launches[i].faults_minor = faults[i];
    }
    assert_float_equal(trial_faults(trial), 2, 1e-12);
}

static void spread_is_not_known_from_one(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    add_launch(trial, (const uint64_t[]){10000}, 1);
    struct trial_summary summary = trial_summarize(trial);
    assert_float_equal(summary.ns, 10, 1e-12);
    assert_true(isnan(summary.within));
    assert_true(isnan(summary.between));
}

static void without_samples_nothing_is_known(void **state) {
    (void)state;
    struct trial *trial = add_trial(&doc.trials, &doc.trial_count, "g/a");
    struct trial_summary summary = trial_summarize(trial);
    assert_true(isnan(summary.ns) && isnan(summary.within) && isnan(summary.between));
    assert_int_equal(summary.launches, 0);
    add_launch(trial, (const uint64_t[]){10000}, 1);
    trial->calls = 0;
    assert_true(isnan(trial_summarize(trial).ns));
}

// ---- The published schema, by its layout: a property's name begins a line of its own

// The next line that starts with `indent` spaces and a quote; NULL from a line with fewer spaces
// on.
static const char *next_key(const char *line, size_t indent) {
    while (line != NULL && strspn(line, " ") >= indent) {
        if (strspn(line, " ") == indent && line[indent] == '"')
            return line + indent + 1;
        const char *end = strchr(line, '\n');
        line = end == NULL ? NULL : end + 1;
    }
    return NULL;
}

static const char *line_after(const char *text, const char *line) {
    const char *found = strstr(text, line);
    if (found == NULL)
        fail_msg("the schema has no line '%s'", line);
    return found + strlen(line);
}

static void assert_described(const struct json_shape *shape, const char *key, size_t indent) {
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = shape->fields[i].name;
        if (key == NULL || strncmp(key, name, strlen(name)) != 0 || key[strlen(name)] != '"')
            fail_msg("field '%s' is not where the schema has '%.20s'", name, key ? key : "no more");
        key = strchr(key, '\n');
        key = next_key(key == NULL ? NULL : key + 1, indent);
    }
    if (key != NULL)
        fail_msg("the schema has '%.20s', and the document has not", key);
}

static const struct json_shape *shape_of(const struct json_shape *shape, const char *name) {
    for (size_t i = 0; i < shape->count; i++)
        if (strcmp(shape->fields[i].name, name) == 0)
            return shape->fields[i].shape;
    fail_msg("no field '%s'", name);
    return NULL;
}

static void the_schema_has_the_fields_of_the_tables_and_no_others(void **state) {
    (void)state;
    const struct json_shape *program = shape_of(&document_shape, "program");
    const struct {
        const char *name;
        const struct json_shape *shape;
    } definitions[] = {
        {"arg", shape_of(&trial_shape, "args")},
        {"policy", shape_of(&trial_shape, "policy")},
        {"metric", shape_of(&trial_shape, "metrics")},
        {"limit", shape_of(&trial_shape, "limits")},
        {"counted", shape_of(&trial_shape, "counts")},
        {"launch", shape_of(&trial_shape, "launches")},
        {"trial", &trial_shape},
        {"unit", shape_of(program, "units")},
        {"program", program},
        {"note", shape_of(&document_shape, "notes")},
        {"settings", shape_of(&document_shape, "settings")},
    };
    char *schema;
    size_t length;
    char *schema_path = mem_printf("%s/" SCHEMA_PATH, room_home);
    take(textfile_read(schema_path, TEXT_MAX, &schema, &length, &why));
    free(schema_path);
    assert_described(&document_shape, next_key(line_after(schema, "\n  \"properties\": {\n"), 4),
                     4);
    for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++) {
        char head[40];
        snprintf(head, sizeof head, "\n    \"%s\": {\n      \"desc", definitions[i].name);
        const char *rows = line_after(line_after(schema, head), "\n      \"properties\": {\n");
        assert_described(definitions[i].shape, next_key(rows, 8), 8);
    }
    free(schema);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_field_survives_a_round_trip),
        TEST(what_is_no_document_is_refused),
        TEST(another_schema_is_named_whatever_else_differs),
        TEST(a_missing_file_is_named),
        TEST(two_trials_of_one_name_are_refused),
        TEST(a_measured_trial_without_samples_is_refused),
        TEST(a_failed_trial_needs_a_reason),
        TEST(indices_out_of_range_are_refused),
        TEST(a_metric_has_one_value_per_launch),
        TEST(an_address_has_one_offset_per_launch),
        TEST(a_count_without_a_value_has_a_reason),
        TEST(a_source_counts_a_thing_once),
        TEST(counts_without_end_are_refused),
        TEST(yardsticks_are_checked_too),
        TEST(notes_and_facts_are_kept),
        TEST(items_get_a_line_each_and_a_trial_stays_below_4_kb),
        TEST(the_summary_is_of_launches_not_of_samples),
        TEST(faults_are_those_of_the_launch_in_the_middle),
        TEST(spread_is_not_known_from_one),
        TEST(without_samples_nothing_is_known),
        TEST(the_schema_has_the_fields_of_the_tables_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
