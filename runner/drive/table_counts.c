// SPDX-License-Identifier: MIT
// What was counted beside the time, as text.
#include "table_counts.h"

#include "mem.h"
#include "table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_WIDTH = 11, NAME_WIDTH = 25, NAME_WIDTH_MAX = 48 };

static const char *const marks[] = {
    [COUNT_EXACT] = " ", [COUNT_VARIES] = "?", [COUNT_SAMPLED] = " ", [COUNT_ESTIMATED] = "~"};

// One kind of count, by the first trial that has it. Borrowed.
struct columns {
    const struct count **items;
    size_t count;
};

static bool is_same(const struct count *a, const struct count *b) {
    return strcmp(a->name, b->name) == 0 && strcmp(a->source, b->source) == 0;
}

static bool is_listed(const struct columns *columns, const struct count *count) {
    for (size_t i = 0; i < columns->count; i++)
        if (is_same(columns->items[i], count))
            return true;
    return false;
}

// Those of which there is a value somewhere.
static struct columns list_columns(const struct document *doc) {
    struct columns columns = {0};
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t j = 0; j < doc->trials[i].count_count; j++) {
            const struct count *count = &doc->trials[i].counts[j];
            if (isnan(count->value) || is_listed(&columns, count))
                continue;
            columns.items = mem_push((void *)columns.items, &columns.count, sizeof *columns.items);
            columns.items[columns.count - 1] = count;
        }
    return columns;
}

// The heading of a table: one for each pass, by its sources; the last for all others.
static const struct {
    const char *source, *heading;
} headings[] = {
    {"callgrind", "per call, under callgrind"},
    {"preload", "per call, on the heap"},
    {"wrap", "per call, on the heap"},
    {"sanitizer", "per call, on the heap"},
    {NULL, "per call, counters"},
};

static const char *heading_of(const struct count *count) {
    size_t i = 0;
    while (headings[i].source != NULL && strcmp(headings[i].source, count->source) != 0)
        i++;
    return headings[i].heading;
}

static int width_of(const struct count *count) {
    int length = (int)strlen(count->name) + (count->unit ? (int)strlen(count->unit) + 2 : 0);
    return length > NUMBER_WIDTH ? length : NUMBER_WIDTH;
}

// ---- The tables ------------------------------------------------------------------------------

static int longest_name(const struct document *doc) {
    int longest = NAME_WIDTH;
    for (size_t i = 0; i < doc->trial_count; i++) {
        int length = (int)strlen(doc->trials[i].name);
        if (length > longest && length <= NAME_WIDTH_MAX)
            longest = length;
    }
    return longest;
}

static void print_head(const struct columns *columns, size_t from, size_t to, int name_width,
                       FILE *out) {
    table_name(heading_of(columns->items[from]), name_width, out);
    for (size_t i = from; i < to; i++) {
        const struct count *count = columns->items[i];
        char *head =
            count->unit ? mem_printf("%s, %s", count->name, count->unit) : mem_text(count->name);
        fprintf(out, " %*s ", width_of(count), head);
        free(head);
    }
    fputc('\n', out);
}

static void print_value(const struct count *count, int width, FILE *out) {
    if (count == NULL || isnan(count->value))
        fprintf(out, " %*s ", width, "-");
    else
        fprintf(out, " %*.*f%s", width,
                count->value == floor(count->value) || fabs(count->value) >= 1000 ? 0 : 2,
                count->value, marks[count->kind]);
}

static void print_block(const struct document *doc, const struct columns *columns, size_t from,
                        size_t to, FILE *out) {
    int name_width = longest_name(doc);
    print_head(columns, from, to, name_width, out);
    for (size_t i = 0; i < doc->trial_count; i++) {
        const struct trial *trial = &doc->trials[i];
        if (trial->count_count == 0)
            continue;
        table_name(trial->name, name_width, out);
        for (size_t j = from; j < to; j++)
            print_value(document_count_like(trial, columns->items[j]), width_of(columns->items[j]),
                        out);
        fputc('\n', out);
    }
}

static bool has_heading(const struct count *count, const char *heading) {
    return strcmp(heading_of(count), heading) == 0;
}

static void print_blocks(const struct document *doc, const struct columns *columns, int width,
                         FILE *out) {
    for (size_t from = 0, to; from < columns->count; from = to) {
        const char *heading = heading_of(columns->items[from]);
        int left = width - longest_name(doc) - 1;
        for (to = from; to < columns->count; to++) {
            left -= width_of(columns->items[to]) + 2;
            if (to > from && (left < 0 || !has_heading(columns->items[to], heading)))
                break;
        }
        fputc('\n', out);
        print_block(doc, columns, from, to, out);
    }
}

static bool has_kind(const struct document *doc, enum count_kind kind) {
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t j = 0; j < doc->trials[i].count_count; j++)
            if (doc->trials[i].counts[j].kind == (int)kind &&
                !isnan(doc->trials[i].counts[j].value))
                return true;
    return false;
}

static void print_legend(const struct document *doc, FILE *out) {
    if (has_kind(doc, COUNT_VARIES))
        fputs("? depends on how many calls are made\n", out);
    if (has_kind(doc, COUNT_ESTIMATED))
        fputs("~ estimated from the time and the clock of the core\n", out);
}

// ---- What is not there -----------------------------------------------------------------------

// What misses for one reason.
struct gap {
    const char *reason;
    const char **names;
    size_t name_count;
    size_t trials;
    const struct trial *last;
};

struct gaps {
    struct gap *items;
    size_t count;
};

static struct gap *gap_of(struct gaps *gaps, const char *reason) {
    for (size_t i = 0; i < gaps->count; i++)
        if (strcmp(gaps->items[i].reason, reason) == 0)
            return &gaps->items[i];
    gaps->items = mem_push(gaps->items, &gaps->count, sizeof *gaps->items);
    gaps->items[gaps->count - 1] = (struct gap){.reason = reason};
    return &gaps->items[gaps->count - 1];
}

static void add_name(struct gap *gap, const char *name) {
    for (size_t i = 0; i < gap->name_count; i++)
        if (strcmp(gap->names[i], name) == 0)
            return;
    gap->names = mem_push((void *)gap->names, &gap->name_count, sizeof *gap->names);
    gap->names[gap->name_count - 1] = name;
}

static void collect_gaps(struct gaps *gaps, const struct trial *trial) {
    for (size_t i = 0; i < trial->count_count; i++) {
        const struct count *count = &trial->counts[i];
        if (!isnan(document_count(trial, count->name)->value))
            continue; // by this source or another
        struct gap *gap = gap_of(gaps, count->reason);
        add_name(gap, count->name);
        gap->trials += gap->last != trial;
        gap->last = trial;
    }
}

static void print_gap(const struct gap *gap, FILE *out) {
    fputs("not available: ", out);
    for (size_t i = 0; i < gap->name_count; i++)
        fprintf(out, "%s%s", i ? ", " : "", gap->names[i]);
    if (gap->trials == 1)
        fprintf(out, " of %s", gap->last->name);
    fprintf(out, ": %s\n", gap->reason);
}

static void print_gaps(const struct document *doc, FILE *out) {
    struct gaps gaps = {0};
    for (size_t i = 0; i < doc->trial_count; i++)
        collect_gaps(&gaps, &doc->trials[i]);
    for (size_t i = 0; i < gaps.count; i++) {
        print_gap(&gaps.items[i], out);
        free((void *)gaps.items[i].names);
    }
    free(gaps.items);
}

void table_counts(const struct document *doc, int width, FILE *out) {
    struct columns columns = list_columns(doc);
    print_blocks(doc, &columns, width, out);
    print_legend(doc, out);
    print_gaps(doc, out);
    free((void *)columns.items);
}
