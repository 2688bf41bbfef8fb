// SPDX-License-Identifier: MIT
// Estimates core cycles where no counter gives them.
#include "chain_meter.h"

#include "bystanders.h"
#include "mem.h"
#include "nstime.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#define ADD "add $1, %0\n\t"
#elif defined(__aarch64__)
#define ADD "add %0, %0, #1\n\t"
#endif

// Long enough for the clock, short enough to be at the stretch's own speed: 9 us at 4.3 GHz.
enum { ROUNDS = 5000, ADDS = 8 };

// One thread's stretch.
struct stretch {
    double before_ns; // of the chain
    uint64_t begun_ns;
    double cycles;
};

struct chain {
    unsigned threads;
    struct bystanders bystanders;
    struct stretch stretches[]; // by thread
};

#ifdef ADD
static double time_chain(void) {
    uint64_t x = 0, begun_ns = nstime_now();
    for (int i = 0; i < ROUNDS; i++)
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
    return (double)(nstime_now() - begun_ns);
}

static bool has_chain(struct errmsg *why) {
    (void)why;
    return true;
}
#else
static double time_chain(void) { return NAN; }

static bool has_chain(struct errmsg *why) {
    return fail(why, "no chain of additions is known for this architecture");
}
#endif

static bool open_chain(struct meter *meter, unsigned threads, const char *wanted,
                       struct errmsg *why) {
    (void)wanted;
    if (!has_chain(why))
        return false;
    struct chain *chain = mem_zero(1, sizeof *chain + threads * sizeof *chain->stretches);
    chain->threads = threads;
    meter->state = chain;
    bystanders_watch(&chain->bystanders, threads);
    return true;
}

static void arm(struct meter *meter, uint32_t round) {
    struct chain *chain = meter->state;
    (void)round;
    memset(chain->stretches, 0, chain->threads * sizeof *chain->stretches);
}

static void begin(struct meter *meter, unsigned thread) {
    struct stretch *stretch = &((struct chain *)meter->state)->stretches[thread];
    stretch->before_ns = time_chain();
    stretch->begun_ns = nstime_now();
}

static void end(struct meter *meter, unsigned thread) {
    struct stretch *stretch = &((struct chain *)meter->state)->stretches[thread];
    double ns = (double)(nstime_now() - stretch->begun_ns);
    double chains_ns = stretch->before_ns + time_chain();
    stretch->cycles += ns * 2 * ROUNDS * ADDS / chains_ns;
}

static size_t report(struct meter *meter, struct wire_count *counts) {
    const struct chain *chain = meter->state;
    counts[0] = (struct wire_count){.name = "cycles", .source = "chain"};
    for (unsigned i = 0; i < chain->threads; i++)
        counts[0].value += chain->stretches[i].cycles;
    if (bystanders_worked(&chain->bystanders)) {
        counts[0].value = NAN;
        snprintf(counts[0].reason, sizeof counts[0].reason, BYSTANDERS_WORK);
    }
    return 1;
}

static void close_chain(struct meter *meter) { free(meter->state); }

const struct meter chain_meter = {
    .kind = "chain",
    .open = open_chain,
    .arm = arm,
    .begin = begin,
    .end = end,
    .report = report,
    .close = close_chain,
};
