// SPDX-License-Identifier: MIT
// Text that came from a document or a command line, made harmless for a terminal.
#include "plaintext.h"

#include "mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct span {
    uint32_t first, last;
};

// What moves the cursor, hides, or reorders its neighbours.
static const struct span harmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

static bool is_harmful(uint32_t point) {
    for (size_t i = 0; i < sizeof harmful / sizeof *harmful; i++)
        if (point >= harmful[i].first && point <= harmful[i].last)
            return true;
    return false;
}

// Length of the character at `text`, 0 if it is not UTF-8.
static size_t decode(const char *text, uint32_t *point) {
    unsigned char lead = (unsigned char)*text;
    size_t length = lead < 0x80       ? 1
                    : lead >> 5 == 6  ? 2
                    : lead >> 4 == 14 ? 3
                    : lead >> 3 == 30 ? 4
                                      : 0;
    if (length == 0)
        return 0;
    *point = length == 1 ? lead : lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | ((unsigned char)text[i] & 0x3fu);
    }
    return length;
}

// What a CI service takes for a command to itself: "::error ...::" at a line's beginning, and
// "##[error]" anywhere.
static bool is_command(const char *text, const char *whole) {
    size_t blanks = strspn(whole, " \t");
    return (text == whole + blanks && strncmp(text, "::", 2) == 0) || strncmp(text, "##[", 3) == 0;
}

char *plain_text(const char *whole) {
    if (whole == NULL)
        return mem_text("");
    const char *text = whole;
    char *plain = mem_zero(4 * strlen(text) + 1, 1); // the worst byte becomes "\x1b"
    char *end = plain;
    while (*text != '\0') {
        uint32_t point = (unsigned char)*text;
        size_t length = decode(text, &point);
        if (length != 0 && !is_harmful(point) && !is_command(text, whole)) {
            memcpy(end, text, length);
            end += length;
        } else {
            end += sprintf(end, point > 0xff ? "\\u{%x}" : "\\x%02x", (unsigned)point);
        }
        text += length != 0 ? length : 1;
    }
    return plain;
}

size_t plain_width(const char *text) {
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}
