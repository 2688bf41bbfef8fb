// SPDX-License-Identifier: MIT
// A static program that reads for itself what the wrappers counted: "allocs frees reallocs bytes
// growth" of one known call each.
#include "alloc_tally.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct alloc_source ALLOC_SOURCE;

static void *volatile block;

int main(void) {
    struct alloc_counts before, after, ignored;
    *ALLOC_SOURCE.weighs = true;
    ALLOC_SOURCE.read(&ignored, &before);
    block = malloc(24);
    block = realloc(block, 1000);
    free(block);
    block = strdup("0123456789");
    free(block);
    block = calloc(2, 12);
    ALLOC_SOURCE.read(&ignored, &after);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n", after.allocs - before.allocs,
           after.frees - before.frees, after.reallocs - before.reallocs, after.bytes - before.bytes,
           after.live - before.live == (int64_t)malloc_usable_size(block) ? "grown" : "wrong");
    return 0;
}
