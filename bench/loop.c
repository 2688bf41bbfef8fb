// SPDX-License-Identifier: MIT
// What measuring costs: the clock, and the loop around a body that needs every register it can get.
// The empty loop is not a case: every run measures it as the yardstick tare/empty, and fails a case
// that costs no more.

#include <tare/bench.h>

#include "inputs.h"

BENCH_GROUP("loop");

#define TIMES_4(statement) statement statement statement statement

BENCH_CONFIG(add_chain) {
    bench_describe(c, "64 additions, each waiting for the last: items/s is the core's clock in Hz");
}

BENCH(add_chain) {
    uint64_t sum = 0;
    uint64_t step = 1;
    bench_hide(step); // some cores add a small constant without taking a cycle
    BENCH_LOOP(b) {
        TIMES_4(TIMES_4(TIMES_4(sum += step; bench_hide(sum);)))
    }
    bench_check(b, sum != 0 && sum % 64 == 0);
    bench_items(b, 64);
}

BENCH(now) {
    uint64_t first = bench_now();
    uint64_t last = 0;
    BENCH_LOOP(b) {
        last = bench_now();
        bench_keep(last);
    }
    bench_check(b, first != 0 && last >= first);
}

// Three SipHash states advance side by side: twelve words in use from one call to the next, of the
// fifteen registers that x86-64 has for them, the loop's counter and everything else.

struct sip {
    uint64_t a, b, c, d;
};

static struct sip sip_draw(uint64_t *seed) {
    return (struct sip){inputs_next(seed), inputs_next(seed), inputs_next(seed), inputs_next(seed)};
}

static inline uint64_t rotate(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

static inline struct sip sip_round(struct sip s) {
    s.a += s.b, s.b = rotate(s.b, 13) ^ s.a, s.a = rotate(s.a, 32);
    s.c += s.d, s.d = rotate(s.d, 16) ^ s.c;
    s.a += s.d, s.d = rotate(s.d, 21) ^ s.a;
    s.c += s.b, s.b = rotate(s.b, 17) ^ s.c, s.c = rotate(s.c, 32);
    return s;
}

// The round is a bijection that maps only zero to zero.
static bool is_alive(struct sip s) { return (s.a | s.b | s.c | s.d) != 0; }

BENCH_CONFIG(live_values) {
    bench_describe(c, "one round on twelve live words, in BENCH_LOOP: compare live_values_by_hand");
}

BENCH(live_values) {
    uint64_t seed = bench_seed(b);
    struct sip x = sip_draw(&seed), y = sip_draw(&seed), z = sip_draw(&seed);
    BENCH_LOOP(b) {
        x = sip_round(x);
        y = sip_round(y);
        z = sip_round(z);
    }
    bench_check(b, is_alive(x) && is_alive(y) && is_alive(z));
    bench_items(b, 1);
}

enum { ROUNDS = 1000 };

BENCH_CONFIG(live_values_by_hand) {
    bench_describe(c, "1000 such rounds in a for loop: items/s against live_values");
}

BENCH(live_values_by_hand) {
    uint64_t seed = bench_seed(b);
    struct sip x = sip_draw(&seed), y = sip_draw(&seed), z = sip_draw(&seed);
    BENCH_LOOP(b) {
        for (int left = ROUNDS; left != 0; left--) {
            x = sip_round(x);
            y = sip_round(y);
            z = sip_round(z);
        }
    }
    bench_check(b, is_alive(x) && is_alive(y) && is_alive(z));
    bench_items(b, ROUNDS);
}
