// SPDX-License-Identifier: MIT
// The sinks on every kind of value; valid as C and as C++. It runs: a sink changes no value.
#include <tare/bench.h>

#include <string.h>

enum colour { RED, GREEN };
struct odd {
    char bytes[3];
};
struct two_words {
    long words[2];
};
struct large {
    long words[8];
};
union either {
    int i;
    double d;
};
struct fields {
    unsigned three : 3;
    signed nine : 9;
    bool one : 1;
};
typedef int vector16 __attribute__((vector_size(16)));
typedef double vector32 __attribute__((vector_size(32)));
__extension__ typedef __int128 wide;
__extension__ typedef __complex__ double complex_double;

static int called;
static void call(void) { called++; }

static int changed;

// A value that is neither zero nor the same in any two bytes goes through both sinks.
#define TRY(type)                                                                                  \
    do {                                                                                           \
        type v_, before_;                                                                          \
        fill(&v_, sizeof v_);                                                                      \
        memcpy(&before_, &v_, sizeof v_);                                                          \
        bench_keep(v_);                                                                            \
        bench_hide(v_);                                                                            \
        const type constant_ = v_;                                                                 \
        bench_keep(constant_);                                                                     \
        changed += memcmp(&before_, &v_, sizeof v_) != 0;                                          \
    } while (0)

static void fill(void *value, size_t size) {
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)value)[i] = (unsigned char)(size == 1 ? 1 : i + 1);
}

static void integers(void) {
    TRY(bool);
    TRY(char);
    TRY(signed char);
    TRY(unsigned char);
    TRY(short);
    TRY(unsigned short);
    TRY(int);
    TRY(unsigned);
    TRY(long);
    TRY(unsigned long);
    TRY(long long);
    TRY(unsigned long long);
    TRY(wide);
    enum colour colour = GREEN;
    bench_keep(colour);
    bench_hide(colour);
    changed += colour != GREEN;
    volatile int seen = 3;
    bench_keep(seen);
    bench_hide(seen);
    changed += seen != 3;
}

static void pointers(void) {
    int object = 1;
    const int *p = &object;
    void *q = &object;
    void (*f)(void) = call;
    bench_keep(p);
    bench_keep(q);
    bench_keep(f);
    bench_hide(p);
    bench_hide(q);
    bench_hide(f);
    bench_use_mem(p);
    f();
    changed += *p != 1 || q != p || called != 1;
}

static void reals(void) {
    TRY(float);
    TRY(double);
    long double extended = 1.5L;
    complex_double z = 2;
    bench_keep(extended);
    bench_hide(extended);
    bench_keep(z);
    bench_hide(z);
    changed += extended != 1.5L || z != (complex_double)2;
}

static void aggregates(void) {
    TRY(struct odd);
    TRY(struct two_words);
    TRY(struct large);
    TRY(union either);
    TRY(vector16);
    TRY(vector32);
    char small[3] = "ab";
    char word[sizeof(void *)] = "abc"; // as large as a pointer, and none
    int numbers[100] = {1, 2};
    bench_keep(small);
    bench_keep(word);
    bench_keep(numbers);
    bench_keep("text");
    bench_hide(small);
    bench_hide(word);
    bench_hide(numbers);
    changed += strcmp(small, "ab") != 0 || strcmp(word, "abc") != 0 || numbers[1] != 2;
}

static struct large make_large(void) {
    struct large large;
    fill(&large, sizeof large);
    return large;
}

static void rvalues(void) {
    struct fields fields = {5, -3, true};
    int x = 2, evaluated = 0;
    bench_keep(fields.three);
    bench_keep(fields.nine);
    bench_keep(fields.one);
    bench_keep(x + 1);
    bench_keep(x * 0.5);
    bench_keep(x == 2);
    bench_keep(3);
    bench_keep(&x);
    bench_keep(make_large());
    bench_keep(make_large().words[1]);
    bench_keep(evaluated++);
    changed += evaluated != 1;
    int pair[2] = {0, 0}, *at = pair;
    bench_hide(*at++);
    changed += at != pair + 1;
}

int main(void) {
    integers();
    pointers();
    reals();
    aggregates();
    rvalues();
    bench_clobber();
    return changed;
}
