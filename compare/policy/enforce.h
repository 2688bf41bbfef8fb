// SPDX-License-Identifier: MIT
// Holds the rows of a report against the policy's limits, and regressions against its waivers.
#ifndef ENFORCE_H
#define ENFORCE_H

#include "effective.h"
#include "match.h"
#include "policy.h"
#include "report.h"

// The rows are those of the matches, one each. A limit that is exceeded makes a row regressed and
// gated, one whose metric is not known makes it undecided; a waiver takes a regression out of the
// gate, or says why it does not. Notes waivers that have expired and were not needed, and lines
// whose glob matches no trial of either side, whatever the filters leave out.
//
// Days come from the documents, so that the same documents always get the same answer.
void enforce(struct report *report, const struct policy *policy, const struct side sides[SIDES],
             const struct matches *matches, const struct effective *effective);

#endif
