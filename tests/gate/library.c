// SPDX-License-Identifier: MIT
// A suite whose code is in a shared library, as its own or as a file that it loads by path. With
// -DWORK it is that library; -DCALLS_MOST_NS=1 limits a case.
#ifdef WORK

unsigned long work(unsigned long x);

unsigned long work(unsigned long x) {
    for (int i = 0; i < WORK; i++) {
        x = x * 3 + 1;
        __asm__ volatile("" : "+r"(x));
    }
    return x;
}

#else

#include <tare/bench.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned long work(unsigned long x);

BENCH(calls) {
    BENCH_LOOP(b) {
        bench_keep(work(1));
    }
}

#ifdef CALLS_MOST_NS
BENCH_CONFIG(calls) { bench_limit_ns(c, CALLS_MOST_NS); }
#endif

BENCH(calls_twice) {
    BENCH_LOOP(b) {
        bench_keep(work(work(1)));
    }
}

BENCH(loads) {
    void *library = dlopen(PLACE "/plugin.so", RTLD_NOW);
    if (library == NULL) {
        bench_fail(b, "no plugin");
        return;
    }
    BENCH_LOOP(b) {
        bench_keep(work(1));
    }
    dlclose(library);
}

// Somebody builds the library meanwhile.
BENCH(touches) {
    utimensat(AT_FDCWD, PLACE "/lib/libwork.so.1", NULL, 0);
    BENCH_LOOP(b) {
        bench_keep(work(1));
    }
}

// From PLACE/broken on, no stored copy runs any more.
static void break_copy(void) {
    char self[4096] = "";
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (access(PLACE "/broken", F_OK) == 0 && length > 0 && strstr(self, "/programs/") != NULL)
        _exit(9);
}

// How much room the environment takes of each worker's stack, a line in PLACE/sizes.
__attribute__((constructor)) static void note_size(void) {
    extern char **environ;
    size_t size = 0, count = 0;
    break_copy();
    for (; environ[count] != NULL; count++)
        size += strlen(environ[count]) + 1;
    FILE *file = getenv("TARE_WORKER") == NULL ? NULL : fopen(PLACE "/sizes", "a");
    if (file == NULL)
        return;
    fprintf(file, "%zu in %zu\n", size, count);
    fclose(file);
}

#endif
