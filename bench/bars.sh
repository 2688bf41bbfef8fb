#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures the bars that take seconds: the loop's cost, --list of 1,000 cases, tare doctor, 100
# trivial cases. Prints them as the rows of the table in bench/README.md.

set -e
: "${B:=build}" "${CC:=cc}"
make -s B="$B" all
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# suite_of COUNT: a suite of that many cases, each a dependent addition or two
suite_of() {
    awk -v count="$1" 'BEGIN {
        print "#include <tare/bench.h>"
        for (i = 0; i < count; i++)
            printf "BENCH(trivial_%d) { uint64_t x = %d; BENCH_LOOP(b) { x = x * 3 + 1; bench_keep(x); } }\n", i, i
    }' >"$tmp/cases.c"
    # shellcheck disable=SC2046 # a list of flags
    "$CC" -O2 -falign-functions=64 -DTARE_ENABLE -Iinclude -o "$tmp/suite_$1" "$tmp/cases.c" \
        "$B/libtare.a" $(sed -n 's/^Libs: -L[^ ]* -ltare//p' "$B/tare.pc")
}

# median of 21 spans, in ms, of a command
median_ms() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
        begun=$(date +%s%N)
        "$@" >/dev/null
        echo $((($(date +%s%N) - begun) / 10000))
    done | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f (%.1f to %.1f)", v[11] / 100, v[6] / 100, v[16] / 100 }'
}

# per_call TRIAL DOCUMENT: the median of all samples, in ns
per_call() {
    grep -F "\"name\":\"$1\"" "$2" | awk '{
        match($0, /"calls":[0-9]+/); calls = substr($0, RSTART + 8, RLENGTH - 8)
        while (match($0, /"spans_ns":\[[0-9,]*\]/)) {
            n = split(substr($0, RSTART + 12, RLENGTH - 13), v, ",")
            for (i = 1; i <= n; i++) print v[i] / calls
            $0 = substr($0, RSTART + RLENGTH)
        }
    }' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

suite_of 100
suite_of 1000
echo "| --list of 1,000 cases | $(median_ms "$tmp/suite_1000" --list) ms | 20 ms |"
doctor() { "$B/tare" doctor || :; } # fit or not
echo "| \`tare doctor\` | $(median_ms doctor) ms | 1,000 ms |"
begun=$(date +%s%N)
"$tmp/suite_100" --quiet --json "$tmp/doc.json" >/dev/null 2>&1 || echo "exit status $?"
echo "| 100 trivial cases, default settings | $((($(date +%s%N) - begun) / 1000000)) ms | 10,000 ms |"
# Two events of the kernel cost what two of the CPU do, but for the instruction that reads those.
read_two() {
    "$tmp/suite_100" --quiet --launches 1 --samples 1 --filter '*/trivial_1' --json - \
        --counters=alignment-faults,emulation-faults |
        sed -n 's/.*before and after a sample takes \([0-9.]*\) us.*/\1/p'
}
pair=$(for _ in 1 2 3 4 5 6 7 8 9; do read_two; done | sort -n | sed -n 5p)
echo "| reading two counters before and after a sample | $pair us | 1.5 us |"
empty=$(per_call tare/empty "$tmp/doc.json")
alu=$(per_call tare/alu "$tmp/doc.json")
echo "| the empty loop, in cycles of a dependent addition | $(awk "BEGIN { printf \"%.3f\", $empty / ($alu / 64) }") | 1.05 |"
