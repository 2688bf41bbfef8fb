// SPDX-License-Identifier: MIT
// The document's fields by name, once, for reading and for writing.
//
// document.schema.json describes the same fields to others; a test holds the two together.
#include "document.h"

#include "json_table.h"

// clang-format off
const char *const trial_status_names[] = {"planned", "measured", "failed", "skipped", NULL};
const char *const note_level_names[] = {"info", "warning", "error", NULL};
static const char *const direction_names[] = {"lower", "higher", NULL};
static const char *const count_kind_names[] = {"exact", "varies", "sampled", "estimated", NULL};
static const char *const entry_names[] = {"sample", "launch", NULL};

#define T struct trial_arg
static const struct json_field arg_fields[] = {
    {FIELD("name",  JSON_TEXT, name), REQUIRED},
    {FIELD("text",  JSON_TEXT, text), LEAN},
    {FIELD("value", JSON_INT,  value)},
};
static const struct json_shape arg_shape = SHAPE(arg_fields, T, 0);
#undef T

#define T struct trial_policy
static const struct json_field policy_fields[] = {
    {FIELD("detect",   JSON_REAL, detect), LEAN},
    {FIELD("advisory", JSON_BOOL, advisory), LEAN},
};
static const struct json_shape policy_shape = SHAPE(policy_fields, T, 0);
#undef T

#define T struct trial_limit
static const struct json_field limit_fields[] = {
    {FIELD("metric", JSON_TEXT, metric), REQUIRED},
    {FIELD("value",  JSON_REAL, value), REQUIRED},
};
static const struct json_shape limit_shape = SHAPE(limit_fields, T, 0);
#undef T

#define T struct trial_metric
static const struct json_field metric_fields[] = {
    {FIELD("name",   JSON_TEXT,  name), REQUIRED},
    {FIELD("unit",   JSON_TEXT,  unit)},
    {FIELD("better", JSON_ENUM,  direction), REQUIRED, .names = direction_names},
    {ARRAY("values", JSON_REALS, values, value_count), REQUIRED},
};
static const struct json_shape metric_shape = SHAPE(metric_fields, T, 0);
#undef T

#define T struct trial_address
static const struct json_field address_fields[] = {
    {FIELD("name",    JSON_TEXT,  name), REQUIRED},
    {ARRAY("offsets", JSON_REALS, offsets, offset_count), REQUIRED},
};
static const struct json_shape address_shape = SHAPE(address_fields, T, 0);
#undef T

#define T struct launch
static const struct json_field launch_fields[] = {
    {ARRAY("spans_ns",     JSON_COUNTS, spans, span_count), REQUIRED},
    {FIELD("cpu",          JSON_INT,    cpu), REQUIRED},
    {FIELD("faults_minor", JSON_REAL,   faults_minor)},
    {FIELD("faults_major", JSON_REAL,   faults_major)},
    {FIELD("preempted",    JSON_COUNT,  preempted), LEAN},
    {FIELD("migrated",     JSON_COUNT,  migrated), LEAN},
    {FIELD("delayed_ns",   JSON_COUNT,  delayed_ns), LEAN},
    {FIELD("huge_bytes",   JSON_REAL,   huge_bytes), LEAN},
};
static const struct json_shape launch_shape = SHAPE(launch_fields, T, 0);
#undef T

#define T struct count
static const struct json_field count_fields[] = {
    {FIELD("name",   JSON_TEXT, name), REQUIRED},
    {FIELD("unit",   JSON_TEXT, unit), LEAN},
    {FIELD("source", JSON_TEXT, source), REQUIRED},
    {FIELD("event",  JSON_TEXT, event), LEAN},
    {FIELD("kind",   JSON_ENUM, kind), REQUIRED, .names = count_kind_names},
    {FIELD("value",  JSON_REAL, value)},
    {FIELD("spread", JSON_REAL, spread), LEAN},
    {FIELD("reason", JSON_TEXT, reason), LEAN},
};
static const struct json_shape count_shape = SHAPE(count_fields, T, 0);
#undef T

#define T struct trial
static const struct json_field trial_fields[] = {
    {FIELD("name",         JSON_TEXT,    name), REQUIRED},
    {FIELD("group",        JSON_TEXT,    group), REQUIRED},
    {FIELD("case",         JSON_TEXT,    case_name), REQUIRED},
    {ARRAY("args",         JSON_OBJECTS, args, arg_count), LEAN, .shape = &arg_shape},
    {FIELD("threads",      JSON_INT,     threads), REQUIRED},
    {FIELD("file",         JSON_TEXT,    file), LEAN},
    {FIELD("line",         JSON_INT,     line), LEAN},
    {FIELD("unit",         JSON_INT,     unit)},
    {FIELD("description",  JSON_TEXT,    description), LEAN},
    {ARRAY("tags",         JSON_TEXTS,   tags, tag_count), LEAN},
    {FIELD("former",       JSON_TEXT,    former), LEAN},
    {FIELD("policy",       JSON_OBJECT,  policy), LEAN, .shape = &policy_shape},
    {ARRAY("limits",       JSON_OBJECTS, limits, limit_count), LEAN, .shape = &limit_shape},
    {FIELD("limit_ns",     JSON_COUNT,   limit_ns), LEAN},
    {FIELD("budget_ns",    JSON_COUNT,   budget_ns), LEAN},
    {FIELD("launch_goal",  JSON_COUNT,   launch_goal), LEAN},
    {FIELD("status",       JSON_ENUM,    status), REQUIRED, .names = trial_status_names},
    {FIELD("reason",       JSON_TEXT,    reason), LEAN},
    {FIELD("output",       JSON_TEXT,    output), LEAN},
    {FIELD("calls",        JSON_COUNT,   calls), LEAN},
    {FIELD("batches",      JSON_COUNT,   batches), LEAN},
    {FIELD("entry",        JSON_ENUM,    entry), .names = entry_names},
    {FIELD("setup_ns",     JSON_REAL,    setup_ns)},
    {FIELD("bytes",        JSON_REAL,    bytes), LEAN},
    {FIELD("items",        JSON_REAL,    items), LEAN},
    {FIELD("label",        JSON_TEXT,    label), LEAN},
    {ARRAY("metrics",      JSON_OBJECTS, metrics, metric_count), LEAN, .shape = &metric_shape},
    {ARRAY("addresses",    JSON_OBJECTS, addresses, address_count), LEAN, .shape = &address_shape},
    {ARRAY("counts",       JSON_OBJECTS, counts, count_count), LEAN, .shape = &count_shape},
    {ARRAY("launches",     JSON_OBJECTS, launches, launch_count), LEAN, .shape = &launch_shape},
};
const struct json_shape trial_shape = SHAPE(trial_fields, T, 0);
#undef T

#define T struct unit
static const struct json_field unit_fields[] = {
    {FIELD("file",           JSON_TEXT,  file), REQUIRED},
    {FIELD("compiler",       JSON_TEXT,  compiler)},
    {FIELD("options",        JSON_TEXT,  options)},
    {FIELD("features",       JSON_TEXT,  features)},
    {FIELD("function_align", JSON_COUNT, function_align)},
};
static const struct json_shape unit_shape = SHAPE(unit_fields, T, 0);
#undef T

#define T struct program
static const struct json_field program_fields[] = {
    {FIELD("name",         JSON_TEXT,    name)},
    {FIELD("hash",         JSON_TEXT,    hash)},
    {FIELD("libc",         JSON_TEXT,    libc)},
    {FIELD("loop_version", JSON_INT,     loop_version)},
    {ARRAY("units",        JSON_OBJECTS, units, unit_count), .shape = &unit_shape},
};
static const struct json_shape program_shape = SHAPE(program_fields, T, 0);
#undef T

#define T struct note
static const struct json_field note_fields[] = {
    {FIELD("id",    JSON_TEXT, id), REQUIRED},
    {FIELD("level", JSON_ENUM, level), REQUIRED, .names = note_level_names},
    {FIELD("trial", JSON_TEXT, trial), LEAN},
    {FIELD("text",  JSON_TEXT, text), REQUIRED},
};
const struct json_shape note_shape = SHAPE(note_fields, T, 0);
#undef T

#define T struct settings
static const struct json_field settings_fields[] = {
    {FIELD("seed",            JSON_HEX,   seed)},
    {FIELD("launches",        JSON_COUNT, launches)},
    {FIELD("samples",         JSON_COUNT, samples)},
    {FIELD("batch_ns",        JSON_COUNT, batch_ns)},
    {FIELD("sample_ns",       JSON_COUNT, sample_ns)},
    {FIELD("budget_ns",       JSON_COUNT, budget_ns), LEAN},
    {FIELD("trial_budget_ns", JSON_COUNT, trial_budget_ns), LEAN},
    {FIELD("fixed_layout",    JSON_BOOL,  fixed_layout)},
    {FIELD("malloc",          JSON_TEXT,  malloc_policy), LEAN},
    {FIELD("shard",           JSON_COUNT, shard), LEAN},
    {FIELD("shards",          JSON_COUNT, shards), LEAN},
    {ARRAY("filters",         JSON_TEXTS, filters, filter_count), LEAN},
    {ARRAY("excludes",        JSON_TEXTS, excludes, exclude_count), LEAN},
    {ARRAY("tags",            JSON_TEXTS, tags, tag_count), LEAN},
    {ARRAY("silenced",        JSON_TEXTS, silenced, silenced_count), LEAN},
};
static const struct json_shape settings_shape = SHAPE(settings_fields, T, 0);
#undef T

#define T struct document
static const struct json_field document_fields[] = {
    {FIELD("schema",          JSON_INT,     schema), REQUIRED},
    {FIELD("tare",            JSON_TEXT,    tare), REQUIRED},
    {FIELD("started",         JSON_TEXT,    started)},
    {FIELD("elapsed_ms",      JSON_COUNT,   elapsed_ms)},
    {FIELD("interrupted",     JSON_BOOL,    interrupted)},
    {FIELD("settings",        JSON_OBJECT,  settings), .shape = &settings_shape},
    {ARRAY("machine",         JSON_MAP,     machine, machine_count)},
    {ARRAY("machine_missing", JSON_MAP,     machine_missing, machine_missing_count)},
    {FIELD("program",         JSON_OBJECT,  program), .shape = &program_shape},
    {ARRAY("yardsticks",      JSON_OBJECTS, yardsticks, yardstick_count), .shape = &trial_shape},
    {ARRAY("trials",          JSON_OBJECTS, trials, trial_count), REQUIRED, .shape = &trial_shape},
    {ARRAY("notes",           JSON_OBJECTS, notes, note_count), .shape = &note_shape},
};
const struct json_shape document_shape = SHAPE(document_fields, T, 1);
#undef T
// clang-format on
