// SPDX-License-Identifier: MIT
// A run's results as text.

#include "table.h"

#include "table_counts.h"
#include "units.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *note;
    const char *begin;
} note_looks[] = {
    [NOTE_INFO] = {"info", ""},
    [NOTE_WARNING] = {"warning", "\033[33m"},
    [NOTE_ERROR] = {"error", "\033[31m"},
};

struct style {
    bool has_color;
    FILE *out;
};

static void paint(const struct style *style, const char *begin, const char *text) {
    if (style->has_color)
        fprintf(style->out, "%s%s\033[0m", begin, text);
    else
        fputs(text, style->out);
}

// ---- Numbers ---------------------------------------------------------------------------------

static struct units_text throughput(const struct trial *trial, double ns) {
    // All threads work at once, each at `ns` per call.
    double calls_per_second = (double)trial->threads * 1e9 / ns;
    if (!isnan(trial->bytes))
        return units_rate(UNIT_BYTES, trial->bytes * calls_per_second);
    if (!isnan(trial->items))
        return units_rate(UNIT_COUNT, trial->items * calls_per_second);
    return (struct units_text){""};
}

static void print_numbers(const struct trial *trial, FILE *out) {
    struct trial_summary summary = trial_summarize(trial);
    fprintf(out, "%12s %8s %8s %8s  %-12s %s\n", units_print(UNIT_TIME, summary.ns).text,
            units_print(UNIT_PERCENT, summary.within).text,
            units_print(UNIT_PERCENT, summary.between).text,
            units_print(UNIT_COUNT, trial_faults(trial)).text, throughput(trial, summary.ns).text,
            trial->label ? trial->label : "");
}

static void print_metrics(const struct trial *trial, FILE *out) {
    for (size_t i = 0; i < trial->metric_count; i++) {
        const struct trial_metric *metric = &trial->metrics[i];
        double last = metric->values[metric->value_count - 1];
        if (isnan(last))
            fprintf(out, "    %s -\n", metric->name);
        else
            fprintf(out, "    %s %.6g %s\n", metric->name, last, metric->unit);
    }
}

// ---- The table -------------------------------------------------------------------------------

enum { NUMBERS_WIDTH = 54, NAME_MIN = 20 };
enum { ALIKE_MAX = 3 }; // warnings of one kind that are shown

static int name_width(const struct document *doc, int width) {
    int longest = NAME_MIN;
    int limit = width - NUMBERS_WIDTH > NAME_MIN ? width - NUMBERS_WIDTH : NAME_MIN;
    for (size_t i = 0; i < doc->trial_count; i++) {
        int length = (int)strlen(doc->trials[i].name);
        if (length > longest && length <= limit)
            longest = length;
    }
    return longest;
}

void table_name(const char *name, int width, FILE *out) {
    if ((int)strlen(name) <= width)
        fprintf(out, "%-*s ", width, name);
    else
        fprintf(out, "%s\n%-*s ", name, width, "");
}

static void print_rows(const struct document *doc, int width, FILE *out) {
    int column = name_width(doc, width);
    fprintf(out, "%-*s %12s %8s %8s %8s  %s\n", column, "trial", "time/call", "within", "between",
            "faults", "throughput");
    for (size_t i = 0; i < doc->trial_count; i++) {
        const struct trial *trial = &doc->trials[i];
        if (trial->status != TRIAL_MEASURED)
            continue;
        table_name(trial->name, column, out);
        print_numbers(trial, out);
        print_metrics(trial, out);
    }
}

static void print_indented(const char *text, const char *indent, FILE *out) {
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "%s%.*s\n", indent, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void print_unmeasured(const struct document *doc, const struct style *style) {
    for (size_t i = 0; i < doc->trial_count; i++) {
        const struct trial *trial = &doc->trials[i];
        if (trial->status == TRIAL_MEASURED)
            continue;
        paint(style, trial->status == TRIAL_FAILED ? "\033[31m" : "\033[33m",
              trial_status_names[trial->status]);
        fprintf(style->out, " %s: %s\n", trial->name, trial->reason);
        if (trial->output)
            print_indented(trial->output, "    | ", style->out);
    }
}

static bool has_failed(const struct document *doc, const char *name) {
    for (size_t i = 0; i < doc->trial_count; i++)
        if (strcmp(doc->trials[i].name, name) == 0)
            return doc->trials[i].status == TRIAL_FAILED;
    return false;
}

// The errors of a trial that failed stand with its failure already.
static bool is_shown(const struct document *doc, const struct note *note, bool is_verbose) {
    if (note->level == NOTE_INFO)
        return is_verbose;
    return note->level != NOTE_ERROR || !note->trial || !has_failed(doc, note->trial);
}

// How often each check has spoken of a trial so far. There are far fewer ids than the room here.
struct voices {
    struct {
        const char *id;
        size_t count;
    } items[64];
};

static size_t count_voice(struct voices *voices, const char *id) {
    size_t i = 0;
    while (i + 1 < sizeof voices->items / sizeof *voices->items && voices->items[i].id &&
           strcmp(voices->items[i].id, id) != 0)
        i++;
    voices->items[i].id = id;
    return ++voices->items[i].count;
}

static void print_note(const struct note *note, const struct style *style) {
    paint(style, note_looks[note->level].begin, note_looks[note->level].note);
    fprintf(style->out, " [%s] %s%s%s\n", note->id, note->trial ? note->trial : "",
            note->trial ? ": " : "", note->text);
}

static void print_notes(const struct document *doc, const struct style *style, bool is_verbose) {
    struct voices voices = {0};
    size_t folded = 0;
    for (size_t i = 0; i < doc->note_count; i++) {
        const struct note *note = &doc->notes[i];
        if (!is_shown(doc, note, is_verbose))
            continue;
        if (note->trial && note->level != NOTE_ERROR && !is_verbose &&
            count_voice(&voices, note->id) > ALIKE_MAX)
            folded++;
        else
            print_note(note, style);
    }
    if (folded)
        fprintf(style->out, "%zu more warnings like these: --verbose shows them\n", folded);
}

void table_print(const struct document *doc, int width, bool has_color, bool is_verbose,
                 FILE *out) {
    struct style style = {has_color, out};
    print_rows(doc, width, out);
    print_unmeasured(doc, &style);
    table_counts(doc, width, out);
    print_notes(doc, &style, is_verbose);
}

void table_list(const struct document *doc, FILE *out) {
    for (size_t i = 0; i < doc->trial_count; i++) {
        const struct trial *trial = &doc->trials[i];
        fputs(trial->name, out);
        if (trial->description)
            fprintf(out, "  # %s", trial->description);
        fputc('\n', out);
    }
}

void table_tap(const struct trial *trial, size_t number, FILE *out) {
    bool is_ok = trial->status == TRIAL_MEASURED || trial->status == TRIAL_SKIPPED;
    fprintf(out, "%s %zu - %s", is_ok ? "ok" : "not ok", number, trial->name);
    if (trial->status == TRIAL_SKIPPED)
        fprintf(out, " # SKIP %s", trial->reason);
    fputc('\n', out);
    if (!is_ok) {
        print_indented(trial->reason, "# ", out);
        print_indented(trial->output ? trial->output : "", "#   | ", out);
    }
    fflush(out);
}
