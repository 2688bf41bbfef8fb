#!/bin/sh
# SPDX-License-Identifier: MIT
# Time and memory of `tare compare` on two documents of 10,000 trials x 10 launches x 20 samples:
#     bench/compare_size.sh        bar: 2 s and 400 MB; twice the trials must cost about twice
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${CC:=cc}"
make -s B="$B" CC="$CC" "$B/tare" "$B/tests/compare/generate.o" "$B/parts.a" >/dev/null
# shellcheck disable=SC2046 # the libraries are words
$CC -o "$B/tests/compare/generate" "$B/tests/compare/generate.o" "$B/parts.a" \
    $(pkg-config --libs libcjson libxxhash) -lm -lpthread -ldl
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for trials in 10000 20000; do
    for seed in 1 2; do
        "$B/tests/compare/generate" --trials $trials --launches 10 --samples 20 --seed $seed >"$tmp/$seed.json"
    done
    echo "$trials trials, $(($(wc -c <"$tmp/1.json") / trials)) bytes each:"
    # The status is the comparison's: with this many trials some may be undecided.
    { /usr/bin/time -f '  %e s (%U user, %S system), %M KiB' "$B/tare" compare "$tmp/1.json" "$tmp/2.json" >"$tmp/report"; } 2>&1 |
        grep -v '^Command exited'
    grep '^compared' "$tmp/report" | sed 's/^/  /'
done
