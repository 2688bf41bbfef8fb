#!/bin/sh
# SPDX-License-Identifier: MIT
# bench.h is clean in every standard, with the strictest warnings, with TARE_ENABLE and without.
. tests/header/compilers

warnings='-pedantic -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-qual -Werror'

compiles_everywhere() { # COMPILER EXTENSION STANDARD WARNING...
    compiler=$1 extension=$2 standard=$3
    shift 3
    for enable in -UTARE_ENABLE -DTARE_ENABLE; do
        for level in -O0 -O2; do
            # shellcheck disable=SC2086 # the warnings are words
            $compiler -std="$standard" $level $enable $warnings "$@" -Iinclude \
                -c "tests/cases/every_macro.$extension" -o "$tmp/every_macro.o" || return
        done
    done
}

for compiler in $c_compilers; do
    for standard in c99 c11 c17; do
        check "every macro is clean with $compiler -std=$standard" compiles_everywhere \
            "$compiler" c $standard -Wstrict-prototypes -Wmissing-prototypes -Wvla
    done
done
for compiler in $cxx_compilers; do
    for standard in c++11 c++14 c++17 c++20; do
        check "every macro is clean with $compiler -std=$standard" compiles_everywhere \
            "$compiler" cc $standard
    done
done
