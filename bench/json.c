// SPDX-License-Identifier: MIT
// cJSON, reading and printing an array of records as web services exchange them.

#include <tare/bench.h>

#include "inputs.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

BENCH_GROUP("json");

// Names with an escape and with letters beyond ASCII, because real names have them.
static const char *const names[] = {"Ada Lovelace", "Grace Hopper", "Zo\xc3\xab Baird",
                                    "Thomas \"Tip\" O'Neill"};
static const char *const tags[] = {"new", "gold", "export", "on hold", "wholesale"};

// About 160 bytes of text. The shape comes from the index, the digits from the seed: each seed
// gives other records and the same amount of work.
static cJSON *make_record(size_t index, uint64_t *seed) {
    cJSON *record = cJSON_CreateObject();
    cJSON_AddNumberToObject(record, "id", (double)inputs_below(seed, 10000000));
    cJSON_AddStringToObject(record, "name", names[index % 4]);
    cJSON_AddBoolToObject(record, "active", index % 3 != 0);
    cJSON_AddNumberToObject(record, "balance", (double)inputs_below(seed, 1000000) / 100);
    cJSON *position = cJSON_AddObjectToObject(record, "position");
    cJSON_AddNumberToObject(position, "lat", (double)inputs_below(seed, 180000000) / 1e6 - 90);
    cJSON_AddNumberToObject(position, "lon", (double)inputs_below(seed, 360000000) / 1e6 - 180);
    cJSON *list = cJSON_AddArrayToObject(record, "tags");
    for (size_t i = 0; i < index % 4; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(tags[(index + i) % 5]));
    cJSON_AddNullToObject(record, "manager");
    return record;
}

static cJSON *make_records(uint64_t seed, size_t count) {
    cJSON *records = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(records, make_record(i, &seed));
    return records;
}

static char *print_and_delete(cJSON *json) {
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

static void label_version(struct bench *b) {
    char label[32];
    snprintf(label, sizeof label, "cJSON %s", cJSON_Version());
    bench_label(b, label);
}

BENCH_CONFIG(parse) {
    bench_describe(c, "cJSON_ParseWithLength and cJSON_Delete of an array of records");
    BENCH_INTS(c, "records", 20, 200);
}

BENCH(parse) {
    char *text = print_and_delete(make_records(bench_seed(b), (size_t)bench_int(b, "records")));
    size_t length = strlen(text);
    BENCH_LOOP(b) {
        cJSON *records = cJSON_ParseWithLength(text, length);
        bench_keep(records);
        cJSON_Delete(records); // belongs to what users pay for a document
    }
    char *again = print_and_delete(cJSON_ParseWithLength(text, length));
    bench_check(b, again != NULL && strcmp(again, text) == 0);
    bench_bytes(b, (double)length);
    label_version(b);
    free(again);
    free(text);
}

BENCH_CONFIG(print) {
    bench_describe(c, "cJSON_PrintUnformatted of an array of records");
    BENCH_INTS(c, "records", 20, 200);
}

BENCH(print) {
    cJSON *records = make_records(bench_seed(b), (size_t)bench_int(b, "records"));
    BENCH_LOOP(b) {
        char *text = cJSON_PrintUnformatted(records);
        bench_keep(text);
        free(text);
    }
    char *text = cJSON_PrintUnformatted(records);
    cJSON *again = cJSON_Parse(text);
    bench_check(b, cJSON_Compare(again, records, true));
    bench_bytes(b, (double)strlen(text));
    label_version(b);
    cJSON_Delete(again);
    free(text);
    cJSON_Delete(records);
}
