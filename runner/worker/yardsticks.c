// SPDX-License-Identifier: MIT
// The machine's own speed in four places: the core's clock and width, the L2 cache, memory; and the
// loop's cost.

#define TARE_ENABLE
#include "yardsticks.h"

#include <stdlib.h>

static void empty(struct bench *b) {
    BENCH_LOOP(b) {
    }
}

#if defined(__x86_64__)
#define ADD "add $1, %0\n\t"
#elif defined(__aarch64__)
#define ADD "add %0, %0, #1\n\t"
#endif

// Dependent additions take a cycle each on every core, whatever the clock does: time in cycles.
static void alu(struct bench *b) {
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
#ifdef ADD
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
        __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x));
#else
        for (int i = 0; i < YARDSTICK_ALU_ADDS; i++) {
            x++;
            bench_hide(x);
        }
#endif
    }
    bench_keep(x);
}

#if defined(__x86_64__)
#define ADD_TO(n) "add $1, %" #n "\n\t"
#elif defined(__aarch64__)
#define ADD_TO(n) "add %" #n ", %" #n ", #1\n\t"
#endif

// Independent additions fill every unit of the core: half as fast when a hardware thread beside
// this one, which a virtual machine need not know of, is at work. Dependent ones do not notice.
static void width(struct bench *b) {
    uint64_t s = 0, t = 0, u = 0, v = 0, w = 0, x = 0, y = 0, z = 0;
    BENCH_LOOP(b) {
        for (int i = 0; i < 8; i++) {
#ifdef ADD_TO
            __asm__ volatile(
                ADD_TO(0) ADD_TO(1) ADD_TO(2) ADD_TO(3) ADD_TO(4) ADD_TO(5) ADD_TO(6) ADD_TO(7)
                : "+r"(s), "+r"(t), "+r"(u), "+r"(v), "+r"(w), "+r"(x), "+r"(y), "+r"(z));
#else
            s++, t++, u++, v++, w++, x++, y++, z++;
            bench_hide(s);
#endif
        }
    }
    bench_keep(s + t + u + v + w + x + y + z);
}

enum { LINE_BYTES = 64 };

struct link {
    struct link *next;
    char rest[LINE_BYTES - sizeof(struct link *)];
};

// One ring through all lines in an order no prefetcher follows: a full-period congruential step.
static void chase(struct bench *b, size_t bytes) {
    size_t count = bytes / LINE_BYTES; // a power of two
    struct link *links = aligned_alloc(LINE_BYTES, bytes);
    if (!links) {
        bench_skip(b, "no memory for %zu bytes", bytes);
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t next = (at * 1664525 + 1013904223) & (count - 1);
        links[at].next = &links[next];
        at = next;
    }
    struct link *link = links;
    BENCH_LOOP(b) {
        link = link->next;
    }
    bench_keep(link);
    free(links);
}

static void l2(struct bench *b) { chase(b, (size_t)256 << 10); }
static void memory(struct bench *b) { chase(b, (size_t)16 << 20); }

static void steps(struct bench *b) {
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
        for (int i = 0; i < SENTINEL_STEPS_COUNT; i++) {
            x = x * 3 + 1;
            bench_hide(x);
        }
    }
    bench_keep(x);
}

#define ENTRY(name, body)                                                                          \
    { NULL, BENCH_ENTRY_CASE, __LINE__, "tare", name, &bench_unit_, body, NULL }

static const struct bench_entry yardsticks[] = {
    ENTRY("empty", empty), ENTRY("alu", alu),       ENTRY("width", width),
    ENTRY("l2", l2),       ENTRY("memory", memory),
};

static const struct bench_entry sentinels[] = {
    ENTRY("steps", steps),
};

const struct bench_entry *yardsticks_entries(size_t *count) {
    *count = sizeof yardsticks / sizeof *yardsticks;
    return yardsticks;
}

const struct bench_entry *yardsticks_sentinels(size_t *count) {
    *count = sizeof sentinels / sizeof *sentinels;
    return sentinels;
}
