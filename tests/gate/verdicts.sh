#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever becomes of a trial on either side is told with the side and the reason, and never green.
. tests/gate/gate_lib

build good -DODD=0
build odd -DODD=1
build slow -DODD=0 -DSTEPS=2000

# ends NAME REASON: in the last gate that trial failed on $side
ends() { check "$1 on $side: failed, with the reason" has "sides/$1" failed "in $side: $2"; }

for side in base new; do
    if [ $side = new ]; then new=odd old=good; else new=good old=odd; fi
    check "an odd suite as $side: trials failed" exits 5 gate --format json --limit 500ms ./$new --against ./$old
    check "that leaves nothing behind" is_clean
    ends crashes 'killed by SIGABRT'
    ends exits 'exited with status 3 in the middle of a sample'
    ends fails_its_check 'check failed at .*sides.c:[0-9]*: !'
    ends hangs 'no answer within the limit of 500 ms: killed'
    ends skips 'skipped, though .* is not: no unicorn here'
    check "what both sides skip is incomparable" has sides/skips_on_both_sides incomparable '.*no unicorn'
    check "no time on $side is undecided" has sides/takes_no_time undecided 'a sample took no time at all'
    check "no time on both sides is undecided" \
        has sides/takes_no_time_on_both_sides undecided 'a sample took no time at all'
done
# The last one had the odd suite as new.
if [ "$(nproc)" -ge 2 ]; then
    check "threads are compared" has sides/shares/threads=2 '\(pass\|undecided\|regressed\|improved\)' ''
else
    skip "threads are compared" "one CPU"
fi
check "a trial that new lacks is missing" has sides/is_not_in_the_odd_one missing 'not in new'

# only GLOB OPTION...
only() { glob=$1 && shift && gate --format json --filter "sides/$glob" "$@"; }
check "missing beside one that passes: status 5" \
    exits 5 only steps --filter '*/is_not*' ./odd --against ./good
check "only what new lacks: nothing was compared" exits 2 only 'is_not*' ./odd --against ./good
check "only what both skip: nothing was compared" exits 2 only skips_on_both_sides ./odd --against ./good
check "only what takes no time is not green" not exits 0 only 'takes_no_time*' ./good --against ./good
check "a new trial is no failure" not exits 5 only steps --filter '*/is_not*' ./good --against ./odd
check "and is listed as new" has sides/is_not_in_the_odd_one new 'only in new'

only steps --trial-budget 1ms ./good --against ./good >/dev/null
check "a budget without room for a decision is told" \
    has sides/steps undecided 'its budget of 1.00 ms ends before the 6 epochs that are needed, of .* each'

twice_as_slow() {
    (cd "$tmp" && "$tare" gate -q --format json --epochs 16 --detect 20% --filter '*/steps' ./slow --against ./good) >"$tmp/out"
    status=$?
    cat "$tmp/out"
    has sides/steps regressed 'slower by more than' || return 1
    [ $status = 1 ] || { [ $status = 4 ] && grep '"id":"sentinel"' "$tmp/out"; }
}
check "twice the work is a regression" twice_as_slow
