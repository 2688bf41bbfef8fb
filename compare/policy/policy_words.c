// SPDX-License-Identifier: MIT
// The words of a policy file: lines, comments, quotes, and where each word stands.
#include "policy_words.h"

#include "json_text.h"
#include "mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF"; // some editors begin a text with it

bool words_refuse(const struct words *words, const char *at, const char *format, ...) {
    size_t column = 1;
    for (const char *c = words->start; c < at; c++)
        column += ((unsigned char)*c & 0xC0) != 0x80; // characters, not bytes
    va_list args;
    va_start(args, format);
    char *text = mem_vprintf(format, args);
    va_end(args);
    fail(words->why, "%s:%zu:%zu: %s", words->path, words->line, column, text);
    free(text);
    return false;
}

// ---- Lines -----------------------------------------------------------------------------------

static bool is_space(char c) { return c == ' ' || c == '\t'; }

static bool step(struct words *w) {
    if (w->next == w->end)
        return false;
    const char *newline = memchr(w->next, '\n', (size_t)(w->end - w->next));
    w->line++;
    w->start = w->at = w->next;
    w->stop = newline != NULL ? newline : w->end;
    w->next = newline != NULL ? newline + 1 : w->end;
    if (w->stop > w->start && w->stop[-1] == '\r')
        w->stop--;
    return true;
}

static bool check_line(const struct words *w) {
    size_t length;
    for (const char *at = w->start; at < w->stop; at += length) {
        length = json_text_character(at, w->stop);
        if (length == 0)
            return words_refuse(w, at, "this is not valid UTF-8");
        if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
            return words_refuse(w, at, "a control character (0x%02x)", (unsigned char)*at);
    }
    return true;
}

bool words_open(struct words *words, const char *path, const char *text, size_t length,
                struct arena *texts, struct errmsg *why) {
    size_t mark = sizeof byte_order_mark - 1;
    size_t skipped = length >= mark && memcmp(text, byte_order_mark, mark) == 0 ? mark : 0;
    *words = (struct words){
        .path = path, .texts = texts, .why = why, .next = text + skipped, .end = text + length};
    struct words all = *words;
    while (step(&all))
        if (!check_line(&all))
            return false;
    return true;
}

bool words_next_line(struct words *words) {
    while (step(words))
        if (words_remain(words))
            return true;
    return false;
}

bool words_remain(struct words *words) {
    while (words->at < words->stop && is_space(*words->at))
        words->at++;
    return words->at < words->stop && *words->at != '#';
}

// ---- Words -----------------------------------------------------------------------------------

// Whether a word ends here: `sign` is what may stand right behind it.
static bool is_end(const struct words *w, char sign) {
    return w->at == w->stop || is_space(*w->at) || *w->at == sign;
}

static bool read_bare(struct words *w, char sign, struct word *word) {
    const char *first = w->at;
    for (; !is_end(w, sign); w->at++)
        if (*w->at == '"')
            return words_refuse(w, w->at,
                                "a quote inside a word; put the whole word or value in quotes");
    size_t length = (size_t)(w->at - first);
    char *text = arena_take(w->texts, length + 1);
    memcpy(text, first, length);
    text[length] = '\0';
    *word = (struct word){text, first, false};
    return true;
}

static bool read_quoted(struct words *w, char sign, struct word *word) {
    const char *first = w->at++;
    char *text = arena_take(w->texts, (size_t)(w->stop - first) + 1), *end = text;
    while (w->at < w->stop && *w->at != '"') {
        if (*w->at == '\\' && (++w->at == w->stop || strchr("\"\\", *w->at) == NULL))
            return words_refuse(w, w->at - 1, "unknown escape in quotes; use \\\" and \\\\");
        *end++ = *w->at++;
    }
    if (w->at == w->stop)
        return words_refuse(w, first, "the quote is not closed in this line");
    *end = '\0';
    w->at++;
    if (!is_end(w, sign))
        return words_refuse(w, w->at, "white space is needed behind the closing quote");
    *word = (struct word){text, first, true};
    return true;
}

static bool read_word(struct words *w, char sign, struct word *word) {
    bool is_quoted = w->at < w->stop && *w->at == '"';
    return is_quoted ? read_quoted(w, sign, word) : read_bare(w, sign, word);
}

bool words_read(struct words *words, struct word *word) { return read_word(words, ' ', word); }

bool words_read_pair(struct words *words, struct pair *pair) {
    *pair = (struct pair){0};
    if (!read_word(words, '=', &pair->name))
        return false;
    if (pair->name.text[0] == '\0')
        return words_refuse(words, pair->name.at, "a key is needed here");
    if (words->at == words->stop || *words->at != '=')
        return true;
    words->at++;
    return read_word(words, ' ', &pair->value);
}

bool words_number(const struct words *words, const struct pair *pair, enum unit_kind kind,
                  double min, double max, double *value) {
    struct errmsg cause;
    const char *name = pair->name.text;
    if (pair->value.text == NULL)
        return words_refuse(words, pair->name.at, "'%s' needs a value; write %s=...", name, name);
    if (!units_parse(kind, pair->value.text, value, &cause))
        return words_refuse(words, pair->value.at, "%s: %s", name, cause.text);
    if (*value < min || *value > max)
        return words_refuse(words, pair->value.at, "%s: %s is out of range; use %s to %s", name,
                            pair->value.text, units_print(kind, min).text,
                            units_print(kind, max).text);
    return true;
}
