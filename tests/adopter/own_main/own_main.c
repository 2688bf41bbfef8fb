// SPDX-License-Identifier: MIT
// A program with a main of its own, and work to do before the cases run.
#include <tare/bench.h>

static int prepared;

int main(int argc, char **argv) {
    prepared = 1;
    return tare_main(argc, argv);
}

BENCH(after_main) {
    bench_check(b, prepared);
    BENCH_LOOP(b) {
        bench_clobber();
    }
}
