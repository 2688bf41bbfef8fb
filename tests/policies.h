// SPDX-License-Identifier: MIT
// Policies as tests write them.
#ifndef POLICIES_H
#define POLICIES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

#define assert_near(actual, expected) assert_true(fabs((actual) - (expected)) < 1e-12)

static inline struct policy parse(const char *text) {
    struct policy policy;
    struct errmsg why = {""};
    policy_parse(&policy, "p", text, strlen(text), &why);
    assert_string_equal(why.text, "");
    return policy;
}

// `count` lines, in each of which %zu is the number of the line; free it.
static inline char *lines_of(size_t count, const char *format) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (size_t i = 1; i <= count; i++) {
        const char *number = strstr(format, "%zu");
        fprintf(out, "%.*s%zu%s\n", (int)(number - format), format, i, number + strlen("%zu"));
    }
    fclose(out);
    return text;
}

#endif
