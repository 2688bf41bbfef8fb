// SPDX-License-Identifier: MIT
// Cases whose calls take one page fault each, for what counts by page faults.
#include <tare/bench.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

BENCH_GROUP("faulting");

enum { CHILDS_FAULTS = 1000, PAGES = 256 };

static size_t page_bytes(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static char *map(void) {
    char *page =
        mmap(NULL, page_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        abort();
    return page;
}

static void fault(char *page) {
    madvise(page, page_bytes(), MADV_DONTNEED);
    *(volatile char *)page = 1;
}

BENCH(once) {
    char *page = map();
    BENCH_LOOP(b) {
        fault(page);
    }
    munmap(page, page_bytes());
}

BENCH(threads) {
    char *page = map();
    BENCH_LOOP(b) {
        fault(page);
    }
    munmap(page, page_bytes());
}

BENCH_CONFIG(threads) { BENCH_THREADS(c, 2); }

// What the child does is not the parent's, and the parent counts on after it.
BENCH(forks) {
    char *page = map();
    BENCH_LOOP(b) {
        pid_t child = fork();
        if (child == 0) {
            for (int i = 0; i < CHILDS_FAULTS; i++)
                fault(page);
            exit(0);
        }
        waitpid(child, NULL, 0);
        fault(page);
    }
    munmap(page, page_bytes());
}

static void *fault_there(void *page) {
    fault(page);
    return NULL;
}

// Half of a call is another thread's, which is gone when the call ends.
BENCH(starts_a_thread) {
    char *page = map();
    BENCH_LOOP(b) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, fault_there, page) == 0)
            pthread_join(thread, NULL);
        fault(page);
    }
    munmap(page, page_bytes());
}

static void *wait_for_end(void *lock) {
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

// Has a thread from its set-up to its tear-down.
BENCH(keeps_a_thread) {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    char *page = map();
    pthread_mutex_lock(&lock);
    bench_check(b, pthread_create(&thread, NULL, wait_for_end, &lock) == 0);
    BENCH_LOOP(b) {
        fault(page);
    }
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    munmap(page, page_bytes());
}

BENCH(pages) {
    size_t length = PAGES * page_bytes();
    char *pages = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(pages, length, MADV_NOHUGEPAGE);
    BENCH_LOOP(b) {
        madvise(pages, length, MADV_DONTNEED);
        for (size_t at = 0; at < length; at += page_bytes())
            *(volatile char *)(pages + at) = 1;
    }
    munmap(pages, length);
}

static bool has_papi(void) {
    char line[512];
    bool is_there = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        is_there |= strstr(line, "libpapi") != NULL;
    if (maps)
        fclose(maps);
    return is_there;
}

BENCH(without_papi) {
    bench_check(b, !has_papi());
    BENCH_LOOP(b) {
        bench_clobber();
    }
}

BENCH(nothing) {
    BENCH_LOOP(b) {
        bench_clobber();
    }
}

// Enters its body once for all samples, because that takes long: more calls are more batches.
BENCH(prepares_long) {
    char *page = map();
    for (uint64_t begun_ns = bench_now(); bench_now() - begun_ns < 1000000;)
        ;
    BENCH_LOOP(b) {
        fault(page);
    }
    munmap(page, page_bytes());
}
