#!/bin/bash
# SPDX-License-Identifier: MIT
# What cases cost the compiler, as ratios:  bench/compile_time.sh [REPETITIONS]
#
#   one      a file with one case          to  a file with <stdint.h> and one function
#   hundred  a file with a hundred cases   to  a file with a hundred functions
#
# A function runs the case's body in a plain counted loop. The four files are compiled in turn, and a
# ratio is that of the medians of processor time (user and system; bash counts it in milliseconds,
# other shells in hundredths).

repetitions=${1:-21}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The work of one call: the least that a case would measure, a checksum of a small record.
types='struct x { uint64_t count; uint32_t words[8]; uint32_t sum, odd; };'
body='
        for (int i = 0; i < 8; i++)
            sum = (sum ^ x->words[i]) * 16777619u;
        if (sum & 1)
            x->odd++;
        x->words[sum & 7] = sum;'

functions() { # COUNT
    printf '#include <stdint.h>\n%s\n' "$types"
    for i in $(seq "$1"); do
        printf 'void f%d(struct x *x);\n' "$i"
        printf 'void f%d(struct x *x) {\n    uint32_t sum = %d;\n' "$i" "$i"
        printf '    for (uint64_t n = x->count; n != 0; n--) {%s\n    }\n    x->sum = sum;\n}\n' "$body"
    done
}

cases() { # COUNT
    printf '#include <tare/bench.h>\n%s\nstruct x *make(void);\n' "$types"
    for i in $(seq "$1"); do
        printf 'BENCH(f%d) {\n    struct x *x = make();\n    uint32_t sum = %d;\n' "$i" "$i"
        printf '    BENCH_LOOP(b) {%s\n    }\n    x->sum = sum;\n}\n' "$body"
    done
}

functions 1 >"$tmp/one_function.c"
cases 1 >"$tmp/one_case.c"
functions 100 >"$tmp/hundred_functions.c"
cases 100 >"$tmp/hundred_cases.c"

measure() { # COMPILER: NAME MILLISECONDS a line
    local TIMEFORMAT='%U %S'
    for _ in $(seq "$repetitions"); do
        for name in one_function one_case hundred_functions hundred_cases; do
            {
                time "$1" -O2 -DTARE_ENABLE -Iinclude -c "$tmp/$name.c" -o "$tmp/out.o"
            } 2>&1 | awk -v name=$name '{ print name, ($1 + $2) * 1000 }'
        done
    done
}

summarise() { # COMPILER
    sort -k1,1 -k2,2n | awk -v compiler="$1" '
        { value[$1, ++count[$1]] = $2 }
        function median(name) { return value[name, int((count[name] + 1) / 2)] }
        function line(what, case_, function_) {
            printf "%-6s %-8s %7.1f ms to %7.1f ms: %.2f\n", compiler, what, median(case_), \
                   median(function_), median(case_) / median(function_)
        }
        END {
            line("one", "one_case", "one_function")
            line("hundred", "hundred_cases", "hundred_functions")
        }'
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    measure $compiler | summarise $compiler
done
