// SPDX-License-Identifier: MIT
// One function for each promise of bench.h that shows in the instructions; tests/header/sinks.sh
// and registers.sh read them.
#include <tare/bench.h>

#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

void keeps_int(int x);
void keeps_int(int x) { bench_keep(x * 3); }

void keeps_double(double x);
void keeps_double(double x) { bench_keep(x * 3); }

void hides_double(double x);
void hides_double(double x) {
    bench_hide(x);
    bench_keep(x + 1);
}

int hides_dividend(void);
int hides_dividend(void) {
    int x = 1000000;
    bench_hide(x);
    return x / 7;
}

void keeps_array(int x);
void keeps_array(int x) {
    int array[4] = {x, x, x, x};
    bench_keep(array);
}

void keeps_pointee(int x);
void keeps_pointee(int x) {
    int object = x, *p = &object;
    bench_keep(p);
}

void uses_mem(void);
void uses_mem(void) {
    char block[64];
    memset(block, 0, sizeof block);
    bench_use_mem(block);
}

// What uses_mem would be without its sink: shows that the test can fail.
void uses_nothing(void);
void uses_nothing(void) {
    char block[64];
    memset(block, 0, sizeof block);
}

void clobbers(int *p);
void clobbers(int *p) {
    *p = 111;
    bench_clobber();
    *p = 222;
}

void keeps_malloc(void);
void keeps_malloc(void) {
    void *block = malloc(100);
    bench_keep(block);
    free(block);
}

void loops(struct bench *b);
void loops(struct bench *b) {
    BENCH_LOOP(b) {
    }
}

void loops_over_strlen(struct bench *b, const char *s);
void loops_over_strlen(struct bench *b, const char *s) {
    BENCH_LOOP(b) {
        bench_keep(strlen(s));
    }
}

// ---- Fourteen live integers, in the loop and in a plain one

#define LOAD(i)   uint64_t a##i = p[i];
#define MIX(i, j) a##i = (a##i ^ a##j) * 1000003;
#define STORE(i)  p[i] = a##i;
#define LIVE(each)                                                                                 \
    each(0) each(1) each(2) each(3) each(4) each(5) each(6) each(7) each(8) each(9) each(10)       \
        each(11) each(12) each(13)
// clang-format off
#define MIX_ALL                                                                                    \
    MIX(0, 1) MIX(1, 2) MIX(2, 3) MIX(3, 4) MIX(4, 5) MIX(5, 6) MIX(6, 7) MIX(7, 8) MIX(8, 9)      \
    MIX(9, 10) MIX(10, 11) MIX(11, 12) MIX(12, 13) MIX(13, 0)
// clang-format on

void mixes_timed(struct bench *b, uint64_t *p);
void mixes_timed(struct bench *b, uint64_t *p) {
    LIVE(LOAD)
    BENCH_LOOP(b) {
        MIX_ALL
    }
    LIVE(STORE)
}

void mixes_plain(uint64_t n, uint64_t *p);
void mixes_plain(uint64_t n, uint64_t *p) {
    LIVE(LOAD)
    for (; n != 0; n--) {
        MIX_ALL
    }
    LIVE(STORE)
}

#ifdef __cplusplus
}
#endif
