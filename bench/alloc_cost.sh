#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures what counting adds to a pair of malloc and free: our own case with the library that
# counts and without it, in turns. Prints a row of the table in bench/README.md.

set -e
: "${B:=build}"
make -s B="$B" all "$B/bench/suite"

# pair: one call in ns, with three digits
pair() {
    "$B/bench/suite" --quiet --launches 3 --samples 3 --filter alloc/pair/bytes=32 2>/dev/null |
        awk '$1 == "alloc/pair/bytes=32" { print $2 * ($3 == "us" ? 1000 : 1) }'
}

for _ in 1 2 3 4 5 6 7 8 9; do
    plain=$(pair)
    counted=$(LD_PRELOAD=$B/libtare-alloc.so pair)
    echo "$counted $plain" | awk '{ printf "%.2f %.2f\n", $1 - $2, $2 }'
done | sort -n | awk 'NR == 5 {
    printf "| counting allocations: added to a malloc and free of %.1f ns | %.1f ns | 3 ns |\n", $2, $1 }'
