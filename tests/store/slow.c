// SPDX-License-Identifier: MIT
// A suite whose case leaves the file $SLOW, if that is a name, and then takes its time.
#include <tare/bench.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

BENCH(naps) {
    const char *path = getenv("SLOW");
    if (path != NULL && *path != '\0') {
        FILE *file = fopen(path, "w");
        if (file != NULL)
            fclose(file);
        sleep(20);
    }
    static volatile int counter;
    BENCH_LOOP(b) {
        for (int i = 0; i < 100; i++)
            counter = counter + 1;
    }
}
