// SPDX-License-Identifier: MIT
// From matches and what was judged of them to the rows of a report.
#ifndef ROWS_H
#define ROWS_H

#include "effective.h"
#include "match.h"
#include "report.h"
#include "verdict.h"

// A row without a judgement: all that the match itself says, and what holds for its trial.
struct report_row row_of(const struct match *match, const struct effective *effective,
                         const struct policy *policy);

void row_add_judgement(struct report_row *row, const struct judgement *judgement);

// Numbers stay in the row, for the reader; what is said of them does not.
void row_add_obstacle(struct report_row *row, const char *obstacle);

#endif
