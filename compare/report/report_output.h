// SPDX-License-Identifier: MIT
// Where a report goes, and in what form: the options that commands share, and the writing.
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include <stdbool.h>

#include "errmsg.h"
#include "report.h"

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
extern const char *const colour_names[]; // NULL at the end

struct report_output {
    int format;       // index in report_formats
    const char *path; // "-": standard output
    bool lists_all;
    int colour; // enum colour
};

// Writes the report, and tells the CI service of it.
bool report_write(const struct report *report, const struct report_output *output,
                  struct errmsg *why);

// The rows of a table of options, for a member of this type at `at` in the options struct.
#define REPORT_OUTPUT_ROWS(at)                                                                     \
    {.help = "Output"},                                                                            \
        {"format",                                                                                 \
         FLAG_CHOICE,                                                                              \
         (at) + offsetof(struct report_output, format),                                            \
         .choices = report_format_names,                                                           \
         .arg = "FORMAT",                                                                          \
         .help = "text, json or markdown"},                                                        \
        {"output", FLAG_TEXT, (at) + offsetof(struct report_output, path), .arg = "FILE",          \
         .help = "write there, not to the terminal"},                                              \
        {"all", FLAG_SWITCH, (at) + offsetof(struct report_output, lists_all),                     \
         .help = "list the trials that pass, too"},                                                \
    {                                                                                              \
        "color", FLAG_CHOICE, (at) + offsetof(struct report_output, colour),                       \
            .choices = colour_names, .arg = "WHEN",                                                \
            .help = "auto, always or never; NO_COLOR is respected"                                 \
    }

#endif
