#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether counting changes times: runs with and without it by turns, and how far they are apart.
#
#   bench/counting_shift.sh DIR COUNT [OPTION...]   makes pairs of runs until there are COUNT in DIR (it
#                                                   may be stopped and started again)
#
# The options are the suite's, say --filter 'hash/*'. Prints the median change over all pairs and
# trials, and how uncertain it is: 1.25 standard errors of their mean.

set -e
: "${B:=build}"
dir=$1 count=$2
[ -n "$count" ] || { sed -n '5,6s/^# *//p' "$0" >&2; exit 2; }
shift 2
mkdir -p "$dir"
if [ ! -x "$dir/suite" ]; then
    make -s B="$B" "$B/bench/suite" "$B/tare" >&2
    cp "$B/tare" "$B/bench/suite" "$dir/"
fi

# run NAME OPTION...
run() {
    name=$1
    shift
    [ -f "$dir/$name.json" ] || "$dir/suite" --quiet --json "$dir/$name.json" "$@" >/dev/null 2>&1 ||
        echo "$name: exit status $?"
}

# changes NUMBER: of each trial in that pair, in percent
changes() {
    "$dir/tare" compare --policy /dev/null --format json "$dir/plain-$1.json" "$dir/counting-$1.json" 2>/dev/null |
        sed -n 's/.*"ratio":\([0-9.]*\),.*/\1/p' | awk '{ print 100 * ($1 - 1) }'
}

number=1
while [ $number -le "$count" ]; do
    [ $((number % 2)) = 0 ] || run plain-$number "$@"
    run counting-$number --counters --counts --allocs "$@"
    run plain-$number "$@"
    changes $number
    number=$((number + 1))
done | sort -n | awk '
    { value[NR] = $1; sum += $1; squares += $1 * $1 }
    END {
        deviation = sqrt((squares - sum * sum / NR) / (NR - 1))
        printf "counting changes times by %+.2f %% (+- %.2f %%), median of %d changes\n",
            (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2, 1.25 * deviation / sqrt(NR), NR
    }'
