// SPDX-License-Identifier: MIT
// The document: one run's machine, settings and results. What the JSON file holds.
//
// A trial is one struct from plan to report: the plan makes it, the run fills it, the comparator
// reads it. Everything is owned by the document and freed by document_release. Missing is not zero:
// a text that is not known is NULL and a number NaN; why is said in `missing` or in the trial's
// `reason`.
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errmsg.h"
#include "json.h"

#define DOCUMENT_SCHEMA     1
#define DOCUMENT_BYTES_MAX  ((size_t)1 << 30)
#define DOCUMENT_COUNTS_MAX 256 // of one trial

enum trial_status {
    TRIAL_PLANNED,  // not run: interrupted, or past the suite's budget
    TRIAL_MEASURED, // every launch that was begun is complete
    TRIAL_FAILED,   // crashed, hung, failed its check, broke the loop's contract
    TRIAL_SKIPPED,  // by bench_skip, or the machine cannot run it
};

enum metric_direction { METRIC_LOWER, METRIC_HIGHER };

enum trial_entry {
    ENTRY_SAMPLE, // the body is entered once per sample
    ENTRY_LAUNCH, // once per launch, because its set-up costs more than a tenth of a sample
};

enum note_level { NOTE_INFO, NOTE_WARNING, NOTE_ERROR };

struct trial_arg {
    char *name;
    char *text;    // NULL for an integer
    int64_t value; // 0 for a text
};

// The farthest that a metric may go: nanoseconds for METRIC_TIME, else in the metric's own unit.
struct trial_limit {
    char *metric;
    double value;
};

#define METRIC_TIME "time" // the metric that every trial has

// What is gated, and how strictly, as the case declares it.
struct trial_policy {
    double detect; // fraction; NaN: not said
    bool advisory;
};

struct trial_metric {
    char *name;
    char *unit;
    int direction;  // enum metric_direction
    double *values; // one per launch, NaN where that launch gave none
    size_t value_count;
};

// Where data of a case lay.
struct trial_address {
    char *name;
    double *offsets; // in its page: the address modulo 4096; one per launch, NaN where not said
    size_t offset_count;
};

enum count_kind {
    COUNT_EXACT,     // the same for each call, every time
    COUNT_VARIES,    // depends on how many calls there were
    COUNT_SAMPLED,   // a median
    COUNT_ESTIMATED, // from something else that was measured
};

// What was counted beside the time, in workers of its own. A trial has each name once per source.
struct count {
    char *name;    // "instructions"
    char *unit;    // "B"; NULL: a plain number
    char *source;  // what counted: "papi-preset", "callgrind", "preload"
    char *event;   // what that calls it: "PAPI_TOT_INS"; NULL: nothing
    int kind;      // enum count_kind
    double value;  // per call; NaN: not available, for `reason`
    double spread; // relative, or of a value of 0 absolute: between samples, or as calls become
                   // more; 0 if exact
    char *reason;  // NULL: there is a value
};

// The life of one worker. Spans are nanoseconds of one batch: divide by the trial's `calls`.
struct launch {
    uint64_t *spans; // one per sample: the median batch
    size_t span_count;
    int64_t cpu;         // where it ran; -1: several
    double faults_minor; // page faults per call
    double faults_major;
    uint64_t preempted;  // involuntary switches during samples
    uint64_t migrated;   // samples that began and ended on different CPUs
    uint64_t delayed_ns; // ready to run, and not running
    double huge_bytes;   // of its memory, in huge pages, after the first sample; NaN: not known
};

struct trial {
    // identity
    char *name; // group/case/size=64/threads=2
    char *group;
    char *case_name;
    struct trial_arg *args;
    size_t arg_count;
    int64_t threads;
    char *file;
    int64_t line;
    int64_t unit; // index into the document's units
    char *description;
    char **tags;
    size_t tag_count;
    char *former; // the trial's name before the case was renamed, or NULL
    struct trial_policy policy;
    struct trial_limit *limits; // a metric once
    size_t limit_count;
    uint64_t limit_ns;    // for one request; 0: the run's
    uint64_t budget_ns;   // for all launches; 0: the run's
    uint64_t launch_goal; // 0: the run's

    // result
    int status;       // enum trial_status
    char *reason;     // in words, for everything but MEASURED; NULL also for what is only listed
    char *output;     // tail of what the worker wrote, where it failed
    uint64_t calls;   // per batch; frozen for the run
    uint64_t batches; // per sample
    int entry;        // enum trial_entry
    double setup_ns;  // per entry
    double bytes;     // per call
    double items;     // per call
    char *label;
    struct launch *launches;
    size_t launch_count;
    struct trial_metric *metrics;
    size_t metric_count;
    struct trial_address *addresses;
    size_t address_count;
    struct count *counts;
    size_t count_count;
};

// How one translation unit with cases was built.
struct unit {
    char *file;
    char *compiler; // "gcc 12.2.0"
    char *options;  // NULL: not said
    char *features; // "optimized pic avx2 ...": words, sorted as in bench.h
    uint64_t function_align;
};

struct program {
    char *name; // file name, no directories
    char *hash; // XXH3-128 of the executable, 32 hex digits
    char *libc; // "glibc 2.36"
    int64_t loop_version;
    struct unit *units;
    size_t unit_count;
};

// What a check of pitfalls found.
struct note {
    char *id;    // "layout"
    int level;   // enum note_level
    char *trial; // NULL: the run
    char *text;
};

struct settings {
    uint64_t seed;
    uint64_t launches;
    uint64_t samples;
    uint64_t batch_ns;
    uint64_t sample_ns;
    uint64_t budget_ns; // 0: none
    uint64_t trial_budget_ns;
    bool fixed_layout;
    char *malloc_policy; // "warm": the heap kept what was freed; NULL: it was left alone
    uint64_t shard;      // 1 .. shards; 0: not sharded
    uint64_t shards;
    char **filters;
    size_t filter_count;
    char **excludes;
    size_t exclude_count;
    char **tags;
    size_t tag_count;
    char **silenced; // ids of checks
    size_t silenced_count;
};

struct document {
    int64_t schema;
    char *tare;    // version of the runner
    char *started; // UTC, "2026-11-21T10:00:00Z"
    uint64_t elapsed_ms;
    bool interrupted;
    struct settings settings;
    struct json_pair *machine; // facts; null where not known, see machine_missing
    size_t machine_count;
    struct json_pair *machine_missing; // key: reason
    size_t machine_missing_count;
    struct program program;
    struct trial *yardsticks; // built-in trials: the machine, not the user's code
    size_t yardstick_count;
    struct trial *trials;
    size_t trial_count;
    struct note *notes;
    size_t note_count;
};

extern const struct json_shape document_shape;
extern const struct json_shape trial_shape;
extern const struct json_shape note_shape;

extern const char *const trial_status_names[];
extern const char *const note_level_names[];

// Whether the parts of a document agree: schema version, unique trial names, launches with samples
// where measured, calls > 0, indices in range.
bool document_check(const struct document *doc, struct errmsg *why);

// Reads and checks a whole document. On false nothing is owned.
bool document_read(struct document *doc, const char *path, struct errmsg *why);
// The same for a text in memory; `why` does not name a file.
bool document_parse(struct document *doc, const char *text, size_t length, struct errmsg *why);
// False, with the file that the text is from.
bool document_refuse(const char *path, const struct errmsg *cause, struct errmsg *why);

// The document as JSON text; free with free(). Asserts what document_read checks.
char *document_text(const struct document *doc, size_t *length);

void document_release(struct document *doc);

// Appends; texts are copied.
void document_note(struct document *doc, enum note_level level, const char *id, const char *trial,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
void document_fact(struct document *doc, const char *key, const char *text);
void document_number(struct document *doc, const char *key, double number);
void document_missing(struct document *doc, const char *key, const char *why);
// NULL when there is no such fact or it is null.
const struct json_pair *document_find_fact(const struct document *doc, const char *key);

// ---- What the numbers of a trial say; all NaN without samples

struct trial_summary {
    double ns;     // per call: median over launches of the launch's median sample
    double within; // relative spread of samples inside a launch: median over launches of MAD/median
    double between;  // relative spread of the launches' medians: MAD/median
    double fastest;  // ns per call of the fastest launch: its median sample
    double low;      // of the launch that a quarter of them undercut: what disturbs only slows
    double middle;   // of the launch in the middle, the slower of two: one of them, as fastest is
    size_t launches; // with at least one sample
};

struct trial_summary trial_summarize(const struct trial *trial);

// What counted the same in the same way: its name and source. NULL if nothing did.
const struct count *document_count_like(const struct trial *trial, const struct count *count);

// A metric of the case's own; NULL if it has none of this name.
const struct trial_metric *document_metric(const struct trial *trial, const char *name);

// Over the launches that gave a value; NaN without any, and for NULL.
double document_metric_median(const struct trial_metric *metric);

// What was counted by this name: exact before anything else, and any value before none. NULL if
// nothing was.
const struct count *document_count(const struct trial *trial, const char *name);

// Page faults per call that needed no disk: the median over launches; NaN without launches.
double trial_faults(const struct trial *trial);

// The median sample of one launch, in ns per call; NaN without samples.
double launch_ns(const struct trial *trial, const struct launch *launch);

#endif
