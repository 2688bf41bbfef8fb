#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever ends a run, or whoever stops reading: no document is lost, no temporary file and no dead
# process of others is left behind.

# shellcheck disable=SC2086,SC2094 # lists of options; a pipe is read and written
. tests/suite/suite_lib
build_suite plain misbehave
# shellcheck disable=SC2154 # quick, a list of options from suite_lib
run() { "$tmp/plain" $quick --silence build-san --silence dce "$@"; }
long='--silence build-san --quiet --launches 1000 --trial-budget 1h'
out=$tmp/out
mkdir "$out"
no_temporary() { test -z "$(find "$out" -name '.tare*')"; }

# The runner takes the shell's place, and its child with it.
spares() {
    sh -c 'sleep 4321 & echo $! >"$1"; shift; exec "$@"' sh "$tmp/pid" "$tmp/plain" --smoke >/dev/null
    kill "$(cat "$tmp/pid")"
}
check 'what was started before the runner lives on' spares

mkfifo "$tmp/pipe"
piped() {
    exec 3<>"$tmp/pipe" 4>"$tmp/pipe" 3>&- # nobody reads it
    run --json "$out/piped.json" >&4
}
check 'a reader that is gone is told' says 'Broken pipe' exits 2 piped
check 'and costs no document' tests/schema.sh "$out/piped.json"

check 'a full disk is told with its cause: smoke' says 'No space left' \
    exits 2 sh -c "$tmp/plain --smoke >/dev/full"
check 'the help too' says 'No space left' exits 2 sh -c "$tmp/plain --help >/dev/full"
check 'the version too' says 'No space left' exits 2 sh -c "$tmp/plain --version >/dev/full"
check 'the list too' says 'No space left' exits 2 sh -c "$tmp/plain --list >/dev/full"
check 'a file that may not grow is told' says 'File too large' \
    exits 2 sh -c "ulimit -f 1; $tmp/plain --list --json $out/large.json"

# begin DOCUMENT: a long run whose first worker has started
begin() {
    "$tmp/plain" $long --json "$1" >/dev/null 2>&1 &
    runner=$!
    while kill -0 $runner && ! pgrep -P $runner >/dev/null; do :; done
}
begin "$out/twice.json"
kill -INT $runner
kill -INT $runner
kill -TERM $runner
wait $runner
status=$?
check 'two signals at once are one' [ $status = 130 ]
check 'and leave a valid document' tests/schema.sh "$out/twice.json"
check 'that says so' grep -q '"interrupted":true' "$out/twice.json"

# Its time is up when its alarm goes off.
by_timeout() {
    timeout -s INT 1000 "$tmp/plain" $long --json "$out/timeout.json" >/dev/null 2>&1 &
    while kill -0 $! && ! pgrep -P "$(pgrep -P $!)" >/dev/null; do :; done
    kill -ALRM $!
    wait $!
}
check 'timeout(1) signals twice' exits 124 by_timeout
check 'and leaves a valid document' tests/schema.sh "$out/timeout.json"

# A thread that never returns keeps the runner, whatever it was told.
"$tmp/misbehave" --smoke --in-process --filter '*/hangs' \
    --json "$out/late.json" >"$tmp/late.log" 2>&1 &
runner=$!
while kill -0 $runner && ! grep -q 'it hangs' "$tmp/late.log"; do :; done
while kill -INT $runner 2>/dev/null; do sleep 0.05; done
wait $runner
status=$?
check 'a later signal ends it at once' [ $status = 130 ]
check 'without a document' test ! -e "$out/late.json"
check 'no temporary file is left' no_temporary

check 'a shard beyond the trials is empty, which is told' says 'shard 2 of 2 is empty' \
    exits 0 run --seed 1 --filter plain/batches --shard 2/2 --json "$out/2.json"
check 'its document is valid' tests/schema.sh "$out/2.json"
run --seed 1 --filter plain/batches --shard 1/2 --json "$out/1.json" >/dev/null
check 'merge takes it' exits 0 "$B/tare" merge --output "$out/whole.json" "$out/1.json" "$out/2.json"
check 'a filter that chooses nothing is still an error' \
    exits 2 run --exclude '*' --shard 2/2
