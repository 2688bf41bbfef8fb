// SPDX-License-Identifier: MIT
// The report: what its writers share.
#include "report.h"

#include "comparable.h"
#include "mem.h"
#include "stats.h"
#include "units.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct report_format *const report_formats[] = {&report_text, &report_json, &report_markdown};
const char *const report_format_names[] = {"text", "json", "markdown", NULL};

void report_note(struct report *report, enum note_level level, const char *id, const char *format,
                 ...) {
    report->notes = mem_push(report->notes, &report->note_count, sizeof *report->notes);
    va_list args;
    va_start(args, format);
    report->notes[report->note_count - 1] =
        (struct note){.id = mem_text(id), .level = (int)level, .text = mem_vprintf(format, args)};
    va_end(args);
}

static double change_size(const struct report_row *row) {
    return isnan(row->ratio) ? -1 : fabs(log(row->ratio));
}

static int by_severity(const void *a, const void *b) {
    const struct report_row *p = a, *q = b;
    if (p->verdict != q->verdict)
        return p->verdict - q->verdict;
    double x = change_size(p), y = change_size(q);
    if (x != y)
        return x > y ? -1 : 1;
    return strcmp(p->name, q->name);
}

static void count_reach(struct report *report) {
    double *reach = mem_zero(report->row_count, sizeof *reach);
    size_t known = 0, worst = 0;
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        if (isnan(row->detectable))
            continue;
        reach[known++] = row->detectable;
        if (known == 1 || row->detectable > report->rows[worst].detectable)
            worst = i;
    }
    report->detectable_median = stats_median_in_place(reach, known);
    report->detectable_worst = known != 0 ? report->rows[worst].detectable : NAN;
    report->detectable_worst_trial = known != 0 ? mem_text(report->rows[worst].name) : NULL;
    free(reach);
}

void report_finish(struct report *report) {
    if (report->row_count != 0)
        qsort(report->rows, report->row_count, sizeof *report->rows, by_severity);
    for (size_t i = 0; i < report->row_count; i++) {
        report->verdicts[report->rows[i].verdict]++;
        report->compared += report->rows[i].is_compared;
        report->waived += report->rows[i].waiver.from != NULL;
    }
    report->total = report->row_count;
    count_reach(report);
}

char *report_summary(const struct report *report) {
    char *text = mem_printf("compared %llu of %llu", (unsigned long long)report->compared,
                            (unsigned long long)report->total);
    for (int i = 0; i < VERDICTS; i++)
        if (report->verdicts[i] != 0)
            text = mem_append(text, "; %llu %s", (unsigned long long)report->verdicts[i],
                              verdict_names[i]);
    if (report->waived != 0)
        text = mem_append(text, "; %llu waived", (unsigned long long)report->waived);
    if (report->outside != 0)
        text = mem_append(text, "; %llu outside the filter or shard of new",
                          (unsigned long long)report->outside);
    return text;
}

char *report_reach(const struct report *report) {
    if (isnan(report->detectable_median))
        return mem_text("smallest change that this comparison could have seen: none");
    return mem_printf("smallest change that this comparison could have seen: median %s, worst %s "
                      "(%s)",
                      units_print(UNIT_PERCENT, report->detectable_median).text,
                      units_print(UNIT_PERCENT, report->detectable_worst).text,
                      report->detectable_worst_trial);
}

static const char *or_unknown(const char *text) { return text != NULL ? text : "(not known)"; }

bool report_shows(const struct report_difference *difference, const struct report_style *style) {
    return difference->tier != TIER_INFORM || style->lists_all;
}

char *report_difference_text(const struct report_difference *d) {
    static const char *const words[] = {
        [TIER_MUST] = "error", [TIER_WARN] = "warning", [TIER_INFORM] = "note"};
    return mem_printf("%s: %s differs: %s and %s [%s]", d->allowed ? "allowed" : words[d->tier],
                      d->label, or_unknown(d->base), or_unknown(d->new), d->key);
}

static char *time_cell(double ns) { return mem_text(units_print(UNIT_TIME, ns).text); }

static const char *standing(const struct report_row *row) {
    return row->waiver.from != NULL ? " (waived)" : row->gated ? "" : " (not gated)";
}

void report_cells(const struct report_row *row, char *cells[COLUMNS]) {
    cells[COLUMN_VERDICT] = mem_printf("%s%s", verdict_names[row->verdict], standing(row));
    cells[COLUMN_TRIAL] = row->former == NULL ? mem_text(row->name)
                                              : mem_printf("%s (was %s)", row->name, row->former);
    cells[COLUMN_BASE] = time_cell(row->base_ns);
    cells[COLUMN_NEW] = time_cell(row->new_ns);
    cells[COLUMN_CHANGE] = mem_text(units_change(row->ratio).text);
    cells[COLUMN_INTERVAL] = isnan(row->ratio)
                                 ? mem_text("")
                                 : mem_printf("%s .. %s", units_change(row->ratio_low).text,
                                              units_change(row->ratio_high).text);
    cells[COLUMN_DETECTABLE] = mem_text(units_print(UNIT_PERCENT, row->detectable).text);
}

void report_headings(const struct report *report, char *cells[COLUMNS]) {
    cells[COLUMN_VERDICT] = mem_text("verdict");
    cells[COLUMN_TRIAL] = mem_text("trial");
    cells[COLUMN_BASE] = mem_text("base");
    cells[COLUMN_NEW] = mem_text("new");
    cells[COLUMN_CHANGE] = mem_text("change");
    cells[COLUMN_INTERVAL] = mem_printf("%.0f %% interval", 100 * report->rule.interval);
    cells[COLUMN_DETECTABLE] = mem_text("can see");
}
