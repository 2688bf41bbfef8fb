// SPDX-License-Identifier: MIT
// The report: verdicts made readable. One plain struct, and a writer for each format.
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "document.h"
#include "verdict.h"

#define REPORT_SCHEMA 1

// Texts are owned. NaN and NULL are "not known".
struct report_metric {
    char *name;
    char *unit;
    int direction;    // enum metric_direction
    double base, new; // the median of all launches
};

// Something that was counted, per call.
struct report_count {
    char *name, *unit, *source;
    double base, new;
    double detect; // fraction
    int outcome;   // enum counted_outcome
    bool gated;
    char *reason; // why the outcome is unknown
};

// A limit of the policy, and what new has of it.
struct report_limit {
    char *metric; // METRIC_TIME: in ns
    double limit, new;
    bool breached;
    char *from; // "tare.policy:3"
};

// What takes a regression out of the gate; all NULL: nothing does.
struct report_waiver {
    char *from;
    char *until;
    char *reason;
    char *issue;
};

struct report_row {
    char *name;
    char *former; // its name in base where that is another
    char *file;   // where the case is
    int64_t line; // 0: not known
    int verdict;  // enum verdict
    char *reason;
    bool gated;       // counts for the exit status
    bool is_compared; // its numbers were held against each other, not only against a limit
    double base_ns, new_ns;
    double ratio, ratio_low, ratio_high; // new / base, and its interval
    double detectable;                   // fraction: the smallest that would have been seen
    double detect, ignore;               // fractions: must be caught; may be ignored
    double weight;
    double budget_ns; // NaN: none was set
    bool required;
    char *detect_from, *ignore_from, *weight_from, *budget_from, *required_from; // who said so
    struct report_limit *limits;
    size_t limit_count;
    struct report_waiver waiver;
    uint64_t base_runs, new_runs;
    uint64_t base_launches, new_launches;
    struct report_metric *metrics;
    size_t metric_count;
    struct report_count *counts;
    size_t count_count;
    char *again; // the command that measures it alone; NULL: there is none, or no need
};

struct report_run {
    char *path;
    char *started;
    char *program;
    char *hash;
    uint64_t trials;
};

struct report_difference {
    char *key;
    char *label;
    int tier; // enum tier
    bool allowed;
    char *base, *new;
};

// What was asked for, as fractions.
struct report_rule {
    double detect, ignore;
    double alpha;    // any false red among the gated trials
    uint64_t gated;  // trials that alpha was shared out among
    double miss;     // per trial
    double interval; // level of the rows' intervals
};

struct report {
    int64_t schema;
    char *tare;   // version of the comparator
    char *policy; // its path; NULL: there is none
    struct report_rule rule;
    struct report_run *base, *new;
    size_t base_count, new_count;
    struct report_row *rows; // gravest first
    size_t row_count;
    uint64_t verdicts[VERDICTS]; // rows with each
    uint64_t waived;             // rows that a waiver takes out of the gate
    uint64_t total;              // rows
    uint64_t compared;           // rows whose numbers were held against each other
    uint64_t outside;            // base trials outside the filter or shard of new
    double detectable_median, detectable_worst;
    char *detectable_worst_trial;
    struct report_difference *differences;
    size_t difference_count;
    struct note *notes;
    size_t note_count;
    char **silenced;
    size_t silenced_count;
    int64_t status;
    char *status_words;
};

void report_note(struct report *report, enum note_level level, const char *id, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

// Sorts the rows and fills in what is counted from them.
void report_finish(struct report *report);

void report_release(struct report *report);

extern const struct json_shape report_waiver_shape;

// ---- Writers ---------------------------------------------------------------------------------

struct report_style {
    bool is_coloured;
    bool lists_all;  // passes, and differences for information, too
    size_t rows_max; // of Markdown, the gravest; 0: all
};

struct report_format {
    const char *name;
    void (*write)(const struct report *report, const struct report_style *style, FILE *out);
};

extern const struct report_format report_text, report_json, report_markdown;

extern const struct report_format *const report_formats[];
extern const char *const report_format_names[]; // in the same order, NULL at the end

// ---- What writers share ----------------------------------------------------------------------

// "compared 41 of 43; 1 new; 1 missing"; free it.
char *report_summary(const struct report *report);
// "smallest change that this comparison could have seen: ..."; free it.
char *report_reach(const struct report *report);
// What is for information only is shown with everything else.
bool report_shows(const struct report_difference *difference, const struct report_style *style);
// "warning: kernel differs: 6.1.0 and 6.1.1 [kernel.release]"; free it.
char *report_difference_text(const struct report_difference *difference);
// The gravest rows whose `again` is shown to people.
#define REPORT_AGAIN_MAX 5
// The row's cells as texts; free each. Nothing in them is made harmless.
enum report_column {
    COLUMN_VERDICT,
    COLUMN_TRIAL,
    COLUMN_BASE,
    COLUMN_NEW,
    COLUMN_CHANGE,
    COLUMN_INTERVAL,
    COLUMN_DETECTABLE,
    COLUMNS
};
void report_cells(const struct report_row *row, char *cells[COLUMNS]);
void report_headings(const struct report *report, char *cells[COLUMNS]);

#endif
