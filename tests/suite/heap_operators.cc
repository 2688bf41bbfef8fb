// SPDX-License-Identifier: MIT
// Cases of C++ whose use of the heap is known, for whatever new and delete there are.
#include <tare/bench.h>

#include <new>
#include <stddef.h>
#include <stdint.h>

BENCH_GROUP("operators");

struct alignas(128) wide {
    char bytes[128];
};

template <class T>
static T *shown(T *block) {
    bench_keep(block);
    return block;
}

// Eight blocks of 8, 40, 8, 40, 128, 256, 128 and 256 bytes.
BENCH(all_kinds) {
    BENCH_LOOP(b) {
        delete shown(new int64_t);
        delete[] shown(new int64_t[5]);
        ::operator delete(shown(::operator new(8, std::nothrow)), std::nothrow);
        ::operator delete[](shown(::operator new[](40, std::nothrow)), std::nothrow);
        delete shown(new wide);
        delete[] shown(new wide[2]);
        delete shown(new (std::nothrow) wide);
        delete[] shown(new (std::nothrow) wide[2]);
        delete shown(static_cast<int *>(NULL));
    }
}

BENCH(keeps_some) {
    BENCH_LOOP(b) {
        shown(new int64_t);
        delete shown(new int64_t);
    }
}

#ifdef POOL
// Those of a program that has a pool: nothing is ever freed.
alignas(16) static char pool[1 << 20];
static size_t used;

void *operator new(size_t size) {
    size_t at = used + size < sizeof pool ? used : 0;
    used = at + (size + 15) / 16 * 16;
    return pool + at;
}

void operator delete(void *) noexcept {}
void operator delete(void *, size_t) noexcept {}
#endif
