// SPDX-License-Identifier: MIT
// Fills the core with additions, which take up to twice as long when another hardware thread of it
// is at work.

#include "corewatch.h"

#include "mem.h"
#include "nstime.h"
#include "pattern.h"
#include "pin.h"

#include <stdlib.h>

#define FILL_NS 200000u
#define SPIN_NS 2000000u

static void fill_core(uint64_t rounds) {
    uint64_t s = 0, t = 0, u = 0, v = 0, w = 0, x = 0, y = 0, z = 0;
    for (; rounds; rounds--)
        for (int i = 0; i < 16; i++) {
            s++, t++, u++, v++, w++, x++, y++, z++;
            __asm__ volatile(""
                             : "+r"(s), "+r"(t), "+r"(u), "+r"(v), "+r"(w), "+r"(x), "+r"(y),
                               "+r"(z));
        }
}

static uint64_t time_filling(uint64_t rounds) {
    uint64_t begun_ns = nstime_now();
    fill_core(rounds);
    return nstime_now() - begun_ns;
}

static uint64_t rounds_of(uint64_t wanted_ns) {
    enum { TRIED = 1000, TRIES = 5 };
    uint64_t least_ns = UINT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        uint64_t ns = time_filling(TRIED);
        least_ns = ns < least_ns ? ns : least_ns;
    }
    return 1 + TRIED * wanted_ns / (least_ns ? least_ns : 1);
}

static int compare_values(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

void corewatch_measure(struct corewatch *watch, uint64_t for_ns) {
    uint64_t rounds = rounds_of(FILL_NS), end_ns = nstime_now() + for_ns;
    double *times = NULL, lost = 0;
    size_t count = 0;
    do {
        lost += pin_lost(SPIN_NS);
        times = mem_push(times, &count, sizeof *times);
        times[count - 1] = (double)time_filling(rounds);
    } while (nstime_now() < end_ns);
    qsort(times, count, sizeof *times, compare_values);
    *watch = (struct corewatch){lost / (double)count, pattern_sharing(times, count).share};
    free(times);
}
