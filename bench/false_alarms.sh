#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures the stored comparison on identical code, and on a case made 10 and 20 % slower.
#
#   bench/false_alarms.sh DIR COUNT    makes runs until there are COUNT in DIR (it may be stopped and
#                                      started again), then compares
#
# Every tenth run is followed by one with knob/steps 10 % slower and one with it 20 % slower. Clean run
# i is held against clean run i+1, and against run i + COUNT/2, which lies minutes away.

set -e
: "${B:=build}"
dir=$1 count=$2
[ -n "$count" ] || { sed -n '5,9s/^# *//p' "$0" >&2; exit 2; }
mkdir -p "$dir"

# suite_with PERCENT: the whole suite, with knob/steps that much slower, built once
suite_with() {
    [ -x "$dir/suite_$1" ] && return
    rm -f "$B/bench/knob.o"
    make -s B="$B" KNOB="$1" "$B/bench/suite" >&2
    cp "$B/bench/suite" "$dir/suite_$1"
}
for percent in 10 20 0; do suite_with $percent; done

# run PERCENT NUMBER
run() {
    [ -f "$dir/run_$1_$2.json" ] || "$dir/suite_$1" --quiet --json "$dir/run_$1_$2.json" >/dev/null 2>&1 ||
        echo "run $1 $2: exit status $?"
}
i=0
while [ $i -lt "$count" ]; do
    run 0 $i
    [ $((i % 10)) != 9 ] || { run 10 $i; run 20 $i; }
    i=$((i + 1))
done

# verdicts NAME BASE NEW...: how often each exit status came
verdicts() {
    echo "$1: $(while read -r base new; do
        "$B/tare" compare "$dir/$base" "$dir/$new" >"$dir/last.txt" 2>&1 && status=0 || status=$?
        [ "$status" != 1 ] || cp "$dir/last.txt" "$dir/red_${base%.json}_${new%.json}.txt"
        echo "$status"
    done | sort | uniq -c | awk '{ printf "%s%d x exit %d", sep, $1, $2; sep = ", " }')"
}

# pairs STEP PERCENT GAP: every STEP-th run, clean against the run GAP later
pairs() {
    awk -v step="$1" -v percent="$2" -v gap="$3" -v count="$count" 'BEGIN {
        for (i = step - 1; i + gap < count; i += step)
            printf "run_0_%d.json run_%d_%d.json\n", i, percent, i + gap
    }'
}
pairs 1 0 1 | verdicts 'identical code, the next run'
pairs 1 0 $((count / 2)) | verdicts "identical code, $((count / 2)) runs later"
pairs 10 10 0 | verdicts 'one case 10 % slower'
pairs 10 20 0 | verdicts 'one case 20 % slower'
