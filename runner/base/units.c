// SPDX-License-Identifier: MIT
// Reads and prints numbers with units.
#include "units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

// By kind, from the smallest to the largest; "" is the bare number.
static const struct row {
    const char *name;
    double factor;
    enum unit_kind kind;
    bool is_printed;
} units[] = {
    {"ns", 1, UNIT_TIME, true},
    {"us", 1e3, UNIT_TIME, true},
    {"\xC2\xB5s", 1e3, UNIT_TIME, false}, // the micro sign
    {"\xCE\xBCs", 1e3, UNIT_TIME, false}, // and the Greek letter
    {"ms", 1e6, UNIT_TIME, true},
    {"s", 1e9, UNIT_TIME, true},
    {"m", 60e9, UNIT_TIME, false}, // read as metres
    {"h", 3600e9, UNIT_TIME, true},
    {"", 0.01, UNIT_PERCENT, false},
    {"%", 0.01, UNIT_PERCENT, true},
    {"", 1, UNIT_BYTES, false},
    {"B", 1, UNIT_BYTES, true},
    {"kB", 1e3, UNIT_BYTES, false},
    {"KiB", 1024, UNIT_BYTES, true},
    {"MB", 1e6, UNIT_BYTES, false},
    {"MiB", 1024.0 * 1024, UNIT_BYTES, true},
    {"GB", 1e9, UNIT_BYTES, false},
    {"GiB", 1024.0 * 1024 * 1024, UNIT_BYTES, true},
    {"", 1, UNIT_COUNT, true},
    {"k", 1e3, UNIT_COUNT, true},
    {"M", 1e6, UNIT_COUNT, true},
    {"G", 1e9, UNIT_COUNT, true},
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

static const struct row *find_unit(enum unit_kind kind, const char *name) {
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
    const struct row *unit = find_unit(kind, name);
    if (unit == NULL && *name == '\0')
        return fail(why, "'%s' needs its unit: %s", text, known);
    if (unit == NULL)
        return fail(why, "'%s': unit '%s' is not known; use %s", text, name, known);
    if (!isfinite(number * unit->factor))
        return fail(why, "'%s' is too large a number", text);
    *value = number * unit->factor;
    return true;
}

// ---- Printing

// The largest unit that leaves at least 1, or the smallest.
static const struct row *fitting_unit(enum unit_kind kind, double value) {
    const struct row *fitting = NULL;
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

static int digits_of(enum unit_kind kind, const struct row *unit, double number) {
    bool is_whole =
        (kind == UNIT_BYTES || kind == UNIT_COUNT) && unit->factor == 1 && number == floor(number);
    return is_whole ? 0 : kind == UNIT_BYTES && fabs(number) < 100 ? 1 : decimals(number);
}

struct units_text units_print(enum unit_kind kind, double value) {
    if (!isfinite(value))
        return (struct units_text){"-"};
    const struct row *unit = fitting_unit(kind, value);
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
