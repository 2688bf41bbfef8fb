#!/bin/sh
# SPDX-License-Identifier: MIT
# A run from plan to document: lists, filters, shards, frozen calls, documents that cannot be written.

. tests/suite/suite_lib
build_suite plain
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/plain" $quick --silence build-san --silence dce "$@"; }
doc=$tmp/doc.json

check 'a whole run exits 0' exits 0 run --json "$doc"
check 'the document is valid by its schema' tests/schema.sh "$doc"
check 'names carry arguments, escaped' grep -q '"name":"plain/fill/size=64/mode=a%20b"' "$doc"
check 'threads are in the name from two up' grep -q '"name":"plain/threads/threads=2"' "$doc"
check 'a metric is kept with unit and direction' says '"name":"ratio".*"better":"lower"' \
    trial plain/batches "$doc"
check 'yardsticks are measured in every run' says '"name":"tare/alu".*"status":"measured"' \
    grep tare/alu "$doc"

check 'the list is one name a line' [ "$(run --list | wc -l)" = 8 ]
check 'the list as a document measures nothing' says '"status":"planned"' run --list --json -
check 'a filter chooses by case' [ "$(run --list --filter plain/fill | wc -l)" = 4 ]
check 'a tag chooses' [ "$(run --list --tag memory | wc -l)" = 4 ]
check 'a filter that matches nothing is an error' \
    says "filter 'foo\*' matched no benchmark" exits 2 run --filter 'foo*'
check 'the help names every option and the exit statuses' says '^ *--trial-budget=TIME' exits 0 run --help
check 'the version lists the libraries' says '^cJSON [0-9]' exits 0 run --version
check 'an unknown option is an error that suggests' says 'filter' exits 2 run --filtre x
check 'an unknown check cannot be silenced' says 'no check has this id' exits 2 run --silence nope

run --list --shard 1/3 >"$tmp/1" && run --list --shard 2/3 >"$tmp/2" && run --list --shard 3/3 >"$tmp/3"
run --list | sort >"$tmp/whole"
check 'shards are the whole, once' sh -c "sort $tmp/1 $tmp/2 $tmp/3 | cmp - $tmp/whole"

check 'a second run keeps the calls of the first' exits 0 run --calls-from "$doc" --json "$tmp/again.json"
calls() { sed -n 's/.*"name":"\([^"]*\)".*"calls":\([0-9]*\).*/\1 \2/p' "$1"; }
calls "$doc" | grep -v ^tare >"$tmp/calls"
calls "$tmp/again.json" | grep -v ^tare >"$tmp/calls_again"
check 'they are the same in both documents' cmp "$tmp/calls" "$tmp/calls_again"

check 'the document goes to standard output alone' sh -c \
    "$tmp/plain $quick --silence build-san --silence dce --filter plain/batches --json - 2>/dev/null | head -c1 | grep -q '{'"
check 'a document that cannot be written is refused before measuring' \
    says 'no-such-dir' exits 2 run --json "$tmp/no-such-dir/x.json"
check 'a full disk is an error' says 'No space left' exits 2 sh -c "$tmp/plain $quick --silence build-san --silence dce >/dev/full"
check 'too many threads are skipped with the reason' says 'allowed here' \
    run --cpu 0 --filter plain/threads -v
check 'smoke is TAP' says '^1\.\.8' run --smoke
check 'in-process gives results too' exits 0 run --in-process --filter plain/fill
check 'a budget that runs out leaves no trial unmentioned' \
    says 'budget of 1.00 ms was used up' exits 5 run --budget 1ms

"$tmp/plain" --silence build-san --launches 1000 --trial-budget 1h --json "$tmp/cut.json" >/dev/null 2>&1 &
runner=$!
while kill -0 $runner && ! pgrep -P $runner >/dev/null; do :; done
kill -INT $runner
wait $runner
status=$?
check 'Ctrl-C ends it as a signal does' [ $status = 130 ]
check 'Ctrl-C leaves a valid document' grep -q '"interrupted":true' "$tmp/cut.json"
check 'by its schema too' tests/schema.sh "$tmp/cut.json"
