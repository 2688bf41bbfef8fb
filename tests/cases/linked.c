// SPDX-License-Identifier: MIT
// A unit with two cases, linked several times into one program under several names (-DUNIT=name).
#include <tare/bench.h>

#ifdef __cplusplus
extern "C"
#endif
    int
    UNIT(void);
int UNIT(void) { return 0; }

BENCH_GROUP("linked");
BENCH(first) {
    BENCH_LOOP(b) {
    }
}
BENCH(second) {
    BENCH_LOOP(b) {
    }
}
BENCH_CONFIG(first) { bench_tag(c, "linked"); }
