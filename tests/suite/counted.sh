#!/bin/sh
# SPDX-License-Identifier: MIT
# What is counted beside the time: cycles, estimated where no counter gives them.

. tests/suite/suite_lib
build_suite plain
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/plain" $quick --silence build-san --silence dce "$@"; }
doc=$tmp/doc.json

check 'a run that counts exits 0' exits 0 run --counters --json "$doc"
check 'its document is valid by its schema' tests/schema.sh "$doc"
has_cycles() { trial "$1" "$doc" | grep -q '"counts":.*"name":"cycles"'; }
check 'plain loops have cycles' has_cycles 'plain/fill/size=64/mode=a%20b'
check 'so have prepared batches' has_cycles plain/batches
check 'and threads' has_cycles plain/threads/threads=2
check 'yardsticks are not counted' not sh -c "grep '\"name\":\"tare/' '$doc' | grep -q counts"
check 'the table has them, marked as what they are' says '^per call, counters.* cycles' run --counters --filter plain/fill
check 'in one process, too' says '^per call, counters.* cycles' run --counters --in-process --filter plain/fill
check 'without the wish nothing is counted' not says 'per call' run --filter plain/fill
check 'smoke counts nothing' not says 'counts' run --smoke --counters
