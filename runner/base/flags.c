// SPDX-License-Identifier: MIT
// Reads command lines by their table, and prints the table as help.
#include "flags.h"

#include "json.h"
#include "mem.h"
#include "nearest.h"
#include "units.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX ((double)JSON_WHOLE_MAX) // the largest that a document holds

void flag_texts_add(struct flag_texts *texts, const char *text) {
    texts->items = mem_push(texts->items, &texts->count, sizeof *texts->items);
    texts->items[texts->count - 1] = text;
}

bool flag_texts_have(const struct flag_texts *texts, const char *text) {
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i], text) == 0)
            return true;
    return false;
}

// ---- Values

static void *target_of(const struct flag *flag, void *options) {
    return (char *)options + flag->offset;
}

static bool set_switch(const struct flag *flag, const char *text, void *target,
                       struct errmsg *why) {
    if (text != NULL)
        return fail(why, "--%s: takes no value; leave out '=%s'", flag->name, text);
    *(bool *)target = true;
    return true;
}

static bool set_text(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    if (text[0] == '\0')
        return fail(why, "--%s: the value is empty; write --%s=%s", flag->name, flag->name,
                    flag->arg);
    *(const char **)target = text;
    return true;
}

static bool set_wish(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    if (text != NULL)
        return set_text(flag, text, target, why);
    *(const char **)target = "";
    return true;
}

static bool add_text(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    const char *one = NULL;
    if (!set_text(flag, text, &one, why))
        return false;
    flag_texts_add(target, one);
    return true;
}

static struct units_text bound_text(enum unit_kind kind, double bound) {
    struct units_text text = units_print(kind, bound);
    if (kind == UNIT_COUNT)
        snprintf(text.text, sizeof text.text, "%.0f", bound);
    return text;
}

static bool read_number(const struct flag *flag, enum unit_kind kind, const char *text,
                        double *number, struct errmsg *why) {
    struct errmsg cause;
    double read;
    if (!units_parse(kind, text, &read, &cause))
        return fail(why, "--%s: %s", flag->name, cause.text);
    bool is_bounded = flag->min != 0 || flag->max != 0;
    if (is_bounded && (read < flag->min || read > flag->max))
        return fail(why, "--%s: %s is out of range; use %s to %s", flag->name, text,
                    bound_text(kind, flag->min).text, bound_text(kind, flag->max).text);
    *number = read;
    return true;
}

static bool set_whole(const struct flag *flag, enum unit_kind kind, const char *text, void *target,
                      struct errmsg *why) {
    double number = 0;
    if (!read_number(flag, kind, text, &number, why))
        return false;
    if (number > COUNT_MAX)
        return fail(why, "--%s: %s is too large; use at most %s", flag->name, text,
                    bound_text(kind, COUNT_MAX).text);
    uint64_t whole = (uint64_t)number;
    if (kind == UNIT_COUNT && (double)whole != number)
        return fail(why, "--%s: %s is not a whole number", flag->name, text);
    *(uint64_t *)target = whole;
    return true;
}

static bool set_count(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    return set_whole(flag, UNIT_COUNT, text, target, why);
}

static bool set_time(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    return set_whole(flag, UNIT_TIME, text, target, why);
}

static bool set_bytes(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    return set_whole(flag, UNIT_BYTES, text, target, why);
}

static bool set_percent(const struct flag *flag, const char *text, void *target,
                        struct errmsg *why) {
    return read_number(flag, UNIT_PERCENT, text, target, why);
}

static bool set_seed(const struct flag *flag, const char *text, void *target, struct errmsg *why) {
    bool is_hex = strncmp(text, "0x", 2) == 0;
    const char *digits = is_hex ? text + 2 : text;
    size_t length = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
    errno = 0;
    uint64_t seed = strtoull(digits, NULL, is_hex ? 16 : 10);
    if (length == 0 || digits[length] != '\0' || errno != 0)
        return fail(why, "--%s: '%s' is not a seed; write it like 12345 or 0x1f2e, up to 64 bits",
                    flag->name, text);
    *(uint64_t *)target = seed;
    return true;
}

static bool set_choice(const struct flag *flag, const char *text, void *target,
                       struct errmsg *why) {
    char known[200] = "";
    for (int i = 0; flag->choices[i] != NULL; i++) {
        if (strcmp(flag->choices[i], text) == 0) {
            *(int *)target = i;
            return true;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", flag->choices[i]);
    }
    return fail(why, "--%s: '%s' is not known; use one of %s", flag->name, text, known);
}

static const struct {
    bool (*set)(const struct flag *, const char *, void *, struct errmsg *);
    bool takes_value, may_repeat;
} kinds[] = {
    [FLAG_SWITCH] = {set_switch, false, false}, [FLAG_TEXT] = {set_text, true, false},
    [FLAG_WISH] = {set_wish, false, false},     [FLAG_TEXTS] = {add_text, true, true},
    [FLAG_COUNT] = {set_count, true, false},    [FLAG_TIME] = {set_time, true, false},
    [FLAG_BYTES] = {set_bytes, true, false},    [FLAG_PERCENT] = {set_percent, true, false},
    [FLAG_SEED] = {set_seed, true, false},      [FLAG_CHOICE] = {set_choice, true, false},
};

// ---- Names

static const struct flag *find_name(const struct flag_table *table, const char *name,
                                    size_t length) {
    for (size_t i = 0; i < table->count; i++) {
        const char *known = table->rows[i].name;
        if (known != NULL && strlen(known) == length && memcmp(known, name, length) == 0)
            return &table->rows[i];
    }
    return NULL;
}

static const struct flag *find_letter(const struct flag_table *table, char letter) {
    for (size_t i = 0; i < table->count; i++)
        if (letter != '\0' && table->rows[i].letter == letter)
            return &table->rows[i];
    return NULL;
}

static bool unknown_name(const struct flag_table *table, const char *name, size_t length,
                         struct errmsg *why) {
    struct nearest nearest = nearest_to(name, length);
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].name != NULL)
            nearest_offer(&nearest, table->rows[i].name);
    if (nearest.known == NULL)
        return fail(why, "--%.*s: unknown option; see --help", (int)length, name);
    return fail(why, "--%.*s: unknown option; did you mean --%s?", (int)length, name,
                nearest.known);
}

// ---- The command line

struct reading {
    const struct flag_table *table;
    char **next; // NULL at the end
    void *options;
    bool *seen; // per row
    struct errmsg *why;
};

// `value` is what stands behind the '=', or NULL.
static bool read_flag(struct reading *reading, const struct flag *flag, const char *value) {
    bool *seen = &reading->seen[flag - reading->table->rows];
    if (*seen && !kinds[flag->kind].may_repeat)
        return fail(reading->why, "--%s: is given twice; leave one out", flag->name);
    *seen = true;
    if (value == NULL && kinds[flag->kind].takes_value) {
        value = *reading->next;
        if (value == NULL || strncmp(value, "--", 2) == 0)
            return fail(reading->why, "--%s: needs a value; write --%s=%s", flag->name, flag->name,
                        flag->arg);
        reading->next++;
    }
    return kinds[flag->kind].set(flag, value, target_of(flag, reading->options), reading->why);
}

static bool read_long(struct reading *reading, const char *name) {
    size_t length = strcspn(name, "=");
    const struct flag *flag = find_name(reading->table, name, length);
    if (flag == NULL)
        return unknown_name(reading->table, name, length, reading->why);
    return read_flag(reading, flag, name[length] == '=' ? name + length + 1 : NULL);
}

static bool read_letter(struct reading *reading, const char *arg) {
    const struct flag *flag = arg[2] == '\0' ? find_letter(reading->table, arg[1]) : NULL;
    return flag != NULL ? read_flag(reading, flag, NULL)
                        : fail(reading->why, "%s: unknown option; see --help", arg);
}

static bool read_operand(struct reading *reading, struct flag_texts *operands, const char *arg) {
    if (operands == NULL)
        return fail(reading->why, "%s: unexpected argument; see --help", arg);
    flag_texts_add(operands, arg);
    return true;
}

bool flags_parse(const struct flag_table *table, int argc, char **argv, void *options,
                 struct flag_texts *operands, struct errmsg *why) {
    struct reading reading = {table, argc > 0 ? argv + 1 : argv, options,
                              mem_zero(table->count, sizeof(bool)), why};
    bool is_good = true, is_ended = false;
    while (is_good && *reading.next != NULL) {
        const char *arg = *reading.next++;
        if (is_ended || arg[0] != '-' || arg[1] == '\0')
            is_good = read_operand(&reading, operands, arg);
        else if (strcmp(arg, "--") == 0)
            is_ended = true;
        else
            is_good = arg[1] == '-' ? read_long(&reading, arg + 2) : read_letter(&reading, arg);
    }
    free(reading.seen);
    return is_good;
}

void flags_release(const struct flag_table *table, void *options) {
    for (size_t i = 0; i < table->count; i++) {
        const struct flag *flag = &table->rows[i];
        if (flag->name == NULL || flag->kind != FLAG_TEXTS)
            continue;
        struct flag_texts *texts = target_of(flag, options);
        free(texts->items);
        *texts = (struct flag_texts){NULL, 0};
    }
}

bool flags_read(const struct flag_table *table, int argc, char **argv, void *options,
                bool (*check)(void *options, const struct flag_texts *operands, struct errmsg *why),
                struct errmsg *why) {
    struct flag_texts operands = {0};
    bool good =
        flags_parse(table, argc, argv, options, &operands, why) && check(options, &operands, why);
    free(operands.items);
    if (!good)
        flags_release(table, options);
    return good;
}

// ---- Help

#define HELP_COLUMN_MAX 30

// "  -h, --help", "      --json=FILE" or "      --counters[=LIST]"
static int head_text(const struct flag *flag, char *text, size_t size) {
    char letter[5] = "    ";
    if (flag->letter != '\0')
        snprintf(letter, sizeof letter, "-%c, ", flag->letter);
    bool takes_value = kinds[flag->kind].takes_value;
    assert(!takes_value || flag->arg != NULL);
    const char *arg = flag->arg ? flag->arg : "";
    return snprintf(text, size, "  %s--%s%s%s%s", letter, flag->name,
                    takes_value ? "="
                    : *arg      ? "[="
                                : "",
                    arg, !takes_value && *arg ? "]" : "");
}

static int help_column(const struct flag_table *table) {
    int column = 0;
    for (size_t i = 0; i < table->count; i++) {
        char head[100];
        int length =
            table->rows[i].name == NULL ? 0 : head_text(&table->rows[i], head, sizeof head);
        if (length + 2 <= HELP_COLUMN_MAX && length + 2 > column)
            column = length + 2;
    }
    return column;
}

// Words from `column` on, broken before `width`; the cursor is at `column` already.
static void wrap(const char *text, int column, int width, FILE *out) {
    int at = column;
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        if (at > column && at + 1 + length > width) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        at += fprintf(out, "%s%.*s", at > column ? " " : "", length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_row(const struct flag *flag, int column, int width, FILE *out) {
    char head[100];
    int length = head_text(flag, head, sizeof head);
    if (length + 2 > column)
        fprintf(out, "%s\n%*s", head, column, "");
    else
        fprintf(out, "%-*s", column, head);
    wrap(flag->help, column, width, out);
}

void flags_help(const struct flag_table *table, int width, FILE *out) {
    int column = help_column(table);
    for (size_t i = 0; i < table->count; i++) {
        const struct flag *flag = &table->rows[i];
        if (flag->name == NULL)
            fprintf(out, "%s%s\n", i == 0 ? "" : "\n", flag->help);
        else
            print_row(flag, column, width, out);
    }
}
