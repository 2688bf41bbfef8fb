#!/bin/sh
# SPDX-License-Identifier: MIT
# Without sentinels that did what they must, nothing is green.
. tests/gate/gate_lib

build good -DODD=0

older without 's/"steps"/"other-steps"/; s/"more-steps"/"other"/'
older equal 's/SENTINEL_COUNT + SENTINEL_COUNT \/ 50/SENTINEL_COUNT/'

one() { gate --filter '*/steps' "$@"; }
for new in good without; do
    for old in without good; do
        [ "$new $old" != 'good good' ] || continue
        check "a suite without sentinels cannot be judged ($new against $old)" \
            exits 4 one "./$new" --against "./$old"
        check "and why is told ($new against $old)" \
            grep -q '^error: nothing shows that a slowdown would be seen: tare/.* cannot be measured: .*\[sentinel\]' "$tmp/out"
    done
done

check "where 2 % more work is not found, nothing can be judged" exits 4 one ./equal --against ./good
check "and that is told" grep -q '^error: this machine cannot judge now: 2 % more work was not found' "$tmp/out"
check "a verdict mapped to 0 changes nothing about it" \
    exits 4 one --on undecided=0 --on regressed=0 --on failed=0 ./equal --against ./good
check "what is incomplete weighs more" exits 5 one --on pass=5 --on undecided=5 ./equal --against ./good
