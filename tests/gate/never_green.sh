#!/bin/sh
# SPDX-License-Identifier: MIT
# A trial under another name, one that has too few CPUs, and code that lies anywhere.
. tests/gate/gate_lib

build good -DODD=0
sed 's/^BENCH(steps)/BENCH(paces)/' tests/gate/sides.c >"$tmp/renamed.c"
build renamed -DODD=0 "$tmp/renamed.c"
sed 's/^BENCH(steps)/BENCH_CONFIG(steps) { bench_former_name(c, "sides\/paces"); }\n&/' tests/gate/sides.c >"$tmp/told.c"
build told -DODD=0 "$tmp/told.c"

either() { gate --format json --filter '*/hangs' --filter '*/steps' --filter '*/paces' "$@"; }
check "a trial that was renamed is missing" exits 5 either ./renamed --against ./good
check "and so it is told" has sides/steps missing 'not in new'
check "its new name is new" has sides/paces new 'only in new'
check "unless the case says what it was called" not exits 5 either ./told --against ./renamed
check "then it is compared" [ "$(row sides/steps | grep -c '"new_launches":6')" = 1 ]

sed 's/^BENCH(steps)/BENCH_CONFIG(steps) { BENCH_THREADS(c, 2); }\n&/' tests/gate/sides.c >"$tmp/threads.c"
build threads -DODD=0 "$tmp/threads.c"
one_cpu() { gate --cpu "$(taskset -pc $$ | sed 's/.*: *\([0-9]*\).*/\1/')" --filter '*/steps*' ./threads --against ./threads; }
if command -v taskset >/dev/null; then
    check "two threads on one CPU are not green" not exits 0 one_cpu
    check "and why is told" grep -q 'threads' "$tmp/out"
else
    skip "two threads on one CPU are not green" "no taskset"
fi

build anywhere -DODD=0 -UTARE_ALIGNED -falign-functions=1
build claimed -DODD=0 -falign-functions=1
for pair in 'anywhere good' 'good anywhere' 'claimed good'; do
    gate --format json --filter '*/steps' "./${pair% *}" --against "./${pair#* }" >/dev/null
    check "code that lies anywhere is told (${pair% *} against ${pair#* })" \
        grep -q '"id":"layout","level":"warning".*-falign-functions=64' "$tmp/out"
    check "and no less than 3 % is looked for" [ "$(row sides/steps | grep -c '"detect":0.03,')" = 1 ]
done
