// SPDX-License-Identifier: MIT
// Cases that misbehave, each in one way, and one that does not.
#include <tare/bench.h>

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

BENCH(well_behaved) {
    uint64_t x = bench_seed(b);
    BENCH_LOOP(b) {
        x = x * x + 1;
        bench_keep(x);
    }
}

BENCH(segfaults) {
    volatile int *nowhere = NULL;
    BENCH_LOOP(b) {
        *nowhere = 1;
    }
}

BENCH(aborts_with_last_words) {
    BENCH_LOOP(b) {
        fputs("these are my last words\n", stderr);
        abort();
    }
}

BENCH(exits) {
    BENCH_LOOP(b) {
        exit(3);
    }
}

BENCH(is_killed) {
    BENCH_LOOP(b) {
        kill(getpid(), SIGKILL);
    }
}

BENCH(hangs) {
    BENCH_LOOP(b) {
        fputs("it hangs\n", stderr);
        pause();
    }
}

BENCH_CONFIG(hangs) { bench_time_limit(c, 0.2); }

// Its child outlives it.
BENCH(leaves_an_orphan) {
    BENCH_LOOP(b) {
        if (fork() == 0) {
            execlp("sleep", "sleep", "98765", (char *)NULL);
            _exit(1);
        }
        abort();
    }
}

// Writes to every file that it did not open, the driver's socket among them.
BENCH(writes_garbage) {
    BENCH_LOOP(b) {
        for (int fd = 3; fd < 100; fd++)
            if (write(fd, "garbage", 7) == 7)
                fputs("", stdout);
        pause();
    }
}

BENCH_CONFIG(writes_garbage) { bench_time_limit(c, 0.2); }

BENCH(fails_its_check) {
    bench_check(b, 1 + 1 == 3);
    BENCH_LOOP(b) {
        bench_clobber();
    }
}

BENCH(says_it_fails) {
    BENCH_LOOP(b) {
        bench_clobber();
    }
    bench_fail(b, "the answer was %d", 41);
}

BENCH(skips) {
    bench_skip(b, "no %s here", "unicorn");
    return;
}

BENCH(has_no_loop) { (void)b; }

BENCH(has_two_loops) {
    BENCH_LOOP(b) {
        bench_clobber();
    }
    BENCH_LOOP(b) {
        bench_clobber();
    }
}

BENCH(breaks_out) {
    BENCH_LOOP(b) {
        break;
    }
}

BENCH(returns_out) {
    BENCH_LOOP(b) {
        return;
    }
}

BENCH(jumps_out) {
    BENCH_LOOP(b) {
        goto out;
    }
out:
    bench_clobber();
}

BENCH(longjmps_out) {
    jmp_buf back;
    if (setjmp(back) == 0)
        BENCH_LOOP(b) {
            longjmp(back, 1);
        }
}

BENCH(prepares_in_vain) {
    BENCH_BATCHES(b) {
        bench_clobber();
    }
}

BENCH(forgets_the_span) {
    BENCH_MANUAL(b) {
        bench_clobber();
    }
}

BENCH(measures_backwards) {
    BENCH_MANUAL(b) {
        bench_span(b, (uint64_t)-5);
    }
}

BENCH(asks_for_a_strange_argument) {
    bench_keep(bench_int(b, "unheard_of"));
    BENCH_LOOP(b) {
        bench_clobber();
    }
}
