// SPDX-License-Identifier: MIT
// Every macro of bench.h, for the strictest compilers; every_macro.cc adds what only C++ has.
#include <tare/bench.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifndef __cplusplus
BENCH_GROUP("every macro");
#endif

struct pair {
    int first, second;
};

static int twice(int x) { return x + x; }

BENCH(plain) {
    int x = 3;
    BENCH_LOOP(b) {
        bench_hide(x);
        if (x == 4)
            continue;
        bench_keep(twice(x));
    }
    bench_check(b, twice(x) == 6);
#ifndef __cplusplus
    bench_keep((struct pair){x, x});
    bench_check(b, ((struct pair){x, x}).first == 3);
#endif
}

// One statement without braces is a loop's body, too.
BENCH(unbraced) {
    if (bench_thread(b) < bench_thread_count(b))
        BENCH_LOOP(b)
            bench_clobber();
    else
        bench_fail(b, "thread %u of %u", bench_thread(b), bench_thread_count(b));
}

BENCH(configured) {
    const int64_t size = bench_int(b, "size");
    const char *mode = bench_text(b, "mode");
    char *block = (char *)malloc((size_t)size);
    if (!block || strcmp(mode, "none") == 0) {
        bench_skip(b, "no memory for %s", mode);
        free(block);
        return;
    }
    BENCH_LOOP(b) {
        memset(block, (int)(bench_seed(b) & 1), (size_t)size);
        bench_use_mem(block);
    }
    bench_bytes(b, (double)size);
    bench_items(b, 1);
    bench_label(b, mode);
    bench_metric(b, "ratio", 0.5, "1", BENCH_HIGHER_IS_BETTER);
    bench_metric(b, "waste", 0.5, "B", BENCH_LOWER_IS_BETTER);
    free(block);
}
BENCH_CONFIG(configured) {
    const int64_t largest = 1 << 20;
    BENCH_INTS(c, "size", 1, 64, largest);
    BENCH_TEXTS(c, "mode", "fast", "none");
    BENCH_THREADS(c, 1, 2);
    bench_arg_range(c, "offset", 0, 8, 4);
    bench_arg_geometric(c, "depth", 1, 1024, 4);
    bench_tag(c, "memory");
    bench_describe(c, "Fills a block.");
    bench_former_name(c, "old/configured");
    bench_detect(c, 2.5);
    bench_advisory(c);
    bench_time_limit(c, 10);
    bench_launches(c, 5);
    bench_budget(c, 1);
    bench_limit(c, "waste", 1);
    bench_limit_ns(c, 1e6);
}

BENCH(batches) {
    int *inputs = (int *)calloc((size_t)bench_calls(b), sizeof *inputs);
    BENCH_BATCHES(b) {
        size_t next = 0;
        BENCH_LOOP(b) {
            bench_keep(inputs[next++]++);
        }
    }
    free(inputs);
}

BENCH(manual) {
    BENCH_MANUAL(b) {
        const uint64_t begun_ns = bench_now();
        bench_clobber();
        bench_span(b, bench_now() - begun_ns);
    }
}

// Names of the library, macros and each other's beginnings are names like any other.
#define shout SHOUT
BENCH(malloc) {
    BENCH_LOOP(b) {
    }
}
BENCH(main) {
    BENCH_LOOP(b) {
    }
}
BENCH(errno) {
    BENCH_LOOP(b) {
    }
}
BENCH(shout) {
    BENCH_LOOP(b) {
    }
}
BENCH(int) {
    BENCH_LOOP(b) {
    }
}
BENCH(bench) {
    BENCH_LOOP(b) {
    }
}
BENCH(register_) {
    BENCH_LOOP(b) {
    }
}
BENCH(plain_register) {
    BENCH_LOOP(b) {
    }
}
BENCH(3d) {
    BENCH_LOOP(b) {
    }
}
BENCH_CONFIG(errno) { bench_tag(c, "named"); }
