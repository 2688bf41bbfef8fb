// SPDX-License-Identifier: MIT
// A self-test's result, as text for people and as JSON for programs.
#ifndef SELFTEST_REPORT_H
#define SELFTEST_REPORT_H

#include <stdio.h>

#include "selftest_tally.h"

void selftest_write_text(const struct selftest *selftest, FILE *out);
void selftest_write_json(const struct selftest *selftest, FILE *out);

// Frees what the self-test owns.
void selftest_release(struct selftest *selftest);

#endif
