#!/bin/sh
# SPDX-License-Identifier: MIT
# Pitfalls that show when launches differ: by where data lie, by huge pages, by what was launched before.

. tests/suite/suite_lib
CFLAGS="${CFLAGS:--O2} -DLEFT=\"$tmp/left\"" build_suite luck
run() { "$tmp/luck" --silence build-san --seed 1 --samples 1 --sample-time 100us --quiet "$@"; }

run --launches 40 --filter '*/aligned' --filter '*/lucky' --json "$tmp/luck.json" >"$tmp/table"
check 'an alignment that matters is told' \
    grep '^warning \[align\] luck/aligned: takes -[0-9.]* % when src is 32-byte aligned, as in [0-9]* of 40 launches' "$tmp/table"
check 'the document has where it lay' grep -q '"addresses":\[{"name":"src","offsets":\[' "$tmp/luck.json"
check 'what was launched before does not matter' not grep '\[order\]' "$tmp/table"
if [ -n "$SANITIZE" ]; then
    skip 'huge pages of some launches are told' 'the memory is of the sanitizer'
elif grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled || ! grep -q AnonHugePages /proc/self/smaps_rollup; then
    skip 'huge pages of some launches are told' 'this kernel gives none, or does not say'
else
    check 'huge pages of some launches are told' \
        grep '^warning \[thp\] luck/lucky: huge pages were used in [1-9][0-9]* of 40 launches, for 0 B to 2' "$tmp/table"
fi

run --launches 200 --filter '*_a_file*' >"$tmp/table"
check 'what was launched before is told where it matters' \
    grep '^warning \[order\] luck/finds_a_file: takes [0-9.]*x after luck/leaves_a_file' "$tmp/table"
check 'and only there' not grep '\[order\] luck/\(leaves\|removes\)_a_file' "$tmp/table"
