#!/bin/sh
# SPDX-License-Identifier: MIT
# What a gate kept is decided again: the same rules give the same report, others another one.
. tests/gate/gate_lib

build good -DODD=0
build odd -DODD=1

check "--json keeps what was measured" \
    exits 5 gate --limit 500ms --json "$tmp/doc.json" --format json --output "$tmp/first" ./odd --against ./good
check "that is a document of the gate" grep -q '^"gate_schema":1,$' "$tmp/doc.json"

# again OPTION...: what is decided from that document
again() { gate --replay "$tmp/doc.json" --format json "$@"; }
check "decided again, the status is the same" exits 5 again
# What is not measured cannot be measured again.
same_report() { sed 's/,"again":"[^"]*"//' "$tmp/first" | diff - "$tmp/out"; }
check "and the report" same_report
rm -f "$tmp/odd" "$tmp/good"
check "the programs are not needed" exits 5 again
check "the budget of each trial is kept" grep -q '"name":"sides/steps".*"budget_ns":40000000000,' "$tmp/doc.json"

steps() { again --filter '*/steps' "$@"; }
steps --detect 1000% --ignore 20% >/dev/null
check "what is looked for may be another" has sides/steps pass '.*the 1000 % to detect'
sentinels() { grep -c '"id":"sentinel"' "$1"; }
check "sentinels are judged by what they were slowed down by" [ "$(sentinels "$tmp/out")" = "$(sentinels "$tmp/first")" ]
again --filter '*/steps' --detect 1000% >/dev/null
check "so may be what is chosen" [ "$(grep -c '^{"name":' "$tmp/out")" = 1 ]
check "what the first gate left out is not missing" not grep -q '"verdict":"missing"' "$tmp/out"

# changed SED-SCRIPT: the document, but changed
changed() { sed "$1" "$tmp/doc.json" >"$tmp/changed.json"; }
refused() { changed "$1" && refuses "$2" --replay "$tmp/changed.json"; }
check "a document of a run is none" refused 's/gate_schema/schema/' 'no document of a gate.*gate_schema'
check "one of a later tare is refused" refused 's/"gate_schema":1/"gate_schema":2/' 'gate_schema 2, this tare reads 1'
check "half of one is refused" refused '20,999d' 'changed.json: no document of a gate'
check "epochs beyond what can be decided are refused" refused 's/^"epochs":6/"epochs":257/' '257 epochs of each trial, not 6 to 256'
check "less than no time is refused" refused 's/"base_ns":[^,]*/"base_ns":-1/' 'takes less than no time'
check "an end that is none is refused" refused 's/"end":"failed"/"end":"well"/' 'end'
check "one that is not there is refused" refuses 'nothing.json: ' --replay nothing.json
check "suites beside it are refused" refuses 'measures nothing: leave the suites out' --replay "$tmp/doc.json" ./good

changed '/^"new":/,/^"trials"/s/"loop_version":1/"loop_version":2/'
gate --format json --replay "$tmp/changed.json" >/dev/null
check "suites of different versions of tare are not compared" grep -q '"id":"build-mix".*build both with the same version' "$tmp/out"
changed 's/"contrast":[^,]*/"contrast":null/g'
check "contrasts that are not known are never green" \
    exits 4 gate --replay "$tmp/changed.json" --filter '*/steps'
changed 's/"epochs":\[.*\]/"epochs":[]/'
check "nor are epochs that are missing" exits 4 gate --replay "$tmp/changed.json" --filter '*/steps'
changed 's/"sentinel":true/"sentinel":false/'
check "nor is a document without sentinels" exits 4 gate --replay "$tmp/changed.json" --filter '*/steps'

to_full_disk() { gate --replay "$tmp/doc.json" --json /dev/full; }
check "a full disk behind --json" exits 2 to_full_disk
check "is told" grep -q '^tare: /dev/full: .*No space left' "$tmp/err"
