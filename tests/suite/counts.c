// SPDX-License-Identifier: MIT
// Cases whose instructions are known, and cases that cannot be counted.
#include <tare/bench.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

BENCH_GROUP("counts");

BENCH(empty) {
    BENCH_LOOP(b) {
    }
}

// 201 instructions more than the empty loop.
BENCH(counted) {
    BENCH_LOOP(b) {
#if defined(__x86_64__)
        __asm__ volatile("mov $100, %%ecx\n1: sub $1, %%ecx\njne 1b" : : : "ecx", "cc");
#elif defined(__aarch64__)
        __asm__ volatile("mov w9, #100\n1: subs w9, w9, #1\nb.ne 1b" : : : "w9", "cc");
#endif
    }
}

// Each call does more than the one before it.
BENCH(grows) {
    unsigned length = 0;
    BENCH_LOOP(b) {
        length++;
        for (unsigned i = 0; i < length; i++)
            bench_hide(i);
    }
}

static int compare_ints(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

// Of a place on the stack, which the environment and the arguments lie above.
BENCH(sorts) {
    int numbers[64];
    for (int i = 0; i < 64; i++)
        numbers[i] = i * 37 % 64;
    BENCH_LOOP(b) {
        qsort(numbers, 64, sizeof *numbers, compare_ints);
        bench_use_mem(numbers);
    }
}

BENCH(allocates) {
    BENCH_LOOP(b) {
        char *text = malloc(100);
        bench_keep(text);
        free(text);
    }
}

// As much work as a variable of the environment says.
BENCH(asks_the_environment) {
    const char *text = getenv("TARE_TEST_WORK");
    size_t work = text ? strlen(text) : 0;
    BENCH_LOOP(b) {
        for (size_t i = 0; i < work; i++)
            bench_hide(i);
    }
}

BENCH(forks) {
    BENCH_LOOP(b) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        waitpid(child, NULL, 0);
    }
}

BENCH(in_threads) {
    BENCH_LOOP(b) {
    }
}

BENCH_CONFIG(in_threads) { BENCH_THREADS(c, 2); }

static void *do_nothing(void *arg) { return arg; }

BENCH(starts_a_thread) {
    BENCH_LOOP(b) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, do_nothing, NULL) == 0)
            pthread_join(thread, NULL);
    }
}

static bool is_under_valgrind(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "vgpreload");
}

BENCH(skips_under_valgrind) {
    if (is_under_valgrind())
        bench_skip(b, "not under valgrind");
    BENCH_LOOP(b) {
    }
}

// Waits for its end where it is counted, if the environment says so.
BENCH(waits) {
    if (getenv("TARE_TEST_WAIT") && is_under_valgrind())
        pause();
    BENCH_LOOP(b) {
    }
}

#ifdef __x86_64__
__attribute__((target("avx512f"))) static void add_wide(float *numbers) {
    __asm__ volatile("vmovups (%0), %%zmm0\n"
                     "vaddps %%zmm0, %%zmm0, %%zmm0\n"
                     "vmovups %%zmm0, (%0)"
                     :
                     : "r"(numbers)
                     : "memory");
}

BENCH(is_wide) {
    float numbers[16] = {1};
    BENCH_LOOP(b) {
        add_wide(numbers);
    }
}
#endif
