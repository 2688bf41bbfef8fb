#!/bin/sh
# SPDX-License-Identifier: MIT
# A report that did not get where it should is no success; in JSON it is JSON, with every field.
. tests/gate/gate_lib

build good -DODD=0
build bad -DODD=1 -DSTEPS=1100

one() { gate --filter '*/steps' "$@" ./good --against ./good; }

plain() { cd "$tmp" && "$tare" gate -q --epochs 6 --sample-time 100us --filter '*/steps' ./good --against ./good; }
to_nowhere() { (plain >&-); }
to_full_disk() { (plain >/dev/full); }
check "standard output is closed" exits 2 to_nowhere
check "a full disk behind standard output" exits 2 to_full_disk
check "nothing is left by them" is_clean
check "a full disk behind --output" exits 2 one --output /dev/full
check "is told" grep -q '^tare: /dev/full: .*No space left' "$tmp/err"
to_nobody() {
    (plain; echo $? >status) | :
    [ "$(cat "$tmp/status")" != 0 ]
}
check "a pipe that nobody reads" to_nobody

one --output "$tmp/report" --format json >/dev/null
check "--output gets all" grep -q '"report_schema":1' "$tmp/report"
check "and standard output nothing" not [ -s "$tmp/out" ]

# says PATTERN
says() { grep -qe "$1" "$tmp/out"; }
gate --limit 500ms --format json ./bad --against ./good >/dev/null
if command -v python3 >/dev/null; then
    check "a report in JSON is JSON" python3 -m json.tool "$tmp/out"
else
    skip "a report in JSON is JSON" "no python3"
fi
check "with its exit status" says '^"status":5,$'
check "with its programs" says '"path":"./bad",.*"program":"bad","hash":"[0-9a-f]*"'
check "with its rule" says '"rule":{"detect":0.01,"ignore":0.003,"alpha":0.01,'
check "with the seed of its coins" says '"id":"seed",.*--seed 0x'
for field in verdict reason base_ns new_ns ratio ratio_low ratio_high detectable detect base_launches; do
    check "each trial has its $field" [ "$(grep -c "^{\"name\":.*\"$field\":" "$tmp/out")" = 11 ]
done
check "in numbers where there are some" says '"name":"sides/steps".*"ratio":[0-9.]*,"ratio_low":[0-9.]*,"ratio_high":[0-9.]*,'
check "and null where there are none" says '"name":"sides/crashes".*"ratio":null,"ratio_low":null,'

gate --limit 500ms --format markdown ./bad --against ./good >/dev/null
check "in Markdown it has rows" says '^| \*\*failed\*\* | sides/crashes '
one >/dev/null
check "the same program on both sides is told" says '^note: base and new are runs of the same executable'
check "its seed is taken again" not exits 2 one --seed 0x1234
check "and told" says '--seed 0x1234 repeats its coins'
