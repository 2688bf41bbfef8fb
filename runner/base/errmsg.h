// SPDX-License-Identifier: MIT
// The message that goes with a false: what the world refused, complete enough to be shown.
#ifndef ERRMSG_H
#define ERRMSG_H

#include <stdbool.h>

// Names the thing, the cause and the next step. Written where the failure is known, printed once,
// in main. Longer texts are cut, at a character's end.
struct errmsg {
    char text[1024];
};

// Always false, so that a function can end in `return fail(why, ...)`. `why` may be NULL, and
// `why->text` may be among the arguments: fail(why, "%s: %s", path, why->text).
bool fail(struct errmsg *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
