// SPDX-License-Identifier: MIT
// Counts words, and measures it.
#include "words.h"

#include <tare/bench.h>

size_t words_count(const char *text) {
    size_t count = 0;
    char before = ' ';
    for (; *text != '\0'; before = *text++)
        count += before == ' ' && *text != ' ';
    return count;
}

BENCH(count) {
    const char *text = bench_text(b, "text");
    bench_check(b, words_count("three short words") == 3);
    BENCH_LOOP(b) {
        bench_hide(text);
        bench_keep(words_count(text));
    }
}

BENCH_CONFIG(count) { BENCH_TEXTS(c, "text", "one", "one two three"); }
