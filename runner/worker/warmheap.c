// SPDX-License-Identifier: MIT
// The memory policy of --malloc=warm.

#include "warmheap.h"

#include <malloc.h>
#include <stdlib.h>

#if defined __GLIBC__ && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)

enum { TOP_PAD = 64 << 20, PROBE = 100000 };

static size_t bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// Its options are there in every program; whether a block comes from it is another matter.
static bool is_in_charge(void) {
    size_t before = bytes_in_use();
    void *volatile block = malloc(PROBE);
    size_t after = bytes_in_use();
    free(block);
    return after >= before + PROBE;
}

// Nothing is mapped by itself, the heap never shrinks and grows by much at once.
static bool set_options(void) {
    return mallopt(M_MMAP_MAX, 0) && mallopt(M_TRIM_THRESHOLD, -1) && mallopt(M_TOP_PAD, TOP_PAD);
}

bool warmheap_set(struct errmsg *why) {
    static bool is_set; // each of the options tidies up the heap
    is_set = is_set || (is_in_charge() && set_options());
    return is_set || fail(why, "--malloc=warm: the program's allocator is not that of glibc; leave "
                               "the option out");
}

#else

bool warmheap_set(struct errmsg *why) {
    return fail(why, "--malloc=warm: only glibc 2.33 and later can; leave the option out");
}

#endif
