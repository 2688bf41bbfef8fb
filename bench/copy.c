// SPDX-License-Identifier: MIT
// memcpy and strlen, from one cache line to what leaves the second-level cache of many machines.

#include <tare/bench.h>

#include "inputs.h"

#include <string.h>

BENCH_GROUP("copy");

BENCH_CONFIG(memcpy) { bench_arg_geometric(c, "bytes", 64, 262144, 64); }

BENCH(memcpy) {
    size_t bytes = (size_t)bench_int(b, "bytes"); // not a constant: the compiler must call memcpy
    uint64_t seed = bench_seed(b);
    unsigned char *from = inputs_bytes(&seed, bytes);
    unsigned char *to = inputs_room(bytes);
    BENCH_LOOP(b) {
        bench_hide(from);
        memcpy(to, from, bytes);
        bench_use_mem(to); // someone reads the copy
    }
    bench_check(b, memcmp(to, from, bytes) == 0);
    bench_bytes(b, (double)bytes);
    free(to);
    free(from);
}

BENCH_CONFIG(strlen) { BENCH_INTS(c, "bytes", 64); }

BENCH(strlen) {
    size_t bytes = (size_t)bench_int(b, "bytes");
    char *text = inputs_room(bytes + 1);
    memset(text, 'x', bytes);
    text[bytes] = '\0';
    size_t length = bytes;
    BENCH_LOOP(b) {
        bench_hide(text);                         // otherwise the length is known from above
        length = strlen(text + (bytes - length)); // waits for the last answer, as in hash.c
    }
    bench_check(b, length == bytes);
    bench_bytes(b, (double)bytes);
    free(text);
}
