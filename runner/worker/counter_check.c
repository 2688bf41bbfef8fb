// SPDX-License-Identifier: MIT
// Work whose counts are known, and what a counter may make of it.

#include "counter_check.h"

#include "counter_words.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEPS     100000 // of the loop whose instructions are known
#define GUESSES   8192   // branches that nobody can predict
#define LINES     4096   // loads of lines that no cache has
#define LINE_SPAN 256    // from one to the next, beyond the longest line
#define PAGES     8192   // loads of pages, more than a TLB knows

// ---- Work ------------------------------------------------------------------------------------

// Instructions of a step, one of them a branch. Where they are the compiler's they may be more.
#if defined __x86_64__ || defined __aarch64__
enum { STEP_LEAST = 3, STEP_MOST = 3 };
#else
enum { STEP_LEAST = 1, STEP_MOST = 12 };
#endif

static void take_steps(void) {
    uint64_t left = STEPS, sum = 0;
#if defined __x86_64__
    __asm__ volatile("1: add $1, %1\n\tsub $1, %0\n\tjnz 1b" : "+r"(left), "+r"(sum) : : "cc");
#elif defined __aarch64__
    __asm__ volatile("1: add %1, %1, #1\n\tsubs %0, %0, #1\n\tb.ne 1b"
                     : "+r"(left), "+r"(sum)
                     :
                     : "cc");
#else
    for (; left; left--)
        __asm__ volatile("" : "+r"(sum), "+r"(left));
#endif
}

static void guess(void) {
    uint64_t random = (uint64_t)(uintptr_t)&random;
    for (unsigned i = 0; i < GUESSES; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        if (random >> 63)
            __asm__ volatile("nop"); // keeps the branch
    }
}

static void flush(const volatile char *line) {
#if defined __x86_64__
    __builtin_ia32_clflush((const void *)line);
#elif defined __aarch64__
    __asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
#else
    (void)line;
#endif
}

static void finish_memory(void) {
#if defined __x86_64__
    __builtin_ia32_mfence();
#elif defined __aarch64__
    __asm__ volatile("dsb sy" : : : "memory");
#endif
}

// In an order that no prefetcher follows, each place once.
static void load_scattered(const volatile char *from, unsigned count, size_t span) {
    unsigned at = 1;
    for (unsigned i = 0; i < count; i++) {
        at = (at * 1664525u + 1013904223u) & (count - 1);
        (void)from[at * span];
    }
}

// Memory for such loads, kept until all counters are checked.
static char *map(char *kept, size_t length, int protection) {
    if (kept != MAP_FAILED)
        return kept;
    char *area = mmap(NULL, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area != MAP_FAILED)
        madvise(area, length, MADV_NOHUGEPAGE); // one entry of the TLB holds hundreds of small ones
    return area;
}

static char *lines = MAP_FAILED, *pages = MAP_FAILED;

static void load_lines(void) {
    size_t length = (size_t)LINES * LINE_SPAN;
    lines = map(lines, length, PROT_READ | PROT_WRITE);
    if (lines == MAP_FAILED)
        return;
    memset(lines, 1, length); // or all of them are the one page of zeros
    for (size_t at = 0; at < length; at += LINE_SPAN)
        flush(lines + at);
    finish_memory();
    load_scattered(lines, LINES, LINE_SPAN);
}

static size_t page_bytes(void) { return (size_t)sysconf(_SC_PAGESIZE); }

// Never written: many pages, and none that takes memory.
static void load_pages(void) {
    pages = map(pages, PAGES * page_bytes(), PROT_READ);
    if (pages != MAP_FAILED)
        load_scattered(pages, PAGES, page_bytes());
}

static void unmap(char **area, size_t length) {
    if (*area != MAP_FAILED)
        munmap(*area, length);
    *area = MAP_FAILED;
}

void counter_check_release(void) {
    unmap(&lines, (size_t)LINES * LINE_SPAN);
    unmap(&pages, PAGES * page_bytes());
}

// ---- Judgement -------------------------------------------------------------------------------

static void work_all(void) {
    take_steps();
    guess();
    load_lines();
    load_pages();
}

// What the reading itself costs is counted too: up to a few thousand instructions.
#define SOME 10000

// Bounds are wide where CPUs differ in what they call by one name: what counts branches may leave
// out some kinds, a miss may fetch two lines, a walk of page tables may be told twice.
static const struct {
    void (*work)(void);
    const char *what;
    long long known, low, high;
} rows[] = {
    [PROOF_LATER] = {work_all, "", 0, 0, 0},
    [PROOF_INSTRUCTIONS] = {take_steps, "instructions", STEP_LEAST *STEPS, STEP_LEAST *STEPS,
                            STEP_MOST *STEPS * 3 / 2 + SOME},
    [PROOF_CYCLES] = {take_steps, "instructions", STEP_LEAST *STEPS, STEP_LEAST *STEPS / 16,
                      STEP_MOST *STEPS * 100LL},
    [PROOF_BRANCHES] = {take_steps, "branches", STEPS, STEPS / 2, 2 * STEPS + SOME},
    [PROOF_BRANCH_MISSES] = {guess, "branches taken by chance", GUESSES, GUESSES / 20,
                             2 * GUESSES + SOME},
    [PROOF_CACHE_MISSES] = {load_lines, "loads from memory", LINES, LINES / 20, 10 * LINES + SOME},
    [PROOF_TLB_MISSES] = {load_pages, "loads of other pages", PAGES, PAGES / 100,
                          10 * PAGES + SOME},
};

void counter_check_work(enum counter_proof proof) {
    if (rows[proof].work)
        rows[proof].work();
}

bool counter_check_judge(enum counter_proof proof, long long counted, struct errmsg *why) {
    if (proof <= PROOF_LATER || (counted >= rows[proof].low && counted <= rows[proof].high))
        return true;
    return fail(why, COUNTER_READS "%lld for %lld %s: treated as not available%s", counted,
                rows[proof].known, rows[proof].what, counted ? "" : ", not as 0");
}
