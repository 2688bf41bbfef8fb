#!/bin/sh
# SPDX-License-Identifier: MIT
# A gate that is stopped says so, is not green, and leaves neither a file nor a process behind.
. tests/gate/gate_lib

build good -DODD=0
build odd -DODD=1
printf '#!/bin/sh\nsleep 7%d & sleep 7%d\n' $$ $$ >"$tmp/endless" && chmod +x "$tmp/endless"

# stop SIGNAL PATTERN OPTION...: sent when a process shows up that matches; the gate's status
stop() {
    signal=$1 pattern=$2
    shift 2
    # A shell's own jobs would not hear of Ctrl-C.
    (cd "$tmp" && exec env --default-signal=INT "$tare" gate -q --sample-time 100us --limit 100s "$@" >out 2>err) &
    signalled "$signal" pgrep -f "$pattern"
}

for signal in INT TERM; do
    # The odd one hangs, so that there is no hurry.
    hangs() { stop "$signal" "$tmp/place/.*/new" --filter '*/hangs' --filter '*/steps' ./odd --against ./good; }
    check "SIG$signal: the run cannot be judged" exits 4 hangs
    check "SIG$signal: so says the report" grep -q '^error: the gate was stopped before it was done' "$tmp/out"
    check "SIG$signal: nothing is left" until_so is_clean

    lists() { stop "$signal" "sleep 7$$" --filter '*/hangs' ./odd --against ./endless; }
    check "SIG$signal while a program lists its trials" exits 2 lists
    check "SIG$signal then: so says the message" grep -q '^tare: ./endless: .*stopped by a signal' "$tmp/err"
    check "SIG$signal then: nothing is left" until_so is_clean
    check "SIG$signal then: no child of it, either" until_so not pgrep -f "sleep 7$$"
done

# It hangs where a library is preloaded, which counts allocations.
cat >"$tmp/counted.c" <<'EOF'
#include <stdio.h>
#include <stdlib.h>
#include <tare/bench.h>
#include <unistd.h>
BENCH(hangs) {
    if (getenv("LD_PRELOAD")) {
        fclose(fopen("counting", "w"));
        pause();
    }
    BENCH_LOOP(b) { bench_clobber(); }
}
EOF
build counted "$tmp/counted.c"
counts() {
    (cd "$tmp" && exec "$tare" gate -q ${SANITIZE:+--silence=build-san} --sample-time 100us --counts --epochs 6 \
        --detect 1000% ./counted --against ./counted >out 2>err) &
    signalled TERM test -e "$tmp/counting"
}
if [ -n "$SANITIZE" ]; then
    skip "SIGTERM while it counts" "allocations of sanitized code are counted without a library"
else
    check "SIGTERM while it counts: the run cannot be judged" exits 4 counts
    check "so says the report, too" grep -q '^error: the gate was stopped before it was done' "$tmp/out"
fi

killed() { stop KILL "$tmp/place/.*/new" --filter '*/hangs' ./odd --against ./good; }
check "SIGKILL ends it" exits 137 killed
check "and no worker outlives it" until_so not pgrep -f "$tmp/place"
