// SPDX-License-Identifier: MIT
// What a function that can be refused says: `why`, and what is expected of it.
#ifndef TOLD_H
#define TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "errmsg.h"

static struct errmsg why;

static inline void take(bool good) {
    if (!good)
        fail_msg("%s", why.text);
}

static inline void assert_told(const char *message) {
    if (strstr(why.text, message) == NULL)
        assert_string_equal(why.text, message); // shows both
}

static inline void refuse(bool good, const char *message) {
    assert_false(good);
    assert_told(message);
}

#endif
