// SPDX-License-Identifier: MIT
// Tests of memory that is given back all at once.
#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void pieces_are_aligned_and_apart(void **state) {
    (void)state;
    struct arena arena = {NULL};
    char *before = arena_take(&arena, 1);
    for (size_t size = 1; size < 5000; size += 7) {
        char *piece = arena_take(&arena, size);
        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
        *before = 'b';
        memset(piece, 'p', size);
        assert_int_equal(*before, 'b');
        before = piece;
    }
    arena_release(&arena);
}

static void a_piece_may_be_larger_than_a_block(void **state) {
    (void)state;
    struct arena arena = {NULL};
    size_t size = (size_t)5 << 20;
    memset(arena_take(&arena, size), 'p', size);
    memset(arena_take(&arena, 10), 'p', 10);
    arena_release(&arena);
}

static void a_released_arena_starts_anew(void **state) {
    (void)state;
    struct arena arena = {NULL};
    arena_take(&arena, 100);
    arena_release(&arena);
    assert_null(arena.blocks);
    memset(arena_take(&arena, 100), 'p', 100);
    arena_release(&arena);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(a_piece_may_be_larger_than_a_block),
        cmocka_unit_test(a_released_arena_starts_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
