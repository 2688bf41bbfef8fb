#!/bin/sh
# SPDX-License-Identifier: MIT
# Counts our own cases again and again: how many count the same in every run, how often identical
# code is called worse, and how often 0.2 % more instructions are found.
#
#   bench/repeat_counts.sh DIR COUNT [OPTION...]    makes runs until there are COUNT in DIR (it may be
#                                                   stopped and started again), then compares them
#
# The options are the suite's, say --filter 'sort/*'; knob/steps must be among the trials. No two
# runs have an environment or arguments of the same size.

set -e
: "${B:=build}"
dir=$1 count=$2
[ -n "$count" ] || { sed -n '6,7s/^# *//p' "$0" >&2; exit 2; }
shift 2
mkdir -p "$dir"

# build NAME KNOB: our cases, one of them with so many percent more work
build() {
    [ ! -x "$dir/$1" ] || return 0
    rm -f "$B/bench/knob.o"
    make -s B="$B" KNOB="$2" "$B/bench/suite" "$B/tare" >&2
    cp "$B/bench/suite" "$dir/$1"
}
build more 0.2
build suite 0
[ -x "$dir/tare" ] || cp "$B/tare" "$dir/tare"
echo '* detect.instructions=0.2%' >"$dir/policy"

# run SUITE NUMBER OPTION...
run() {
    suite=$1 number=$2 pad=$(printf "%0$2d" 0)
    shift 2
    [ ! -f "$dir/$suite-$number.json" ] || return 0
    TARE_PAD=$pad "$dir/$suite" --counts --quiet --launches 1 --samples 1 --sample-time 100us \
        --json "$dir/part" --exclude "none$pad" "$@" >/dev/null 2>&1 || echo "$suite $number: exit status $?"
    mv "$dir/part" "$dir/$suite-$number.json"
}
number=1
while [ $number -le "$count" ]; do
    run suite "$number" "$@"
    run more "$number" --filter 'knob/*'
    number=$((number + 1))
done

# counts NUMBER: a line for each trial that has a value: its name and all that was counted
counts() { sed -n 's/.*{"name":"\([^"]*\)","group".*"counts":\(\[[^]]*\]\).*/\1 \2/p' "$dir/suite-$1.json" | grep -v '"value":null'; }

# Each line comes as often as there are runs that counted so.
seq "$count" | while read -r number; do counts "$number"; done | sort | uniq -c |
    awk -v count="$count" '
        { total[$2]++; if ($1 == count) same[$2] = 1 }
        END {
            for (name in total) {
                cases++
                alike += same[name]
                if (!same[name])
                    printf "%s: %d different counts in %d runs\n", name, total[name], count
            }
            printf "%d of %d cases count the same in each of %d runs\n", alike, cases, count
        }'

# worse BASE NEW OPTION...: whether anything was counted more often; times may be what they like
worse() {
    base=$1 new=$2
    shift 2
    "$dir/tare" compare --policy "$dir/policy" --detect 10000% --ignore 9999% --format json "$@" \
        "$dir/$base.json" "$dir/$new.json" 2>/dev/null | grep -q '"verdict":"regressed"'
}
alarms=0 found=0 number=1
while [ $number -le "$count" ]; do
    next=$((number % count + 1))
    ! worse suite-$number suite-$next || alarms=$((alarms + 1))
    ! worse suite-$number more-$number --filter 'knob/*' || found=$((found + 1))
    number=$((number + 1))
done
echo "identical code called worse in $alarms of $count comparisons"
echo "0.2 % more instructions found in $found of $count"
