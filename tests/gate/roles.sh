#!/bin/sh
# SPDX-License-Identifier: MIT
# What the gate's coins and its look at each side alone are for: without them identical code is red,
# and samples that are too short are not noticed. And where one pair of calls is all that an epoch has.
. tests/gate/gate_lib

build old tests/gate/roles.c -Ibench "-DLOCK=\"$tmp/lock\""
cp "$tmp/old" "$tmp/new"

# A gate of the same sources, but for one line of epoch.c.
sed '/^static bool coin(/s/return .*;/(void)random; return true;/' compare/gate/epoch.c >"$tmp/epoch.c"
check "there is a coin to be fixed" not cmp -s compare/gate/epoch.c "$tmp/epoch.c"
# shellcheck disable=SC2086 # lists of flags
"$CC" -std=c11 -D_GNU_SOURCE -O2 ${SANITIZE:+-fsanitize=$SANITIZE} -Iinclude -Irunner/base -Irunner/drive -Icompare -Icompare/decide -Icompare/gate \
    -o "$tmp/fixed" "$tmp/epoch.c" "$B/compare/main.o" "$B/parts.a" $libs || exit 1

# verdict_of TARE: what it says of a copy where who comes first is slower
verdict_of() {
    (cd "$tmp" && "$1" gate -q ${SANITIZE:+--silence=build-san} --format json --epochs 24 --sample-time 200us --alpha 0.1% \
        --seed 1 --filter '*/first_pays' ./new --against ./old >out 2>err)
    row roles/first_pays
}
red() { verdict_of "$1" | grep '"verdict":"regressed"'; }
measured() { row roles/first_pays | grep '"new_launches":[1-9]'; }
check "with fixed roles identical code is red" red "$tmp/fixed"
check "with coins it is not" not red "$tare"
check "though it was measured" measured

# How long the samples of that trial became, in ns.
sample_ns() { grep -F '"name":"roles/is_disturbed"' "$tmp/kept.json" | sed -n 's/.*"sample_ns":\([0-9]*\).*/\1/p'; }
lengthened() {
    (cd "$tmp" && "$tare" gate -q ${SANITIZE:+--silence=build-san} --epochs 6 --sample-time 50us --json kept.json \
        --filter '*/is_disturbed' ./new --against ./old)
    echo "samples of $(sample_ns) ns"
    [ "$(sample_ns)" -ge 100000 ]
}
check "where the two sides disturb each other samples become longer" lengthened

tells_time() {
    (cd "$tmp" && "$tare" gate ${SANITIZE:+--silence=build-san} --epochs 6 --filter '*/is_long' ./new --against ./old) 2>&1 |
        grep '^roles/is_long: a call takes 1[0-9.]* ms, so it takes [0-9.]* ms to [0-9.]* ms to decide'
}
check "where calls are long the time needed is told first" tells_time
