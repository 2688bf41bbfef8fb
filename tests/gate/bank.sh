#!/bin/sh
# SPDX-License-Identifier: MIT
# The gate's decision on contrasts that were recorded on identical code, as they are and with a
# slowdown added. bank.txt: the kinds bank0 and bank1 of an evaluation, see README.md.
. tests/tap

replay=$B/tests/gate/eval/replay
# decide BANK: into $tmp/lines
decide() { "$replay" "$1" 12 >"$tmp/lines"; }

# share FIELD CONDITION LOW HIGH: over all lines that meet it, field over replays lies between
share() {
    awk "$2"' { of += $6; sum += $'"$1"'; n++ }
        END { print n + 0 " lines, " sum + 0 " of " of + 0; exit !(n && sum / of >= '"$3"' && sum / of <= '"$4"') }' "$tmp/lines"
}
# worst FIELD CONDITION LOW: for each line that meets it, field over replays is no less
worst() {
    awk "$2"' { n++; if ($'"$1"' / $6 < '"$3"') { print; bad = 1 } } END { exit bad || !n }' "$tmp/lines"
}

check "the bank is read" decide tests/gate/bank.txt
# shellcheck disable=SC2016 # awk's $2
user='$2 !~ /^tare\//'
# Of a trial among twelve at most 0.08 %.
check "identical code is not red" share 7 "$user && \$3 == 0" 0 0.0008
check "identical code that is steady passes" worst 8 "$user && \$3 == 0 && \$5 <= 0.5" 0.99
check "1 % more is found where contrasts spread by 0.5 % or less" share 7 "$user && \$3 == 1 && \$5 <= 0.5" 0.95 1
check "2 % more is found where they spread by 1 % or less" worst 7 "$user && \$3 == 2 && \$5 <= 1" 0.95
check "2 % more never passes there" share 8 "$user && \$3 == 2 && \$5 <= 1" 0 0.001

# calibrated P FIELD: of all groups no more than four standard deviations above what p says
calibrated() {
    awk "$user"' && $3 == 0 { n += $11; x += $'"$2"' }
        END { print x " of " n; exit !(n >= 100 && x <= n * '"$1"' + 4 * sqrt(n * '"$1"')) }' "$tmp/lines"
}
check "p is no smaller than it says at 0.05" calibrated 0.05 12
check "and at 0.01" calibrated 0.01 13

# What these checks are worth: contrasts of one side that is always favoured.
awk '{ for (i = 4; i <= NF; i++) $i += 9000; print }' tests/gate/bank.txt >"$tmp/favoured"
decide "$tmp/favoured"
check "a side that is always favoured is noticed" not share 7 "$user && \$3 == 0" 0 0.0008
check "by the calibration, too" not calibrated 0.05 12
