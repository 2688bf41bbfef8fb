// SPDX-License-Identifier: MIT
// The report as Markdown, for a comment on a change.
#include "report.h"

#include "mem.h"
#include "plaintext.h"

#include <stdlib.h>
#include <string.h>

// Everything that Markdown or HTML could read as more than a character becomes a reference.
static void print_escaped(const char *text, FILE *out) {
    char *plain = plain_text(text);
    for (const char *c = plain; *c != '\0'; c++) {
        if (strchr("\\`*_{}[]<>()#!|~&@:$\"'", *c) != NULL)
            fprintf(out, "&#%d;", *c);
        else
            fputc(*c, out);
    }
    free(plain);
}

static void print_owned(const char *before, char *text, FILE *out) {
    fputs(before, out);
    print_escaped(text, out);
    fputc('\n', out);
    free(text);
}

static void print_headings(const struct report *report, FILE *out) {
    char *cells[COLUMNS];
    report_headings(report, cells);
    for (int i = 0; i < COLUMNS; i++) {
        fputs(i == 0 ? "| " : " | ", out);
        print_escaped(cells[i], out);
        free(cells[i]);
    }
    fputs(" | reason |\n", out);
    for (int i = 0; i < COLUMNS; i++)
        fputs(i <= COLUMN_TRIAL ? "|:---" : "|---:", out);
    fputs("|:---|\n", out);
}

static void print_row(const struct report_row *row, FILE *out) {
    char *cells[COLUMNS];
    report_cells(row, cells);
    const char *bold = row->verdict <= VERDICT_UNDECIDED && row->gated ? "**" : "";
    for (int i = 0; i < COLUMNS; i++) {
        fputs(i == 0 ? "| " : " | ", out);
        fputs(i == COLUMN_VERDICT ? bold : "", out);
        print_escaped(cells[i], out);
        fputs(i == COLUMN_VERDICT ? bold : "", out);
        free(cells[i]);
    }
    fputs(" | ", out);
    print_escaped(row->reason, out);
    fputs(" |\n", out);
}

static void print_table(const struct report *report, const struct report_style *style, FILE *out) {
    size_t shown =
        style->lists_all ? report->row_count : report->row_count - report->verdicts[VERDICT_PASS];
    if (shown == 0)
        return;
    size_t more = style->rows_max != 0 && shown > style->rows_max ? shown - style->rows_max : 0;
    print_headings(report, out);
    for (size_t i = 0; i < shown - more; i++) // the gravest come first, passes last
        print_row(&report->rows[i], out);
    if (more != 0)
        fprintf(out, "\nand %zu more, none of them graver\n", more);
    fputc('\n', out);
}

static void print_again(const struct report *report, FILE *out) {
    for (size_t i = 0, shown = 0; i < report->row_count && shown < REPORT_AGAIN_MAX; i++) {
        if (report->rows[i].again == NULL)
            continue;
        shown++;
        fputs("- measure it alone: <code>", out);
        print_escaped(report->rows[i].again, out);
        fputs("</code>\n", out);
    }
}

static void write_markdown(const struct report *report, const struct report_style *style,
                           FILE *out) {
    fprintf(out, "### tare: %s (exit status %d)\n\n", report->status_words, (int)report->status);
    print_table(report, style, out);
    print_owned("- ", report_summary(report), out);
    print_owned("- ", report_reach(report), out);
    for (size_t i = 0; i < report->difference_count; i++)
        if (report_shows(&report->differences[i], style))
            print_owned("- ", report_difference_text(&report->differences[i]), out);
    for (size_t i = 0; i < report->note_count; i++) {
        fprintf(out, "- %s: ", note_level_names[report->notes[i].level]);
        print_escaped(report->notes[i].text, out);
        fprintf(out, " (%s)\n", report->notes[i].id);
    }
    if (report->policy != NULL)
        print_owned("- ", mem_printf("policy: %s", report->policy), out);
    print_again(report, out);
    for (size_t i = 0; i < report->silenced_count; i++)
        fprintf(out, "- silenced: %s\n", report->silenced[i]);
}

const struct report_format report_markdown = {"markdown", write_markdown};
