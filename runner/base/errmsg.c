// SPDX-License-Identifier: MIT
// Formats the message of a refusal.
#include "errmsg.h"

#include <stdarg.h>
#include <stdio.h>

// A text that was cut loses its last character where that has several bytes: some may be missing.
static void cut_at_character(char *text, size_t length) {
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0)
        text[start - 1] = '\0';
}

bool fail(struct errmsg *why, const char *format, ...) {
    if (why == NULL)
        return false;
    struct errmsg message; // apart, because the arguments may point into `why`
    va_list args;
    va_start(args, format);
    int length = vsnprintf(message.text, sizeof message.text, format, args);
    va_end(args);
    if (length < 0)
        message.text[0] = '\0';
    if (length >= (int)sizeof message.text)
        cut_at_character(message.text, sizeof message.text - 1);
    *why = message;
    return false;
}
