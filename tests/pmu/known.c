// SPDX-License-Identifier: MIT
// Cases whose instructions are known: two for each turn, and the same few for each call. Those of
// forks' turns are a child's.

#include <tare/bench.h>

#include <sys/wait.h>
#include <unistd.h>

BENCH_GROUP("known");

static inline void turn(uint64_t turns) {
    __asm__ volatile("1: subs %0, %0, #1\n   b.ne 1b" : "+r"(turns) : : "cc");
}

BENCH_CONFIG(turns) { BENCH_INTS(c, "turns", 1000, 2000); }

BENCH(turns) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    BENCH_LOOP(b) {
        turn(turns);
    }
}

// Its set-up is long: the body is entered once, and what is counted beside the calls of each batch
// has to be known.
BENCH_CONFIG(prepared) { BENCH_INTS(c, "turns", 1000, 2000); }

BENCH(prepared) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    turn(1000000);
    BENCH_LOOP(b) {
        turn(turns);
    }
}

BENCH_CONFIG(threads) {
    BENCH_INTS(c, "turns", 1000, 2000);
    BENCH_THREADS(c, 2);
}

BENCH(threads) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    BENCH_LOOP(b) {
        turn(turns);
    }
}

BENCH_CONFIG(forks) { BENCH_INTS(c, "turns", 1000, 2000); }

BENCH(forks) {
    uint64_t turns = (uint64_t)bench_int(b, "turns");
    BENCH_LOOP(b) {
        pid_t child = fork();
        if (child == 0) {
            turn(turns);
            _exit(0);
        }
        bench_check(b, waitpid(child, NULL, 0) == child);
    }
}
