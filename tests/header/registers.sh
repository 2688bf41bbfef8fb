#!/bin/sh
# SPDX-License-Identifier: MIT
# What BENCH_LOOP costs a body with fourteen live integers, beside a plain counted loop around the
# same body: nothing. Both loops need one register for their counter, and neither accesses the stack
# in its inner loop, with gcc 12 and with clang 14. One integer more costs a plain loop one access;
# that much is allowed to other compilers.
. tests/header/compilers
. tests/header/assembly

limit=1

stack_accesses() { inner_loop "$1" | grep -c '(%rsp\|(%rbp'; } # FUNCTION

multiplies_all() { [ "$(inner_loop "$1" | grep -c '^imul')" = 14 ]; } # FUNCTION

costs_little() {
    timed=$(stack_accesses mixes_timed) plain=$(stack_accesses mixes_plain)
    echo "accesses: $timed in BENCH_LOOP, $plain in a plain loop; limit: $limit more"
    [ "$timed" -le $((plain + limit)) ]
}

compare_loops() { # COMPILER LANGUAGE
    if ! targets_x86_64 "$1"; then
        skip "registers in the loop, $1" "not x86-64"
        return
    fi
    assemble "$1" "$2" -O2
    check "the plain loop is the one that was meant, $1" multiplies_all mixes_plain
    check "the timed loop is the one that was meant, $1" multiplies_all mixes_timed
    check "the loop leaves fourteen live integers their registers, $1" costs_little
}
both_languages compare_loops
