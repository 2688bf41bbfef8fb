#!/bin/sh
# SPDX-License-Identifier: MIT
# Without sentinels that did what they must, nothing is green.
. tests/gate/gate_lib

build good -DODD=0

older without yardsticks 's/"steps"/"other-steps"/'
# A batch takes as long whatever the calls that are asked for.
older equal yardsticks '/^static void steps/,/^}/c\
#include <time.h>\
static long now(void) {\
    struct timespec t;\
    clock_gettime(CLOCK_MONOTONIC, &t);\
    return t.tv_sec * 1000000000 + t.tv_nsec;\
}\
static void steps(struct bench *b) {\
    BENCH_BATCHES(b) {\
        long end = now() + 12000;\
        BENCH_LOOP(b) {\
            while (now() < end) {}\
        }\
    }\
}'

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
check "and that is told" grep -q '^error: this machine cannot judge now: 2.00 % more work was not found' "$tmp/out"
check "the sentinel is as strict as the strictest trial" exits 4 one --detect 0.5% ./equal --against ./good
check "and that is told, too" grep -q '^error: this machine cannot judge now: 1.00 % more work was not found' "$tmp/out"
check "a verdict mapped to 0 changes nothing about it" \
    exits 4 one --on undecided=0 --on regressed=0 --on failed=0 ./equal --against ./good
check "what is incomplete weighs more" exits 5 one --on pass=5 --on undecided=5 ./equal --against ./good
