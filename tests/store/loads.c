// SPDX-License-Identifier: MIT
// A suite whose case loads its library itself, and unloads it again.
#include <tare/bench.h>

#include <dlfcn.h>

BENCH(answer) {
    void *library = dlopen(LIBRARY, RTLD_NOW);
    int (*answer)(void) = library == NULL ? NULL : (int (*)(void))dlsym(library, "answer");
    if (answer == NULL) {
        bench_fail(b, "no library");
        return;
    }
    BENCH_LOOP(b) {
        bench_keep(answer());
    }
    dlclose(library);
}
