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

// What CI services skip before they look for a command, and is not harmful otherwise.
static const struct span blanks[] = {
    {' ', ' '},       {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
    {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static bool is_among(uint32_t point, const struct span *spans, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (point >= spans[i].first && point <= spans[i].last)
            return true;
    return false;
}

static bool is_harmful(uint32_t point) {
    return is_among(point, harmful, sizeof harmful / sizeof *harmful);
}

// Length of the character at `text`; 0, and no point, if it is not UTF-8.
static size_t decode(const char *text, uint32_t *point) {
    unsigned char lead = (unsigned char)*text;
    size_t length = lead < 0x80       ? 1
                    : lead >> 5 == 6  ? 2
                    : lead >> 4 == 14 ? 3
                    : lead >> 3 == 30 ? 4
                                      : 0;
    if (length == 0)
        return 0;
    uint32_t bits = length == 1 ? lead : lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        bits = bits << 6 | ((unsigned char)text[i] & 0x3fu);
    }
    *point = bits;
    return length;
}

static const char *skip_blanks(const char *text) {
    uint32_t point;
    size_t length;
    while ((length = decode(text, &point)) != 0 &&
           is_among(point, blanks, sizeof blanks / sizeof *blanks))
        text += length;
    return text;
}

// What CI services take for a command to themselves: "::error ...::" at a line's beginning, and
// "##[error]", "##vso[...]" or their kin anywhere.
static bool is_command(const char *text, const char *beginning) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return (text == beginning && strncmp(text, "::", 2) == 0) ||
           (strncmp(text, "##", 2) == 0 && text[2 + strspn(text + 2, letters)] == '[');
}

char *plain_text(const char *text) {
    if (text == NULL)
        return mem_text("");
    const char *beginning = skip_blanks(text);
    char *plain = mem_zero(4 * strlen(text) + 1, 1); // the worst byte becomes "\x1b"
    char *end = plain;
    while (*text != '\0') {
        uint32_t point = (unsigned char)*text;
        size_t length = decode(text, &point);
        if (length != 0 && !is_harmful(point) && !is_command(text, beginning)) {
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
