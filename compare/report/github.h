// SPDX-License-Identifier: MIT
// What GitHub Actions is told, where it runs us: a summary of the step, and annotations at the
// cases.
#ifndef GITHUB_H
#define GITHUB_H

#include <stdbool.h>
#include <stdio.h>

#include "errmsg.h"
#include "report.h"

// Appends the report to the file that $GITHUB_STEP_SUMMARY names, and prints an annotation for each
// gated row that is not fine, if $GITHUB_ACTIONS is "true": of each no more than GitHub shows.
// Elsewhere nothing. False if the summary cannot be written.
bool github_tell(const struct report *report, struct errmsg *why);

// "::error file=F,line=N,title=T::TEXT" lines. Whatever is in a name stays a name.
void github_annotate(const struct report *report, FILE *out);

#endif
