// SPDX-License-Identifier: MIT
// XXH3, from the 16 bytes of a key to 64 KiB: each size takes another path through the function.
//
// Each call hashes what the last one answered, so that calls do not overlap: the time of a key is
// its latency. Calls that overlap are faster, but how much depends on where the library happens to
// be mapped: on a Zen 5 a launch then takes 7 or 9 cycles for a key, by chance.

#include <tare/bench.h>

#include "inputs.h"

#include <xxhash.h>

#include <string.h>

BENCH_GROUP("hash");

// The same hash by another way, to check the first.
static XXH64_hash_t hash_in_two_parts(const unsigned char *data, size_t bytes) {
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, data, bytes / 3);
    XXH3_64bits_update(state, data + bytes / 3, bytes - bytes / 3);
    XXH64_hash_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

BENCH_CONFIG(xxh3) { bench_arg_geometric(c, "bytes", 16, 65536, 16); }

BENCH(xxh3) {
    size_t bytes = (size_t)bench_int(b, "bytes");
    uint64_t seed = bench_seed(b);
    unsigned char *data = inputs_bytes(&seed, bytes);
    BENCH_LOOP(b) {
        XXH64_hash_t hash = XXH3_64bits(data, bytes);
        memcpy(data, &hash, sizeof hash);
        bench_use_mem(data);
    }
    bench_check(b, XXH3_64bits(data, bytes) == hash_in_two_parts(data, bytes));
    bench_bytes(b, (double)bytes);
    free(data);
}
