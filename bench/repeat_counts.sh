#!/bin/sh
# SPDX-License-Identifier: MIT
# Counts our own cases again and again, and tells how many of them count the same in every run.
#
#   bench/repeat_counts.sh DIR COUNT [OPTION...]    makes runs until there are COUNT in DIR (it may be
#                                                   stopped and started again), then compares them
#
# The options are the suite's, say --filter 'sort/*'. No two runs have an environment or arguments of
# the same size.

set -e
: "${B:=build}"
dir=$1 count=$2
[ -n "$count" ] || { sed -n '5,6s/^# *//p' "$0" >&2; exit 2; }
shift 2
mkdir -p "$dir"

if [ ! -x "$dir/suite" ]; then
    make -s B="$B" "$B/bench/suite" >&2
    cp "$B/bench/suite" "$dir/suite"
fi

# counts FILE: a line for each trial that has a value: its name and all that was counted
counts() { sed -n 's/.*{"name":"\([^"]*\)","group".*"counts":\(\[[^]]*\]\).*/\1 \2/p' "$1" | grep -v '"value":null'; }

# run NUMBER OPTION...
run() {
    number=$1 pad=$(printf "%0$1d" 0)
    shift
    [ ! -f "$dir/$number" ] || return 0
    TARE_PAD=$pad "$dir/suite" --counts --quiet --launches 1 --samples 1 --sample-time 100us \
        --json "$dir/$number.json" --exclude "none$pad" "$@" >/dev/null 2>&1 || echo "run $number: exit status $?"
    counts "$dir/$number.json" >"$dir/$number"
    rm "$dir/$number.json"
}
number=1
while [ $number -le "$count" ]; do
    run $number "$@"
    number=$((number + 1))
done

# Each line comes as often as there are runs that counted so.
seq "$count" | sed "s|^|$dir/|" | xargs cat | sort | uniq -c |
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
