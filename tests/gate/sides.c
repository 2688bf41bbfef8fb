// SPDX-License-Identifier: MIT
// One suite with two faces: with -DODD=1 its cases misbehave, each in one way; with -DODD=0 none
// does. -DSTEPS=2000 makes one case slower, -DBLOCKS=1 makes it allocate, -DBLOCKS_MAX=0 limits
// that.
#include <tare/bench.h>

#include <stdlib.h>
#include <unistd.h>

#ifndef STEPS
#define STEPS 1000
#endif

#ifndef BLOCKS
#define BLOCKS 0
#endif

BENCH_GROUP("sides");

BENCH(steps) {
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
        for (int i = 0; i < STEPS; i++) {
            x = x * 3 + 1;
            bench_hide(x);
        }
        for (int i = 0; i < BLOCKS; i++) {
            void *block = malloc(100);
            bench_keep(block);
            free(block);
        }
    }
}

#ifdef BLOCKS_MAX
BENCH_CONFIG(steps) { bench_limit(c, "allocs", BLOCKS_MAX); }
#endif

BENCH(crashes) {
    BENCH_LOOP(b) {
        if (ODD)
            abort();
        bench_clobber();
    }
}

BENCH(exits) {
    BENCH_LOOP(b) {
        if (ODD)
            exit(3);
        bench_clobber();
    }
}

BENCH(fails_its_check) {
    BENCH_LOOP(b) {
        bench_clobber();
    }
    bench_check(b, !ODD);
}

BENCH(hangs) {
    BENCH_LOOP(b) {
        if (ODD)
            pause();
        bench_clobber();
    }
}

BENCH(skips) {
    if (ODD) {
        bench_skip(b, "no unicorn here");
        return;
    }
    BENCH_LOOP(b) {
        bench_clobber();
    }
}

BENCH(skips_on_both_sides) {
    bench_skip(b, "no unicorn %s", ODD ? "here" : "there");
    return;
}

BENCH(takes_no_time) {
    BENCH_MANUAL(b) {
        bench_span(b, ODD ? 0 : 1000);
    }
}

BENCH(takes_no_time_on_both_sides) {
    BENCH_MANUAL(b) {
        bench_span(b, 0);
    }
}

#if !ODD
BENCH(is_not_in_the_odd_one) {
    BENCH_LOOP(b) {
        bench_clobber();
    }
}
#endif

BENCH(shares) {
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
        x = x * 3 + 1;
        bench_hide(x);
    }
}

BENCH_CONFIG(shares) { BENCH_THREADS(c, 2); }
