// SPDX-License-Identifier: MIT
// Workflow commands and the step summary of GitHub Actions.
#include "github.h"

#include "mem.h"
#include "plaintext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// https://docs.github.com/en/actions: 10 annotations of each kind a step, 1 MiB of summary.
#define ANNOTATIONS_MAX   10
#define SUMMARY_BYTES_MAX ((size_t)1000 * 1000)
#define ROWS_MAX          1000

static const char *const levels[VERDICTS] = {
    [VERDICT_FAILED] = "error",      [VERDICT_MISSING] = "error",
    [VERDICT_REGRESSED] = "error",   [VERDICT_INCOMPARABLE] = "warning",
    [VERDICT_UNDECIDED] = "warning",
};

// As the runner reads it back: % and line ends everywhere, and : and , in properties.
static void print_escaped(const char *text, const char *special, FILE *out) {
    char *plain = plain_text(text);
    for (const char *c = plain; *c != '\0'; c++)
        if (strchr(special, *c) != NULL)
            fprintf(out, "%%%02X", (unsigned char)*c);
        else
            fputc(*c, out);
    free(plain);
}

static void print_property(const char *text, FILE *out) { print_escaped(text, "%:,\r\n", out); }

static void annotate(const struct report_row *row, const char *level, FILE *out) {
    fprintf(out, "::%s ", level);
    if (row->file != NULL) {
        fputs("file=", out);
        print_property(row->file, out);
        if (row->line > 0)
            fprintf(out, ",line=%lld", (long long)row->line);
        fputc(',', out);
    }
    fprintf(out, "title=tare%%3A %s::", verdict_names[row->verdict]);
    char *cells[COLUMNS];
    report_cells(row, cells);
    char *text = mem_printf("%s: %s (%s)", row->name, cells[COLUMN_CHANGE],
                            row->reason != NULL ? row->reason : "");
    print_escaped(text, "%\r\n", out);
    fputc('\n', out);
    free(text);
    for (int i = 0; i < COLUMNS; i++)
        free(cells[i]);
}

// GitHub shows no more than these of a step.
void github_annotate(const struct report *report, FILE *out) {
    size_t errors = 0, warnings = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const char *level = levels[report->rows[i].verdict];
        if (!report->rows[i].gated || level == NULL)
            continue;
        size_t *count = strcmp(level, "error") == 0 ? &errors : &warnings;
        if ((*count)++ < ANNOTATIONS_MAX)
            annotate(&report->rows[i], level, out);
    }
    size_t more_errors = errors > ANNOTATIONS_MAX ? errors - ANNOTATIONS_MAX : 0;
    size_t more_warnings = warnings > ANNOTATIONS_MAX ? warnings - ANNOTATIONS_MAX : 0;
    if (more_errors + more_warnings != 0)
        fprintf(out,
                "::notice title=tare::%zu more errors and %zu more warnings are in the report\n",
                more_errors, more_warnings);
}

// As much of the report as GitHub takes; free it.
static char *summary_of(const struct report *report, size_t *length) {
    struct report_style style = {.rows_max = ROWS_MAX};
    for (;; style.rows_max /= 2) {
        char *text = NULL;
        FILE *out = open_memstream(&text, length);
        if (out == NULL)
            mem_exhausted();
        report_markdown.write(report, &style, out);
        if (fclose(out) != 0)
            mem_exhausted();
        if (*length < SUMMARY_BYTES_MAX || style.rows_max == 1)
            return text;
        free(text);
    }
}

static bool append_summary(const char *path, const struct report *report, struct errmsg *why) {
    FILE *file = fopen(path, "ae");
    if (file == NULL)
        return fail(why, "%s (GITHUB_STEP_SUMMARY): cannot be written: %s", path, strerror(errno));
    size_t length;
    char *text = summary_of(report, &length);
    fwrite(text, 1, length, file);
    fputc('\n', file);
    free(text);
    bool good = !ferror(file);
    return (fclose(file) == 0 && good) ||
           fail(why, "%s (GITHUB_STEP_SUMMARY): cannot be written: %s", path, strerror(errno));
}

bool github_tell(const struct report *report, struct errmsg *why) {
    const char *actions = getenv("GITHUB_ACTIONS"), *summary = getenv("GITHUB_STEP_SUMMARY");
    if (actions != NULL && strcmp(actions, "true") == 0)
        github_annotate(report, stderr);
    return summary == NULL || *summary == '\0' || append_summary(summary, report, why);
}
