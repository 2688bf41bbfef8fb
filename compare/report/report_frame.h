// SPDX-License-Identifier: MIT
// What stands around the rows of a report: the runs and rule that it is about, and its status.
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H

#include <stdbool.h>

#include "comparable.h"
#include "match.h"
#include "policy.h"
#include "report.h"
#include "terms.h"

// What was asked for.
struct report_asked {
    enum comparison_mode mode;
    const struct policy *policy;
    const struct terms *terms;
    const struct flag_texts *silenced;
};

void report_begin(struct report *report, const struct side sides[SIDES],
                  const struct report_asked *asked);

// Whoever forgot to build again would be told "pass".
void report_note_same_program(struct report *report, const struct side sides[SIDES]);

// What an interrupted run did not reach is missing; what it did has fewer launches.
void report_note_interrupted(struct report *report, const struct side sides[SIDES]);

// From the rows, and from what is known of the run as a whole.
// Without a base there is nothing to compare, which is no fault.
void report_set_status(struct report *report, const struct matches *matches, bool is_refused,
                       bool is_unfit, const struct terms *terms);

#endif
