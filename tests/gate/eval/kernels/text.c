// SPDX-License-Identifier: MIT
// A tokenizer of lines that are all made of the same words, and a loop that copies and sums up.

#include "inputs.h"
#include "work.h"

#include <string.h>

BENCH_GROUP("text");

enum { LINES = 8, LINE_MAX_BYTES = 64 };

static const char *const words[] = {"while", "(",  "count", "<=", "1024", ")", "x1",
                                    "+=",    "17", "*",     "y",  ">>",   "3", ";"};
enum { WORDS = sizeof words / sizeof *words };

static void write_line(uint64_t *seed, char *line) {
    size_t order[WORDS];
    inputs_shuffled(seed, order, WORDS);
    *line = '\0';
    for (size_t i = 0; i < WORDS; i++)
        strcat(strcat(line, words[order[i]]), " ");
}

static char (*make_lines(uint64_t seed))[LINE_MAX_BYTES] {
    char(*lines)[LINE_MAX_BYTES] = inputs_room(LINES * sizeof *lines);
    for (size_t i = 0; i < LINES; i++)
        write_line(&seed, lines[i]);
    return lines;
}

static bool is_blank(char c) { return c == ' '; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }
static bool is_sign(char c) { return c > ' ' && !is_word(c); }

static const char *skip(const char *at, bool (*is_in)(char)) {
    while (is_in(*at))
        at++;
    return at;
}

static size_t count_tokens(const char *at) {
    size_t tokens = 0;
    for (at = skip(at, is_blank); *at != '\0'; at = skip(at, is_blank)) {
        at = skip(at, is_digit(*at) ? is_digit : is_word(*at) ? is_word : is_sign);
        tokens++;
    }
    return tokens;
}

// -DREAL: one allocation a line, as if lines had to be kept.
#ifdef REAL
static size_t count_tokens_of_line(const char *line) {
    char *copy = strdup(line);
    size_t tokens = count_tokens(copy);
    free(copy);
    return tokens;
}
#else
static size_t count_tokens_of_line(const char *line) { return count_tokens(line); }
#endif

// Unit: a line.
BENCH(tokens) {
    uint64_t random = bench_seed(b);
    char(*lines)[LINE_MAX_BYTES] = make_lines(random);
    size_t units = work_units(), drawn = 0, tokens = 0;
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            tokens += count_tokens_of_line(lines[work_draw(&random, LINES)]);
        drawn += units;
        bench_keep(tokens);
    }
    bench_check(b, tokens == drawn * WORDS);
    free(lines);
}

static uint64_t copy_and_sum(uint64_t *to, const uint64_t *from, size_t words) {
    uint64_t sum = 0;
    for (size_t i = 0; i < words; i++)
        sum += to[i] = from[i];
    return sum;
}

enum { BLOCK_WORDS = 16, BLOCK_BYTES = BLOCK_WORDS * sizeof(uint64_t), BLOCKS = 64 };

// Unit: a block.
BENCH(copy) {
    uint64_t seed = bench_seed(b), sum = 0;
    size_t units = work_units(), length = BLOCK_WORDS;
    void *from = inputs_bytes(&seed, BLOCKS * BLOCK_BYTES);
    void *to = inputs_room(BLOCK_BYTES);
    bench_hide(length);
    BENCH_LOOP(b) {
        for (size_t i = 0; i < units; i++)
            sum +=
                copy_and_sum(to, (uint64_t *)from + work_draw(&seed, BLOCKS) * BLOCK_WORDS, length);
        bench_keep(sum);
    }
    free(to);
    free(from);
}
