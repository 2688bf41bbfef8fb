// SPDX-License-Identifier: MIT
// Workflow commands and the step summary of GitHub Actions.
#include "github.h"

#include "mem.h"
#include "plaintext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static void annotate(const struct report_row *row, FILE *out) {
    fprintf(out, "::%s ", levels[row->verdict]);
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

void github_annotate(const struct report *report, FILE *out) {
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].gated && levels[report->rows[i].verdict] != NULL)
            annotate(&report->rows[i], out);
}

static bool append_summary(const char *path, const struct report *report, struct errmsg *why) {
    FILE *file = fopen(path, "ae");
    if (file == NULL)
        return fail(why, "%s (GITHUB_STEP_SUMMARY): cannot be written: %s", path, strerror(errno));
    report_markdown.write(report, &(struct report_style){0}, file);
    fputc('\n', file);
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
