// SPDX-License-Identifier: MIT
#include <tare/bench.h>

BENCH(add) {
    int sum = 0;
    BENCH_LOOP(b) {
        sum++;
        bench_keep(sum);
    }
}
