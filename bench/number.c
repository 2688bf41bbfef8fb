// SPDX-License-Identifier: MIT
// Numbers from text and to text, with the C library.
//
// One call handles 64 numbers, and each call takes the next 64 of a stock of 4096. The same few
// over and over would be learned by the branch predictor and show a time that no program sees: on a
// Zen 5, strtoll takes about 10 ns a number where 64 or 1024 repeat, 48 ns where 4096 do and 53 ns
// where 65536 do.

#include <tare/bench.h>

#include "inputs.h"

#include <stdio.h>
#include <string.h>

BENCH_GROUP("number");

enum { STOCK = 4096, CALL = 64 };

struct real {
    double value;
    int digits;
    char text[32];
};

struct integer {
    long long value;
    char text[32];
};

static double draw_real(uint64_t *seed, double scale) {
    return (double)(inputs_next(seed) >> 11) * 0x1p-53 * scale;
}

static long long draw_integer(uint64_t *seed, size_t bits) {
    uint64_t top = (uint64_t)1 << 63;
    long long magnitude = (long long)((inputs_next(seed) | top) >> (64 - bits));
    return inputs_below(seed, 2) ? magnitude : -magnitude;
}

// The next two draw each kind of number equally often, whatever the seed, so that launches differ
// in digits and order but not in work.

// From probabilities to populations, with the digits that people type to those that programs print.
static struct real *make_reals(uint64_t seed) {
    static const double scales[] = {1e-9, 1, 100, 1e9};
    static const int digits[] = {3, 6, 9, 17};
    struct real *stock = inputs_room(STOCK * sizeof *stock);
    size_t kinds[STOCK];
    inputs_shuffled(&seed, kinds, STOCK);
    for (size_t i = 0; i < STOCK; i++) {
        stock[i].value = draw_real(&seed, scales[kinds[i] % 4]);
        stock[i].digits = digits[kinds[i] / 4 % 4];
        snprintf(stock[i].text, sizeof stock[i].text, "%.*g", stock[i].digits, stock[i].value);
    }
    return stock;
}

static struct integer *make_integers(uint64_t seed) {
    struct integer *stock = inputs_room(STOCK * sizeof *stock);
    size_t kinds[STOCK];
    inputs_shuffled(&seed, kinds, STOCK);
    for (size_t i = 0; i < STOCK; i++) {
        stock[i].value = draw_integer(&seed, 1 + kinds[i] % 63);
        snprintf(stock[i].text, sizeof stock[i].text, "%lld", stock[i].value);
    }
    return stock;
}

BENCH(strtod) {
    struct real *stock = make_reals(bench_seed(b));
    double values[CALL] = {0};
    size_t first = 0;
    BENCH_LOOP(b) {
        first = (first + CALL) % STOCK;
        for (size_t i = 0; i < CALL; i++)
            values[i] = strtod(stock[first + i].text, NULL);
        bench_use_mem(values);
    }
    for (size_t i = 0; i < CALL; i++) {
        const struct real *real = &stock[first + i];
        char again[sizeof real->text];
        snprintf(again, sizeof again, "%.*g", real->digits, values[i]);
        bench_check(b, strcmp(again, real->text) == 0);
    }
    bench_items(b, CALL);
    free(stock);
}

BENCH(strtoll) {
    struct integer *stock = make_integers(bench_seed(b));
    long long values[CALL] = {0};
    size_t first = 0;
    BENCH_LOOP(b) {
        first = (first + CALL) % STOCK;
        for (size_t i = 0; i < CALL; i++)
            values[i] = strtoll(stock[first + i].text, NULL, 10);
        bench_use_mem(values);
    }
    for (size_t i = 0; i < CALL; i++)
        bench_check(b, values[i] == stock[first + i].value);
    bench_items(b, CALL);
    free(stock);
}

BENCH(snprintf) {
    struct real *stock = make_reals(bench_seed(b));
    char texts[CALL][32] = {{0}};
    size_t first = 0;
    BENCH_LOOP(b) {
        first = (first + CALL) % STOCK;
        for (size_t i = 0; i < CALL; i++)
            snprintf(texts[i], sizeof texts[i], "%.17g", stock[first + i].value);
        bench_use_mem(texts);
    }
    for (size_t i = 0; i < CALL; i++) // 17 digits tell every double from every other
        bench_check(b, strtod(texts[i], NULL) == stock[first + i].value);
    bench_items(b, CALL);
    free(stock);
}
