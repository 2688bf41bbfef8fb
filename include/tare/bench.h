/* SPDX-License-Identifier: MIT
 *
 * tare: benchmark cases beside the code they measure. This is all that a case needs.
 *
 *     #include <tare/bench.h>
 *
 *     BENCH(parse_small) {
 *         char *text = load("small.json");        // set-up, not timed
 *         BENCH_LOOP(b) {
 *             bench_hide(text);                   // the compiler may not assume what text is
 *             struct doc *doc = parse(text);
 *             bench_keep(doc);                    // the result is used
 *             doc_free(doc);
 *         }
 *         free(text);                             // tear-down, not timed
 *     }
 *
 * Compile with -DTARE_ENABLE and link with -ltare: the library brings main(). Without TARE_ENABLE
 * the cases are type-checked and leave no symbol and no byte, so they may stand in production code.
 *
 * C99 and C++11 and up; gcc 7 and clang 8 and up; Linux.
 */
#ifndef TARE_BENCH_H
#define TARE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default) /* whatever -fvisibility says: shared objects have cases too  \
                                      */

#define TARE_VERSION      "0.1.0"
#define TARE_API          1u /* layout of the structs and meaning of the calls in this file */
#define TARE_LOOP_VERSION 1u /* changes only when BENCH_LOOP, the batch loop or the clock do */

struct bench;        /* one running trial, handed to the body as `b` */
struct bench_config; /* one case while it is configured, handed to BENCH_CONFIG as `c` */

#define BENCH_PRINTF_(text, first) __attribute__((format(printf, text, first)))

/* ---- Declaring cases ------------------------------------------------------------------------
 *
 * BENCH(name) { ... }         a case; the body gets `struct bench *b` and holds exactly one loop
 * BENCH_CONFIG(name) { ... }  optional; gets `struct bench_config *c`; ordinary code, run once
 *                             when the suite starts, in the same file as the case
 * BENCH_GROUP("json");        at most once a file; without it the group is the file's stem
 *
 * BENCH expands to a static record, a constructor that links the record into a list, and the
 * opening of a static function; the body is ordinary code to compiler and debugger.
 */

#ifdef TARE_ENABLE

#define BENCH(name)                                                                                \
    static void bench_body_##name##_(struct bench *b);                                             \
    BENCH_ENTRY_(bench_case_##name##_, BENCH_ENTRY_CASE, #name, bench_body_##name##_, NULL)        \
    static void bench_body_##name##_(struct bench *b BENCH_UNUSED_)

#define BENCH_CONFIG(name)                                                                         \
    static void bench_setting_##name##_(struct bench_config *c);                                   \
    BENCH_ENTRY_(bench_config_##name##_, BENCH_ENTRY_CONFIG, #name, NULL, bench_setting_##name##_) \
    static void bench_setting_##name##_(struct bench_config *c BENCH_UNUSED_)

#define BENCH_GROUP(text)                                                                          \
    BENCH_ENTRY_(bench_group_, BENCH_ENTRY_GROUP, text, NULL, NULL)                                \
    BENCH_TAKE_SEMICOLON_(text)

#else

#define BENCH(name)                                                                                \
    BENCH_UNUSED_ static inline void bench_off_body_##name##_(struct bench *b BENCH_UNUSED_)
#define BENCH_CONFIG(name)                                                                         \
    BENCH_UNUSED_ static inline void bench_off_setting_##name##_(                                  \
        struct bench_config *c BENCH_UNUSED_)
#define BENCH_GROUP(text) BENCH_TAKE_SEMICOLON_(text)

#endif

/* ---- The timed loop -------------------------------------------------------------------------
 *
 * BENCH_LOOP(b) { ... }    times its body. `continue` is fine; leaving it by break, return, goto
 *                          or longjmp, a second loop, or none at all fails the trial by name.
 *
 * BENCH_BATCHES(b) { prepare; BENCH_LOOP(b) { ... } }
 *                          for inputs that each call uses up: the outer body runs once per batch,
 *                          untimed, and prepares the inputs of bench_calls(b) calls.
 *
 * BENCH_MANUAL(b) { ... bench_span(b, ns); ... }
 *                          for what the loop cannot express: each pass is one call and reports its
 *                          own span exactly once. bench_now() reads the clock, in nanoseconds.
 *
 * The inner loop is two instructions, a subtraction and a branch, and keeps one register. Its
 * empty asm hides the counter and clobbers memory, so nothing that memory holds is hoisted out.
 * That it is likely to go on, for clang, and that one call both enters the loop and goes on, for
 * gcc, keeps the body's values in registers.
 */

#define BENCH_LOOP(b)                                                                              \
    for (uint64_t bench_left_ = BENCH_ENTERS_;                                                     \
         (bench_left_ = bench_loop_next_(b, bench_left_)) != 0;)                                   \
        for (; __builtin_expect(bench_left_ != 0, 1); bench_left_ = bench_tick_(bench_left_))

#define BENCH_BATCHES(b) while (bench_batches_next_(b))
#define BENCH_MANUAL(b)  while (bench_manual_next_(b))

uint64_t bench_calls(const struct bench *b); /* calls in each batch; constant within one body */
uint64_t bench_now(void);
void bench_span(struct bench *b, uint64_t ns);

/* ---- In the body ----------------------------------------------------------------------------
 *
 * An argument that the case did not declare fails the trial by name and reads as 0 or "".
 * Texts are copied. bench_fail and bench_skip end nothing: return after them.
 */

int64_t bench_int(struct bench *b, const char *name);      /* an integer argument */
const char *bench_text(struct bench *b, const char *name); /* a string argument */
uint64_t bench_seed(const struct bench *b);   /* seed all random input from this, and only this */
unsigned bench_thread(const struct bench *b); /* 0 .. bench_thread_count - 1 */
unsigned bench_thread_count(const struct bench *b);

void bench_bytes(struct bench *b, double per_call); /* work done by one call: shown as bytes/s */
void bench_items(struct bench *b, double per_call); /* the same in items/s */
void bench_label(struct bench *b, const char *text);

enum bench_direction { BENCH_LOWER_IS_BETTER, BENCH_HIGHER_IS_BETTER };

/* A number of the case's own, say a compression ratio; the last value of each launch is kept. */
void bench_metric(struct bench *b, const char *name, double value, const char *unit,
                  enum bench_direction better);

/* Where data lie that the calls work on: tare tells if the time depends on their alignment. The
 * last address of each launch counts. */
void bench_address(struct bench *b, const char *name, const volatile void *data);

/* Checks a result, before or after the loop, and answers it: false fails the trial with the
 * expression's text. */
#define bench_check(b, ...)                                                                        \
    bench_check_((b), (__VA_ARGS__) ? true : false, #__VA_ARGS__, __FILE__, __LINE__)

void bench_fail(struct bench *b, const char *format, ...) BENCH_PRINTF_(2, 3);
void bench_skip(struct bench *b, const char *format, ...) BENCH_PRINTF_(2, 3);

/* ---- In the configuration -------------------------------------------------------------------
 *
 * Arguments multiply: two lists of three give nine trials, named case/size=64/mode=fast in the
 * order of declaration. Nonsense (an empty range, a name twice) is refused when the suite starts.
 */

#define BENCH_INTS(c, name, ...)                                                                   \
    do {                                                                                           \
        const int64_t bench_values_[] = {__VA_ARGS__};                                             \
        bench_arg_ints((c), (name), bench_values_, sizeof bench_values_ / sizeof *bench_values_);  \
    } while (0)
#define BENCH_TEXTS(c, name, ...)                                                                  \
    do {                                                                                           \
        const char *const bench_values_[] = {__VA_ARGS__};                                         \
        bench_arg_texts((c), (name), bench_values_, sizeof bench_values_ / sizeof *bench_values_); \
    } while (0)
#define BENCH_THREADS(c, ...)                                                                      \
    do {                                                                                           \
        const int64_t bench_values_[] = {__VA_ARGS__};                                             \
        bench_threads((c), bench_values_, sizeof bench_values_ / sizeof *bench_values_);           \
    } while (0)

void bench_arg_ints(struct bench_config *c, const char *name, const int64_t *values, size_t count);
void bench_arg_texts(struct bench_config *c, const char *name, const char *const *values,
                     size_t count);
/* first, first + step, ... up to and with last */
void bench_arg_range(struct bench_config *c, const char *name, int64_t first, int64_t last,
                     int64_t step);
/* first, first * factor, ... up to and with last, which is added where it is not hit */
void bench_arg_geometric(struct bench_config *c, const char *name, int64_t first, int64_t last,
                         int64_t factor);
void bench_threads(struct bench_config *c, const int64_t *counts, size_t count);

void bench_tag(struct bench_config *c, const char *tag);
void bench_describe(struct bench_config *c, const char *sentence);
/* The name, "case" or "group/case", under which older baselines know this case. */
void bench_former_name(struct bench_config *c, const char *name);

void bench_detect(struct bench_config *c, double percent); /* the slowdown that must be caught */
void bench_advisory(struct bench_config *c);               /* reported, never fails a build */
void bench_time_limit(struct bench_config *c, double seconds); /* for one request to a worker */
void bench_launches(struct bench_config *c, unsigned launches);
void bench_budget(struct bench_config *c, double seconds); /* for the trial, all launches */

/* What a call may take at most, with or without a baseline: a metric of the case's own, or what
 * tare counts ("instructions", "allocs", ...), which then is counted in every run. What should be
 * high may not be less. A run that is beyond it exits with 1; one that cannot tell, with 3.
 * In a trial of several threads, what tare counts is of all its threads together: while each of
 * them makes one call. Time is that of one thread's call. */
void bench_limit(struct bench_config *c, const char *metric, double per_call);
void bench_limit_ns(struct bench_config *c, double ns_per_call);

/* ---- Sinks ----------------------------------------------------------------------------------
 *
 * bench_keep(v)       v must be computed. Numbers stay in registers; what a pointer points to and
 *                     what an array or a struct holds is in memory. C copies a struct first:
 *                     for a large one say bench_use_mem(&v).
 * bench_hide(lvalue)  the compiler forgets what it knows of the lvalue's value: no constant
 *                     folding of inputs. Honest about values, not about the ranges of types.
 * bench_use_mem(p)    what p points to is read and may have changed: keeps stores to it.
 * bench_clobber()     all memory that anyone else can see is read and may have changed.
 */

#define bench_clobber() __asm__ volatile("" : : : "memory")

static inline __attribute__((always_inline)) void bench_use_mem(const volatile void *p) {
    __asm__ volatile("" : : "r"(p) : "memory");
}

/* Where a value lives, by __builtin_classify_type: 1 to 4 are the integers, bool and enum, 5 is
 * the pointer, 8 the real number. All else, and what is wider than its register, is in memory. */
#define BENCH_IS_POINTER_(v) (__builtin_classify_type(v) == 5)
#define BENCH_IS_WORD_(v)                                                                          \
    (__builtin_classify_type(v) >= 1 && __builtin_classify_type(v) <= 5 &&                         \
     sizeof(v) <= sizeof(void *))
#define BENCH_IS_REAL_(v)                                                                          \
    (__builtin_classify_type(v) == 8 && (sizeof(v) == sizeof(float) || sizeof(v) == sizeof(double)))

#ifdef __SSE2__
#define BENCH_REAL_REG_ "x"
#elif defined(__aarch64__) && defined(__ARM_FP)
#define BENCH_REAL_REG_ "w"
#else
#define BENCH_REAL_REG_ "m"
#endif

#ifndef __cplusplus

/* An operand where the test holds, something harmless of the right class where it does not, so
 * that the asm of the branch not taken still compiles. */
#define BENCH_PICK_(test, v, other) __builtin_choose_expr((test), (v), (other))

/* The type that v has as a value: of an array its pointer, of a bit-field its integer. */
#define BENCH_VALUE_TYPE_(v) __typeof__(((void)0, (v)))
#define BENCH_IS_ARRAY_(lvalue)                                                                    \
    (!__builtin_types_compatible_p(__typeof__(lvalue), BENCH_VALUE_TYPE_(lvalue)))
#define BENCH_HIDES_WORD_(lvalue) (BENCH_IS_WORD_(lvalue) && !BENCH_IS_ARRAY_(lvalue))

#define bench_keep(...) /* one value; the dots let it be a compound literal */                     \
    __extension__({                                                                                \
        BENCH_VALUE_TYPE_((__VA_ARGS__)) bench_v_ = (__VA_ARGS__);                                 \
        double bench_real_ = 0;                                                                    \
        if (BENCH_IS_WORD_(bench_v_))                                                              \
            __asm__ volatile("" : : "r"(BENCH_PICK_(BENCH_IS_WORD_(bench_v_), bench_v_, 0)));      \
        else if (BENCH_IS_REAL_(bench_v_))                                                         \
            __asm__ volatile(                                                                      \
                ""                                                                                 \
                :                                                                                  \
                : BENCH_REAL_REG_(BENCH_PICK_(BENCH_IS_REAL_(bench_v_), bench_v_, bench_real_)));  \
        else                                                                                       \
            bench_use_mem(&bench_v_);                                                              \
        if (BENCH_IS_POINTER_(bench_v_))                                                           \
            bench_clobber();                                                                       \
        (void)bench_real_;                                                                         \
    })

#define bench_hide(lvalue)                                                                         \
    __extension__({                                                                                \
        uintptr_t bench_word_ = 0;                                                                 \
        double bench_real_ = 0;                                                                    \
        if (BENCH_HIDES_WORD_(lvalue))                                                             \
            __asm__ volatile(""                                                                    \
                             : "+r"(BENCH_PICK_(BENCH_HIDES_WORD_(lvalue), lvalue, bench_word_))); \
        else if (BENCH_IS_REAL_(lvalue))                                                           \
            __asm__ volatile(                                                                      \
                ""                                                                                 \
                : "+" BENCH_REAL_REG_(BENCH_PICK_(BENCH_IS_REAL_(lvalue), lvalue, bench_real_)));  \
        else                                                                                       \
            bench_use_mem(&(lvalue));                                                              \
        (void)bench_word_;                                                                         \
        (void)bench_real_;                                                                         \
    })

#endif

/* ---- A program with a main of its own calls this and returns what it returns ----------------- */

int tare_main(int argc, char **argv);

/* ---- Private: what the macros above expand to ------------------------------------------------ */

#define BENCH_UNUSED_               __attribute__((unused))
#define BENCH_TAKE_SEMICOLON_(text) typedef char bench_group_text_[sizeof(text)]

/* The calls of the next batch, 0: no more. `left` is what the body left undone of the last. */
#define BENCH_ENTERS_ UINT64_MAX
uint64_t bench_loop_next_(struct bench *b, uint64_t left);
bool bench_batches_next_(struct bench *b);
bool bench_manual_next_(struct bench *b);
bool bench_check_(struct bench *b, bool holds, const char *expr, const char *file, int line);

static inline __attribute__((always_inline)) uint64_t bench_tick_(uint64_t left) {
    __asm__ volatile("" : "+r"(left) : : "memory");
    return left - 1;
}

/* How a translation unit was built. */
enum bench_unit_flag {
    BENCH_UNIT_OPTIMIZED = 1 << 0,
    BENCH_UNIT_SIZE = 1 << 1, /* -Os */
    BENCH_UNIT_FAST_MATH = 1 << 2,
    BENCH_UNIT_NDEBUG = 1 << 3,
    BENCH_UNIT_ASAN = 1 << 4,
    BENCH_UNIT_TSAN = 1 << 5,
    BENCH_UNIT_MSAN = 1 << 6,
    BENCH_UNIT_PIC = 1 << 7,
    BENCH_UNIT_AVX = 1 << 8,
    BENCH_UNIT_AVX2 = 1 << 9,
    BENCH_UNIT_AVX512 = 1 << 10,
    BENCH_UNIT_SVE = 1 << 11,
    BENCH_UNIT_CPLUSPLUS = 1 << 12
};

struct bench_unit {
    uint32_t api; /* TARE_API of the header it saw */
    uint32_t loop_version;
    uint32_t flags;
    uint32_t function_align; /* -DTARE_ALIGNED=64 beside -falign-functions=64; 0: not said */
    const char *file;        /* the unit's main file */
    const char *compiler;
    const char *options; /* -DTARE_OPTIONS='"-O2 ..."'; NULL: not said */
};

enum bench_entry_kind { BENCH_ENTRY_CASE, BENCH_ENTRY_CONFIG, BENCH_ENTRY_GROUP };

struct bench_entry {
    struct bench_entry *next;
    enum bench_entry_kind kind;
    int line;
    const char *file;
    const char *name;
    const struct bench_unit *unit;
    void (*body)(struct bench *);
    void (*setting)(struct bench_config *);
};

void bench_register(struct bench_entry *entry);

#ifdef TARE_ENABLE

#define BENCH_ENTRY_(id, kind, name, body, setting)                                                \
    static struct bench_entry id = {NULL, kind,         __LINE__, __FILE__,                        \
                                    name, &bench_unit_, body,     setting};                        \
    __attribute__((constructor)) static void bench_register_##id(void) { bench_register(&id); }

#ifdef __OPTIMIZE__
#define BENCH_HAS_OPTIMIZE_ BENCH_UNIT_OPTIMIZED
#else
#define BENCH_HAS_OPTIMIZE_ 0
#endif
#ifdef __OPTIMIZE_SIZE__
#define BENCH_HAS_SIZE_ BENCH_UNIT_SIZE
#else
#define BENCH_HAS_SIZE_ 0
#endif
#ifdef __FAST_MATH__
#define BENCH_HAS_FAST_MATH_ BENCH_UNIT_FAST_MATH
#else
#define BENCH_HAS_FAST_MATH_ 0
#endif
#ifdef NDEBUG
#define BENCH_HAS_NDEBUG_ BENCH_UNIT_NDEBUG
#else
#define BENCH_HAS_NDEBUG_ 0
#endif
#ifdef __has_feature
#define BENCH_FEATURE_(name) __has_feature(name)
#else
#define BENCH_FEATURE_(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || BENCH_FEATURE_(address_sanitizer)
#define BENCH_HAS_ASAN_ BENCH_UNIT_ASAN
#else
#define BENCH_HAS_ASAN_ 0
#endif
#if defined(__SANITIZE_THREAD__) || BENCH_FEATURE_(thread_sanitizer)
#define BENCH_HAS_TSAN_ BENCH_UNIT_TSAN
#else
#define BENCH_HAS_TSAN_ 0
#endif
#if BENCH_FEATURE_(memory_sanitizer)
#define BENCH_HAS_MSAN_ BENCH_UNIT_MSAN
#else
#define BENCH_HAS_MSAN_ 0
#endif
#ifdef __PIC__
#define BENCH_HAS_PIC_ BENCH_UNIT_PIC
#else
#define BENCH_HAS_PIC_ 0
#endif
#ifdef __AVX__
#define BENCH_HAS_AVX_ BENCH_UNIT_AVX
#else
#define BENCH_HAS_AVX_ 0
#endif
#ifdef __AVX2__
#define BENCH_HAS_AVX2_ BENCH_UNIT_AVX2
#else
#define BENCH_HAS_AVX2_ 0
#endif
#ifdef __AVX512F__
#define BENCH_HAS_AVX512_ BENCH_UNIT_AVX512
#else
#define BENCH_HAS_AVX512_ 0
#endif
#ifdef __ARM_FEATURE_SVE
#define BENCH_HAS_SVE_ BENCH_UNIT_SVE
#else
#define BENCH_HAS_SVE_ 0
#endif
#ifdef __cplusplus
#define BENCH_HAS_CPLUSPLUS_ BENCH_UNIT_CPLUSPLUS
#else
#define BENCH_HAS_CPLUSPLUS_ 0
#endif
#ifdef __clang__
#define BENCH_COMPILER_ "clang " __clang_version__
#else
#define BENCH_COMPILER_ "gcc " __VERSION__
#endif
#ifndef TARE_ALIGNED
#define TARE_ALIGNED 0
#endif
#ifndef TARE_OPTIONS
#define TARE_OPTIONS NULL
#endif

static const struct bench_unit bench_unit_ BENCH_UNUSED_ = {
    TARE_API,
    TARE_LOOP_VERSION,
    BENCH_HAS_OPTIMIZE_ | BENCH_HAS_SIZE_ | BENCH_HAS_FAST_MATH_ | BENCH_HAS_NDEBUG_ |
        BENCH_HAS_ASAN_ | BENCH_HAS_TSAN_ | BENCH_HAS_MSAN_ | BENCH_HAS_PIC_ | BENCH_HAS_AVX_ |
        BENCH_HAS_AVX2_ | BENCH_HAS_AVX512_ | BENCH_HAS_SVE_ | BENCH_HAS_CPLUSPLUS_,
    TARE_ALIGNED,
    __BASE_FILE__,
    BENCH_COMPILER_,
    TARE_OPTIONS};

#endif /* TARE_ENABLE */

#pragma GCC visibility pop
#ifdef __cplusplus
} /* extern "C" */

namespace bench_private_ {

enum place { IN_MEMORY, IN_WORD, IN_POINTER, IN_REAL };

template <place>
struct at {};

template <class T>
struct plain {
    typedef T type;
};
template <class T>
struct plain<volatile T> {
    typedef T type;
};

template <class T>
struct value {
    static typename plain<T>::type &v;
    typedef at<BENCH_IS_REAL_(v)      ? IN_REAL
               : !BENCH_IS_WORD_(v)   ? IN_MEMORY
               : BENCH_IS_POINTER_(v) ? IN_POINTER
                                      : IN_WORD>
        home;
};
template <class T, size_t count>
struct value<T[count]> {
    typedef at<IN_MEMORY> home;
};

template <class T>
inline __attribute__((always_inline)) void keep(const T &v, at<IN_MEMORY>) {
    bench_use_mem(__builtin_addressof(v));
}
template <class T>
inline __attribute__((always_inline)) void keep(const T &v, at<IN_WORD>) {
    __asm__ volatile("" : : "r"(v));
}
template <class T>
inline __attribute__((always_inline)) void keep(const T &v, at<IN_POINTER>) {
    __asm__ volatile("" : : "r"(v) : "memory");
}
template <class T>
inline __attribute__((always_inline)) void keep(const T &v, at<IN_REAL>) {
    __asm__ volatile("" : : BENCH_REAL_REG_(v));
}

template <class T>
inline __attribute__((always_inline)) void hide(T &v, at<IN_MEMORY>) {
    bench_use_mem(__builtin_addressof(v));
}
template <class T>
inline __attribute__((always_inline)) void hide(T &v, at<IN_WORD>) {
    __asm__ volatile("" : "+r"(v));
}
template <class T>
inline __attribute__((always_inline)) void hide(T &v, at<IN_POINTER>) {
    __asm__ volatile("" : "+r"(v));
}
template <class T>
inline __attribute__((always_inline)) void hide(T &v, at<IN_REAL>) {
    __asm__ volatile("" : "+" BENCH_REAL_REG_(v));
}

} // namespace bench_private_

template <class T>
inline __attribute__((always_inline)) void bench_keep(const T &v) {
    bench_private_::keep(v, typename bench_private_::value<T>::home());
}
template <class T>
inline __attribute__((always_inline)) void bench_hide(T &v) {
    bench_private_::hide(v, typename bench_private_::value<T>::home());
}

#endif /* __cplusplus */

#endif
