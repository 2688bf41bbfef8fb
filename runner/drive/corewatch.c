// SPDX-License-Identifier: MIT
// Fills the core with additions, which take up to twice as long when another hardware thread of it
// is at work, and looks for two modes.

#include "corewatch.h"

#include "mem.h"
#include "nstime.h"
#include "pattern.h"
#include "pin.h"

#include <stdbool.h>
#include <stdlib.h>

#define FILL_NS 200000u
#define SPIN_NS 2000000u

// The clock alone moves by less than a fifth within half a second.
#define RATIO_MIN 1.2
#define RATIO_MAX 3.0

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

double corewatch_shared(const double *sorted, size_t count) {
    struct pattern_modes modes;
    while (count > 1 && sorted[count - 1] > RATIO_MAX * sorted[count / 2])
        count--;
    bool is_shared = pattern_modes(sorted, count, &modes) && modes.high > RATIO_MIN * modes.low;
    return is_shared ? modes.high_share : 0;
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
    *watch = (struct corewatch){lost / (double)count, corewatch_shared(times, count)};
    free(times);
}
