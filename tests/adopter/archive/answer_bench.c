// SPDX-License-Identifier: MIT
// Cases beside the code that they call.
#include <tare/bench.h>

#ifndef WANTED
#define WANTED 42
#endif

int answer(void);

BENCH_GROUP("answer");

BENCH(is_42) {
    int last = 0;
    BENCH_LOOP(b) {
        last = answer();
        bench_keep(last);
    }
    bench_check(b, last == WANTED);
}
