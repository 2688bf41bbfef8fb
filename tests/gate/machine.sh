#!/bin/sh
# SPDX-License-Identifier: MIT
# What makes a whole run worthless, and what differs between two builds, is told.
. tests/gate/gate_lib

build good -DODD=0
build unoptimised -DODD=0 -O0
build other -DODD=0 -O1

steps() { gate --format json --filter '*/steps' "$@"; }
check "a build without optimisation is refused" exits 2 steps ./unoptimised --against ./good
check "and that is told" grep -q '"id":"build-opt","level":"error".*rebuild with -O2; or --silence build-opt' "$tmp/out"
check "nothing of it is measured" [ "$(row sides/steps | grep -c '"base_launches":0,"new_launches":0')" = 1 ]
check "on the old side, too" exits 2 steps ./good --against ./unoptimised
check "unless that is silenced" not exits 2 steps --silence build-opt ./good --against ./unoptimised
check "what cannot be silenced is named" refuses '--silence vm: no such check; .* are build-opt, build-san' --silence vm ./good --against ./good

steps ./other --against ./good >/dev/null
check "another program is no warning" grep -q '"key":"program.hash".*"tier":"inform"' "$tmp/out"

# loses PATTERN: while workers of that pattern are there, the gate's own CPUs are changed
loses() {
    (cd "$tmp" && exec "$tare" gate -q --filter '*/steps' ./good --against ./good >out 2>err) &
    until_so pgrep -f "$tmp/place/.*/new" || return 1
    taskset -pc 0-1 $! && wait $!
}
if [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
    check "another set of CPUs meanwhile: the run cannot be judged" exits 4 loses
    check "and that is told" grep -q '^error: the CPUs that this process may use were changed' "$tmp/out"
else
    skip "another set of CPUs meanwhile" "one CPU, or no taskset"
fi

gate --json "$tmp/doc.json" --filter '*/steps' ./good --against ./good >/dev/null
sed 's/"notes":\[\]/"notes":[{"id":"quota","level":"error","text":"throttled"}]/
     s/"id":"steal","level":"info"/"id":"quota","level":"error"/' "$tmp/doc.json" >"$tmp/throttled.json"
check "what was throttled stays so when it is decided again" exits 4 gate --replay "$tmp/throttled.json"
check "and is told" grep -q '^error: .*\[quota\]' "$tmp/out"

# Longer than the second that the kernel's counters need.
"$tare" gate -q ${SANITIZE:+--silence=build-san} --format json --epochs 40 --detect 0.1% --filter '*/steps' \
    "$tmp/good" --against "$tmp/good" >"$tmp/out"
check "that its own processes wait for each other" grep -q '"name":"sides/steps","verdict"' "$tmp/out"
check "is not told as load" not grep -q '"id":"load"' "$tmp/out"

LD_PRELOAD=/nowhere/libjemalloc.so.2 steps ./good --against ./good >/dev/null
check "what the doctor would warn of is told" grep -q '"id":"traced","level":"warning","text":"LD_PRELOAD is set' "$tmp/out"
