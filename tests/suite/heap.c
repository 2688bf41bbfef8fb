// SPDX-License-Identifier: MIT
// Cases whose use of the heap is known, and two that tell what their process is made of.
#include <tare/bench.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

BENCH_GROUP("heap");

static void *block_of(size_t bytes) {
    void *block = malloc(bytes);
    bench_keep(block);
    return block;
}

BENCH(leaks) {
    BENCH_LOOP(b) {
        void *first = block_of(24), *second = block_of(24);
        block_of(24);
        first = realloc(first, 2000);
        bench_keep(first);
        free(first);
        free(second);
    }
}

BENCH(balanced) {
    BENCH_LOOP(b) {
        void *blocks[] = {malloc(100), calloc(10, 10), aligned_alloc(64, 128), NULL, NULL};
        bench_keep(posix_memalign(&blocks[3], 64, 100));
        blocks[4] = realloc(NULL, 100);
        bench_use_mem(blocks);
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
            free(blocks[i]);
        free(NULL);
    }
}

// What the calls take is given back after them, which is no leak.
BENCH(frees_later) {
    BENCH_BATCHES(b) {
        void **blocks = malloc(bench_calls(b) * sizeof *blocks);
        size_t count = 0;
        BENCH_LOOP(b) {
            blocks[count++] = block_of(40);
        }
        while (count)
            free(blocks[--count]);
        free(blocks);
    }
}

// Enters its body once for all samples, because that takes long; its room is for one batch.
BENCH(prepares_long) {
    size_t room = bench_calls(b), count = 0;
    bool is_beyond = false;
    for (uint64_t begun_ns = bench_now(); bench_now() - begun_ns < 1000000;)
        ;
    BENCH_BATCHES(b) {
        count = 0;
        BENCH_LOOP(b) {
            is_beyond |= count++ >= room;
            free(block_of(40));
        }
    }
    bench_check(b, !is_beyond);
}

BENCH(nothing) {
    uint64_t sum = 1;
    BENCH_LOOP(b) {
        sum = sum * 3 + 1;
        bench_keep(sum);
    }
}

BENCH(by_libc) {
    BENCH_LOOP(b) {
        char *text = strdup("0123456789");
        bench_keep(text);
        free(text);
    }
}

// As an array that grows is written: one allocation, and ever less reallocations.
BENCH(doubles) {
    size_t *items = NULL, count = 0, room = 0;
    BENCH_LOOP(b) {
        if (count == room) {
            room = room ? 2 * room : 1;
            items = realloc(items, room * sizeof *items);
        }
        items[count] = count;
        count++;
        bench_use_mem(items);
    }
    free(items);
}

BENCH(in_threads) {
    BENCH_LOOP(b) {
        free(block_of(32));
    }
}

BENCH_CONFIG(in_threads) { BENCH_THREADS(c, 2); }

struct helper {
    sem_t wanted, done;
};

static void *help(void *arg) {
    struct helper *helper = arg;
    for (;;) {
        sem_wait(&helper->wanted);
        free(block_of(32));
        sem_post(&helper->done);
    }
    return NULL;
}

BENCH(by_helper) {
    static struct helper helper;
    static pthread_t thread;
    if (!thread) {
        sem_init(&helper.wanted, 0, 0);
        sem_init(&helper.done, 0, 0);
        bench_check(b, pthread_create(&thread, NULL, help, &helper) == 0);
    }
    BENCH_LOOP(b) {
        sem_post(&helper.wanted);
        sem_wait(&helper.done);
    }
}

BENCH(forks) {
    bench_check(b, getenv("LD_PRELOAD") == NULL); // nor would what it executes be counted
    BENCH_LOOP(b) {
        pid_t child = fork();
        if (child == 0) {
            for (int i = 0; i < 10; i++)
                block_of(32);
            _exit(0);
        }
        free(block_of(32));
        waitpid(child, NULL, 0);
    }
}

// 1 if the library that counts is part of this process.
static double is_preloaded(void) {
    char line[512];
    double found = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "tare-alloc"))
            found = 1;
    if (maps)
        fclose(maps);
    return found;
}

BENCH(looks) {
    static char here;
    bench_metric(b, "preloaded", is_preloaded(), "", BENCH_LOWER_IS_BETTER);
    bench_metric(b, "place", (double)(uintptr_t)&here, "", BENCH_LOWER_IS_BETTER);
    BENCH_LOOP(b) {
        bench_keep(here);
    }
}
