// SPDX-License-Identifier: MIT
// Numbers with their units, read and printed from one table.
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>

#include "errmsg.h"

enum unit_kind {
    UNIT_TIME,    // kept in nanoseconds: "20us", "1.5 s", "2m", "1h"; a bare number is refused
    UNIT_PERCENT, // kept as a fraction: "1%", "0.3 %"; a bare number means percent
    UNIT_BYTES,   // kept in bytes: "64", "4KiB", "1.5MB"
    UNIT_COUNT,   // "12", "10k"
};

// Reads the whole text. On false `*value` is untouched and `why` quotes the text and lists the
// units.
bool units_parse(enum unit_kind kind, const char *text, double *value, struct errmsg *why);

struct units_text {
    char text[32];
};

// Three or four significant digits and the unit that fits: "12.3 ns", "1.20 s", "0.30 %", "4.0
// KiB". NaN prints as "-".
struct units_text units_print(enum unit_kind kind, double value);

// A change, from its ratio new/old: "+4.2 %", "-0.3 %", "2.31x" from twofold up. NaN prints as "-".
struct units_text units_change(double ratio);

// A rate per second: "331 MB/s" for UNIT_BYTES (powers of ten), "12.1 M/s" for UNIT_COUNT.
struct units_text units_rate(enum unit_kind kind, double per_second);

#endif
