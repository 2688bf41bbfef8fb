// SPDX-License-Identifier: MIT
// The report as a table for people.
#include "report.h"

#include "mem.h"
#include "plaintext.h"

#include <stdlib.h>
#include <string.h>

static const char *const colours[VERDICTS] = {
    [VERDICT_FAILED] = "31",       [VERDICT_MISSING] = "31",   [VERDICT_REGRESSED] = "1;31",
    [VERDICT_INCOMPARABLE] = "33", [VERDICT_UNDECIDED] = "33", [VERDICT_NEW] = "36",
    [VERDICT_IMPROVED] = "32",     [VERDICT_PASS] = NULL,
};

static const char *const level_words[] = {
    [NOTE_INFO] = "note", [NOTE_WARNING] = "warning", [NOTE_ERROR] = "error"};

// A line of the table; `row` is NULL for the headings.
struct line {
    const struct report_row *row;
    char *cells[COLUMNS];
};

struct table {
    struct line *lines;
    size_t count;
    size_t widths[COLUMNS];
};

static void add_line(struct table *table, const struct report_row *row, char *raw[COLUMNS]) {
    table->lines = mem_push(table->lines, &table->count, sizeof *table->lines);
    struct line *line = &table->lines[table->count - 1];
    line->row = row;
    for (int i = 0; i < COLUMNS; i++) {
        line->cells[i] = plain_text(raw[i]);
        free(raw[i]);
        size_t width = plain_width(line->cells[i]);
        if (width > table->widths[i])
            table->widths[i] = width;
    }
}

static void release(struct table *table) {
    for (size_t i = 0; i < table->count; i++)
        for (int j = 0; j < COLUMNS; j++)
            free(table->lines[i].cells[j]);
    free(table->lines);
}

static void print_plain(const char *text, FILE *out) {
    char *plain = plain_text(text);
    fputs(plain, out);
    free(plain);
}

static void print_cell(const char *text, size_t width, bool is_word, const char *colour,
                       FILE *out) {
    int pad = (int)(width - plain_width(text));
    fprintf(out, "%*s", is_word ? 0 : pad, "");
    if (colour != NULL)
        fprintf(out, "\033[%sm%s\033[0m", colour, text);
    else
        fputs(text, out);
    fprintf(out, "%*s", is_word ? pad : 0, "");
}

// Words to the left, numbers to the right.
static void print_line(const struct table *table, const struct line *line, bool is_coloured,
                       FILE *out) {
    const char *colour = is_coloured && line->row != NULL ? colours[line->row->verdict] : NULL;
    for (int i = 0; i < COLUMNS; i++) {
        fputs(i == 0 ? "" : "  ", out);
        print_cell(line->cells[i], table->widths[i], i <= COLUMN_TRIAL,
                   i == COLUMN_VERDICT ? colour : NULL, out);
    }
    fputc('\n', out);
}

static bool is_same_reason(const struct report_row *a, const struct report_row *b) {
    return a != NULL && b != NULL && a->reason != NULL && b->reason != NULL &&
           strcmp(a->reason, b->reason) == 0;
}

// Under the last of the rows that share it.
static void print_reason(const struct table *table, size_t last, FILE *out) {
    const struct report_row *row = table->lines[last].row;
    bool is_shared_below =
        last + 1 < table->count && is_same_reason(row, table->lines[last + 1].row);
    if (row->verdict == VERDICT_PASS || row->reason == NULL || is_shared_below)
        return;
    size_t first = last;
    while (is_same_reason(table->lines[first - 1].row, row))
        first--;
    fputs("    ", out);
    if (first != last)
        fprintf(out, "these %zu: ", last - first + 1);
    print_plain(row->reason, out);
    fputc('\n', out);
}

static void print_table(const struct report *report, const struct report_style *style, FILE *out) {
    struct table table = {0};
    char *cells[COLUMNS];
    report_headings(report, cells);
    add_line(&table, NULL, cells);
    for (size_t i = 0; i < report->row_count; i++) {
        if (report->rows[i].verdict == VERDICT_PASS && !style->lists_all)
            continue;
        report_cells(&report->rows[i], cells);
        add_line(&table, &report->rows[i], cells);
    }
    for (size_t i = 0; i < table.count && table.count > 1; i++) {
        print_line(&table, &table.lines[i], style->is_coloured, out);
        if (table.lines[i].row != NULL)
            print_reason(&table, i, out);
    }
    if (report->verdicts[VERDICT_PASS] != 0 && !style->lists_all)
        fprintf(out, "%llu pass and are not shown; --all lists them\n",
                (unsigned long long)report->verdicts[VERDICT_PASS]);
    if (report->row_count != 0)
        fputc('\n', out);
    release(&table);
}

static void print_owned(char *text, FILE *out) {
    print_plain(text, out);
    fputc('\n', out);
    free(text);
}

static void print_notes(const struct report *report, const struct report_style *style, FILE *out) {
    for (size_t i = 0; i < report->difference_count; i++)
        if (report_shows(&report->differences[i], style))
            print_owned(report_difference_text(&report->differences[i]), out);
    for (size_t i = 0; i < report->note_count; i++) {
        fprintf(out, "%s: ", level_words[report->notes[i].level]);
        print_plain(report->notes[i].text, out);
        fprintf(out, " [%s]\n", report->notes[i].id);
    }
    if (report->policy != NULL)
        print_owned(mem_printf("policy: %s", report->policy), out);
    for (size_t i = 0; i < report->silenced_count; i++)
        fprintf(out, "silenced: %s\n", report->silenced[i]);
}

static void print_again(const struct report *report, FILE *out) {
    size_t shown = 0;
    for (size_t i = 0; i < report->row_count && shown < REPORT_AGAIN_MAX; i++) {
        if (report->rows[i].again == NULL)
            continue;
        fputs(shown++ == 0 ? "to measure one alone:\n    " : "    ", out);
        print_plain(report->rows[i].again, out);
        fputc('\n', out);
    }
    fputs(shown == 0 ? "" : "\n", out);
}

static void write_text(const struct report *report, const struct report_style *style, FILE *out) {
    print_table(report, style, out);
    print_again(report, out);
    print_owned(report_summary(report), out);
    print_owned(report_reach(report), out);
    print_notes(report, style, out);
    fprintf(out, "exit status %d: %s\n", (int)report->status, report->status_words);
}

const struct report_format report_text = {"text", write_text};
