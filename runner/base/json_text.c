// SPDX-License-Identifier: MIT
// One linear pass over a text, by the grammar of RFC 8259.
#include "json_text.h"

#include <string.h>

struct scan {
    const char *at;
    const char *end;
    const char *flaw; // what is wrong at `at`
};

static bool value(struct scan *s, int depth);

static bool refuse(struct scan *s, const char *flaw) {
    s->flaw = flaw;
    return false;
}

// The next byte; 0 at the end, and no valid text holds a 0.
static unsigned char peek(const struct scan *s) {
    return s->at < s->end ? (unsigned char)*s->at : 0;
}

static bool take(struct scan *s, char wanted) {
    if (s->at == s->end || *s->at != wanted)
        return false;
    s->at++;
    return true;
}

static void skip_space(struct scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

static bool digits(struct scan *s) {
    if (!is_digit(peek(s)))
        return refuse(s, "a digit is needed here");
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool number(struct scan *s) {
    const char *start = s->at;
    take(s, '-');
    if (!take(s, '0') && !digits(s))
        return false;
    if (is_digit(peek(s)))
        return refuse(s, "a number may not start with 0");
    if (take(s, '.') && !digits(s))
        return false;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (!digits(s))
            return false;
    }
    return s->at - start <= JSON_NUMBER_MAX || refuse(s, "this number has too many characters");
}

size_t json_text_character(const char *text, const char *end) {
    const unsigned char *b = (const unsigned char *)text;
    if (text >= end)
        return 0;
    size_t length = b[0] < 0x80   ? 1
                    : b[0] < 0xC2 ? 0
                    : b[0] < 0xE0 ? 2
                    : b[0] < 0xF0 ? 3
                    : b[0] < 0xF5 ? 4
                                  : 0;
    if (length > (size_t)(end - text))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    bool is_overlong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xF0 && b[1] < 0x90);
    bool is_surrogate = b[0] == 0xED && b[1] >= 0xA0;
    bool is_too_large = b[0] == 0xF4 && b[1] >= 0x90;
    return is_overlong || is_surrogate || is_too_large ? 0 : length;
}

// The four digits behind \u; -1 if they are not.
static int hex4(struct scan *s) {
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    int code = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        const char *digit = peek(s) == 0 ? NULL : strchr(hex, peek(s));
        if (digit == NULL)
            return -1;
        code = code * 16 + (int)((digit - hex) % 16);
    }
    return code;
}

static bool is_high_surrogate(int code) { return code >= 0xD800 && code <= 0xDBFF; }
static bool is_low_surrogate(int code) { return code >= 0xDC00 && code <= 0xDFFF; }

static bool unicode_escape(struct scan *s) {
    int code = hex4(s);
    if (code < 0)
        return refuse(s, "four hex digits are needed after \\u");
    if (code == 0)
        return refuse(s, "\\u0000 is not allowed");
    if (is_high_surrogate(code) && take(s, '\\') && take(s, 'u'))
        return is_low_surrogate(hex4(s)) || refuse(s, "half of a surrogate pair");
    return (!is_high_surrogate(code) && !is_low_surrogate(code)) ||
           refuse(s, "half of a surrogate pair");
}

static bool escape(struct scan *s) {
    unsigned char c = peek(s);
    if (c == 0 || strchr("\"\\/bfnrtu", c) == NULL)
        return refuse(s, "unknown escape in a text");
    s->at++;
    return c != 'u' || unicode_escape(s);
}

static bool text(struct scan *s) {
    if (!take(s, '"'))
        return refuse(s, "a text in double quotes is needed here");
    while (!take(s, '"')) {
        if (s->at == s->end)
            return refuse(s, "the text ends too early: is the file cut off?");
        if (peek(s) < 0x20)
            return refuse(s, "a control character in a text must be escaped");
        size_t length = json_text_character(s->at, s->end);
        if (length == 0)
            return refuse(s, "this is not valid UTF-8");
        s->at += length;
        if (s->at[-1] == '\\' && !escape(s))
            return false;
    }
    return true;
}

static bool key(struct scan *s) {
    if (!text(s))
        return false;
    skip_space(s);
    return take(s, ':') || refuse(s, "':' is needed after a key");
}

static bool container(struct scan *s, int depth) {
    bool is_object = *s->at == '{';
    char close = is_object ? '}' : ']';
    if (depth == JSON_DEPTH_MAX)
        return refuse(s, "nested too deeply");
    s->at++;
    skip_space(s);
    if (take(s, close))
        return true;
    do {
        skip_space(s);
        if (is_object && !key(s))
            return false;
        if (!value(s, depth + 1))
            return false;
        skip_space(s);
    } while (take(s, ','));
    return take(s, close) ||
           refuse(s, s->at == s->end ? "the text ends too early: is the file cut off?"
                                     : "',' or the closing bracket is needed here");
}

static bool literal(struct scan *s, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
        return refuse(s, "this is not JSON");
    s->at += length;
    return true;
}

static bool value(struct scan *s, int depth) {
    skip_space(s);
    if (s->at == s->end)
        return refuse(s, "a value is needed, and the text ends here");
    switch (*s->at) {
    case '{':
    case '[':
        return container(s, depth);
    case '"':
        return text(s);
    case 't':
        return literal(s, "true");
    case 'f':
        return literal(s, "false");
    case 'n':
        return literal(s, "null");
    default:
        return *s->at == '-' || is_digit(peek(s)) ? number(s) : refuse(s, "this is not JSON");
    }
}

static bool report(const char *start, const struct scan *s, struct errmsg *why) {
    size_t line = 1, column = 1;
    for (const char *c = start; c < s->at; c++) {
        bool is_continuation = ((unsigned char)*c & 0xC0) == 0x80;
        column = *c == '\n' ? 1 : column + (is_continuation ? 0 : 1);
        line += *c == '\n';
    }
    return fail(why, "line %zu, column %zu: %s", line, column, s->flaw);
}

bool json_text_check(const char *start, size_t length, struct errmsg *why) {
    struct scan s = {.at = start, .end = start + length};
    bool is_whole = value(&s, 0);
    if (is_whole) {
        skip_space(&s);
        is_whole = s.at == s.end || refuse(&s, "something follows the end of the JSON value");
    }
    return is_whole || report(start, &s, why);
}
