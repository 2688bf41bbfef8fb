// SPDX-License-Identifier: MIT
// Tests of work that is done side by side.

#include "crew.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PIECES = 1000, CPUS = 8 };

struct book {
    atomic_int times[PIECES];
    int cpu[PIECES];
    atomic_int inside[CPUS]; // pieces that use this CPU now
    atomic_bool is_shared;   // two of them did at once
    size_t told;
    bool is_told_wrong;
};

static void note_piece(void *context, size_t piece, int cpu) {
    struct book *book = context;
    if (atomic_fetch_add(&book->inside[cpu], 1) != 0)
        atomic_store(&book->is_shared, true);
    atomic_fetch_add(&book->times[piece], 1);
    book->cpu[piece] = cpu;
    atomic_fetch_sub(&book->inside[cpu], 1);
}

static void note_progress(void *context, size_t done) {
    struct book *book = context;
    book->is_told_wrong |= done != book->told + 1;
    book->told = done;
}

static void run(struct book *book, size_t pieces, size_t cpu_count) {
    const int cpus[CPUS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct crew_work work = {pieces, note_piece, note_progress, book};
    *book = (struct book){0};
    crew_run(&work, cpus, cpu_count);
}

static void each_piece_is_done_once_and_told(void **state) {
    (void)state;
    static struct book book;
    run(&book, PIECES, CPUS);
    for (size_t i = 0; i < PIECES; i++)
        assert_int_equal(book.times[i], 1);
    assert_int_equal(book.told, PIECES);
    assert_false(book.is_told_wrong);
}

static void no_cpu_is_lent_twice_at_once(void **state) {
    (void)state;
    static struct book book;
    run(&book, PIECES, CPUS);
    assert_false(book.is_shared);
}

static void one_cpu_is_enough(void **state) {
    (void)state;
    static struct book book;
    run(&book, 3, 1);
    assert_int_equal(book.told, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(book.cpu[i], 0);
}

static void no_work_is_done_at_once(void **state) {
    (void)state;
    static struct book book;
    run(&book, 0, CPUS);
    assert_int_equal(book.told, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_piece_is_done_once_and_told),
        cmocka_unit_test(no_cpu_is_lent_twice_at_once),
        cmocka_unit_test(one_cpu_is_enough),
        cmocka_unit_test(no_work_is_done_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
