// SPDX-License-Identifier: MIT
// Reads and prints numbers with units.
#include "units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

// By kind, from the smallest to the largest; "" is the bare number.
static const struct unit {
    enum unit_kind kind;
    const char *name;
    double factor;
    bool is_printed;
} units[] = {
    {UNIT_TIME, "ns", 1, true},
    {UNIT_TIME, "us", 1e3, true},
    {UNIT_TIME, "\xC2\xB5s", 1e3, false}, // the micro sign
    {UNIT_TIME, "\xCE\xBCs", 1e3, false}, // and the Greek letter
    {UNIT_TIME, "ms", 1e6, true},
    {UNIT_TIME, "s", 1e9, true},
    {UNIT_TIME, "m", 60e9, false}, // read as metres
    {UNIT_TIME, "h", 3600e9, true},
    {UNIT_PERCENT, "", 0.01, false},
    {UNIT_PERCENT, "%", 0.01, true},
    {UNIT_BYTES, "", 1, false},
    {UNIT_BYTES, "B", 1, true},
    {UNIT_BYTES, "kB", 1e3, false},
    {UNIT_BYTES, "KiB", 1024, true},
    {UNIT_BYTES, "MB", 1e6, false},
    {UNIT_BYTES, "MiB", 1024.0 * 1024, true},
    {UNIT_BYTES, "GB", 1e9, false},
    {UNIT_BYTES, "GiB", 1024.0 * 1024 * 1024, true},
    {UNIT_COUNT, "", 1, true},
    {UNIT_COUNT, "k", 1e3, true},
    {UNIT_COUNT, "M", 1e6, true},
    {UNIT_COUNT, "G", 1e9, true},
};

#define UNIT_ROWS (sizeof units / sizeof *units)

// ---- Reading

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits with at most one point, at least one digit; exact up to 15 digits. Not strtod(), which
// takes "nan", "0x1p3" and, in some locales, a comma.
static const char *read_decimal(const char *text, double *value) {
    double whole = 0, scale = 1;
    bool has_digit = false, has_point = false;
    for (; is_digit(*text) || (*text == '.' && !has_point); text++) {
        if (*text == '.') {
            has_point = true;
            continue;
        }
        has_digit = true;
        whole = whole * 10 + (*text - '0');
        scale = has_point ? scale * 10 : scale;
    }
    *value = whole / scale;
    return has_digit ? text : NULL;
}

static const struct unit *find_unit(enum unit_kind kind, const char *name) {
    for (size_t i = 0; i < UNIT_ROWS; i++)
        if (units[i].kind == kind && strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

// "ns, us, ms, s, m or h": those that are plain ASCII.
static void list_units(enum unit_kind kind, char *text, size_t size) {
    const char *names[UNIT_ROWS];
    size_t count = 0, used = 0;
    for (size_t i = 0; i < UNIT_ROWS; i++)
        if (units[i].kind == kind && (unsigned char)units[i].name[0] < 0x80)
            names[count++] = units[i].name[0] == '\0' ? "no unit" : units[i].name;
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0           ? ""
                                 : i + 1 == count ? " or "
                                                  : ", ",
                                 names[i]);
}

bool units_parse(enum unit_kind kind, const char *text, double *value, struct errmsg *why) {
    double number;
    char known[100];
    const char *name = read_decimal(text, &number);
    list_units(kind, known, sizeof known);
    if (name == NULL)
        return fail(why, "'%s' is not a number; write it like 1.5, with %s", text, known);
    name += *name == ' ' && name[1] != '\0' ? 1 : 0;
    const struct unit *unit = find_unit(kind, name);
    if (unit == NULL && *name == '\0')
        return fail(why, "'%s' needs its unit: %s", text, known);
    if (unit == NULL)
        return fail(why, "'%s': unit '%s' is not known; use %s", text, name, known);
    *value = number * unit->factor;
    return true;
}

// ---- Printing

// The largest unit that leaves at least 1, or the smallest.
static const struct unit *fitting_unit(enum unit_kind kind, double value) {
    const struct unit *fitting = NULL;
    for (size_t i = 0; i < UNIT_ROWS; i++)
        if (units[i].kind == kind && units[i].is_printed &&
            (fitting == NULL || fabs(value) >= units[i].factor))
            fitting = &units[i];
    return fitting;
}

// Three significant digits from 1 on, two below 0.1.
static int decimals(double value) {
    double size = fabs(value);
    if (size > 0 && size < 0.1)
        return (int)fmin(1 - floor(log10(size)), 9);
    return size < 10 ? 2 : size < 100 ? 1 : 0;
}

static int digits_of(enum unit_kind kind, const struct unit *unit, double number) {
    bool is_whole =
        (kind == UNIT_BYTES || kind == UNIT_COUNT) && unit->factor == 1 && number == floor(number);
    return is_whole ? 0 : kind == UNIT_BYTES && fabs(number) < 100 ? 1 : decimals(number);
}

struct units_text units_print(enum unit_kind kind, double value) {
    if (!isfinite(value))
        return (struct units_text){"-"};
    const struct unit *unit = fitting_unit(kind, value);
    double number = value / unit->factor;
    struct units_text text;
    snprintf(text.text, sizeof text.text, "%.*f%s%s", digits_of(kind, unit, number), number,
             unit->name[0] == '\0' ? "" : " ", unit->name);
    return text;
}

struct units_text units_change(double ratio) {
    if (!isfinite(ratio))
        return (struct units_text){"-"};
    struct units_text text;
    if (ratio >= 2)
        snprintf(text.text, sizeof text.text, "%.*fx", decimals(ratio), ratio);
    else
        snprintf(text.text, sizeof text.text, "%+.1f %%", 100 * (ratio - 1));
    return text;
}

struct units_text units_rate(enum unit_kind kind, double per_second) {
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    if (!isfinite(per_second))
        return (struct units_text){"-"};
    size_t i = 0;
    for (; i + 1 < sizeof prefixes / sizeof *prefixes && fabs(per_second) >= 1000; i++)
        per_second /= 1000;
    struct units_text text;
    snprintf(text.text, sizeof text.text, "%.*f %s%s/s", decimals(per_second), per_second,
             prefixes[i], kind == UNIT_BYTES ? "B" : "");
    return text;
}
