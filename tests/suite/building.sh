#!/bin/sh
# SPDX-License-Identifier: MIT
# How the user's sources were built is checked before anything is measured; what they run under is not.

. tests/suite/suite_lib
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/plain" $quick "$@"; }

CFLAGS=-O0 build_suite plain
check 'without optimisation nothing is measured' says '\[build-opt\]' exits 2 run --silence build-san
check 'a smoke run needs no optimisation' exits 0 run --smoke
check 'who silences build-opt may measure' \
    exits 0 run --silence build-opt --silence build-san --silence dce --json "$tmp/doc.json"
check 'which the document records' grep -q '"silenced":\["build-opt"' "$tmp/doc.json"

CFLAGS='-O2 -fsanitize=address' build_suite plain
check 'with a sanitizer nothing is measured' says '\[build-san\]' exits 2 run
check 'a smoke run may have sanitizers' exits 0 run --smoke

# What leaves no macro is known by what is linked in, where the compiler has that.
refuses() { # OPTION
    if echo 'int main(void) { return 0; }' | "$CC" "$1" -x c -o "$tmp/main" - 2>/dev/null; then
        CFLAGS="-O2 $1" build_suite plain
        # shellcheck disable=SC2086 # quick is a list of options
        check "with $1 nothing is measured" \
            says '\[build-san\]' exits 2 env GMON_OUT_PREFIX="$tmp/gmon" "$tmp/plain" $quick
    else
        skip "with $1 nothing is measured" 'the compiler cannot do that'
    fi
}
refuses -fsanitize=undefined
refuses -pg

CFLAGS='-O2 -UTARE_ENABLE' build_suite plain
check 'a program without a case knows the usual reason' says TARE_ENABLE exits 2 run

if [ -n "$SANITIZE" ]; then
    skip 'a smoke run works under valgrind' 'not together with sanitizers'
elif ! command -v valgrind >/dev/null; then
    skip 'a smoke run works under valgrind' 'no valgrind'
else
    # stripped, for valgrind 3.19 gives up on the debug information of clang 14
    CFLAGS='-O2 -s' build_suite plain
    check 'a smoke run works under valgrind' \
        says '^ok 8' exits 0 valgrind -q --error-exitcode=9 "$tmp/plain" --smoke
fi
