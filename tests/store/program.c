// SPDX-License-Identifier: MIT
// A suite whose case is in a shared library; prints which one it got.
#include <tare/bench.h>

int answer(void);

BENCH(answer) {
    bench_label(b, answer() == 1 ? "old" : "new");
    BENCH_LOOP(b) {
        bench_keep(answer());
    }
}
