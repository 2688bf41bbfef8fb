#!/bin/sh
# SPDX-License-Identifier: MIT
# The sinks and the loop of bench.h: they take every kind of value and change none, and compilers
# make of them what the header promises.
# shellcheck disable=SC2016 # a $ in a pattern is the assembler's
. tests/header/compilers
. tests/header/assembly

takes_every_value() { # COMPILER LANGUAGE STANDARD FLAG...
    compiler=$1 language=$2 standard=$3
    shift 3
    $compiler -x "$language" -std="$standard" "$@" -pedantic -Wall -Wextra -Wconversion -Wshadow -Wno-psabi -Werror \
        -Iinclude tests/cases/every_value.c -o "$tmp/every_value" && "$tmp/every_value"
}

for level in -O0 -O1 -O2 -O3; do
    for compiler in $c_compilers; do
        check "sinks take every value, $compiler $level" \
            takes_every_value "$compiler" c c99 $level
    done
    for compiler in $cxx_compilers; do
        check "sinks take every value, $compiler $level" \
            takes_every_value "$compiler" c++ c++11 $level
    done
done

# On processors that bench.h knows no register for floating point of, values go through memory.
takes_reals_through_memory() { # COMPILER LANGUAGE
    case $2 in c) standard='c99' ;; *) standard='c++11' ;; esac
    check "sinks take every value without a register for floating point, $1" \
        takes_every_value "$1" "$2" $standard -O2 -U__SSE2__ -U__ARM_FP
}
both_languages takes_reals_through_memory

has() { function_text "$1" | tee /dev/stderr | grep -qE -e "$2"; } # FUNCTION PATTERN
stores() { has "$1" "$store"; } # FUNCTION
in_loop() { inner_loop "$1" | tee /dev/stderr | grep -qE -e "$2"; } # FUNCTION PATTERN
stores_both() { has clobbers '^mov.*\$111,' && has clobbers '^mov.*\$222,'; }
keeps_malloc() { has keeps_malloc '(call|jmp).*malloc' && has keeps_malloc '(call|jmp).*free'; }
two_instructions() {
    inner_loop loops | tee /dev/stderr | tr '\n' ' ' | grep -qE '^(sub|add|dec)q? [^(]* jne [^ ]+ $'
}

shows_promises() { # COMPILER LANGUAGE
    if ! targets_x86_64 "$1"; then
        skip "instructions by $1" "not x86-64"
        return
    fi
    check "the sinks compile to text, $1" assemble "$1" "$2" -O2
    refute "bench_keep of an int stores nothing, $1" stores keeps_int
    refute "bench_keep of a double stores nothing, $1" stores keeps_double
    refute "bench_hide of a double stores nothing, $1" stores hides_double
    check "bench_keep of a double leaves it where it was computed, $1" has keeps_double '^v?mulsd|^v?addsd'
    refute "bench_hide keeps x / 7 from being folded, $1" has hides_dividend '\$142857\b'
    check "bench_hide leaves x / 7 to be computed, $1" has hides_dividend '^i?(mul|div)'
    check "bench_keep of an array stores it, $1" stores keeps_array
    check "bench_keep of a pointer stores what it points to, $1" stores keeps_pointee
    check "bench_use_mem keeps a memset, $1" stores uses_mem
    refute "without bench_use_mem the memset goes, $1" stores uses_nothing
    check "bench_clobber keeps both stores, $1" stores_both
    check "bench_keep keeps malloc and free, $1" keeps_malloc
    for level in -O2 -O3 '-O2 -funroll-loops' '-O3 -funroll-loops'; do
        # shellcheck disable=SC2086 # flags are words
        assemble "$1" "$2" $level
        check "the empty loop is two instructions, $1 $level" two_instructions
        check "strlen stays in the loop, $1 $level" in_loop loops_over_strlen 'call.*strlen'
    done
}
both_languages shows_promises
