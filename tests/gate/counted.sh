#!/bin/sh
# SPDX-License-Identifier: MIT
# What is counted on both sides of a gate: it explains what is slower, and is gated if the policy says so.
. tests/gate/gate_lib

build same -DODD=0
build other -DODD=0
build more -DODD=0 -DSTEPS=1030 # too little to be found slower in so few epochs for certain

if [ -n "$SANITIZE" ] || ! command -v valgrind >/dev/null || ! grep -q DHAVE_VALGRIND "$B/flags"; then
    gate --counts --format json --filter '*/steps' ./same --against ./other >/dev/null
    check "what cannot be counted is told, and no verdict" \
        grep -q '"name":"instructions".*"outcome":"unknown".*"reason":"' "$tmp/out"
    exit
fi

# steps OPTION...: one trial, whose time may be what it likes
steps() { gate --format json --filter '*/steps' --on regressed=1 --on undecided=0 --on improved=0 "$@"; }
outcome() { grep -o '"name":"instructions"[^}]*}' "$tmp/out" | sed 's/.*"outcome":"\([a-z]*\)".*/\1/'; }

steps --counts --detect 1000% ./other --against ./same >/dev/null
check "identical code has equal instructions" [ "$(outcome)" = equal ]
check "each side has its number" grep -q '"name":"instructions","unit":"","source":"callgrind","base":[0-9]*,"new":[0-9]*,' "$tmp/out"

check "more instructions alone are advisory" exits 0 steps --counts --detect 1000% ./more --against ./same
check "but told" [ "$(outcome)" = more ]

echo '* detect.instructions=0.2%' >"$tmp/strict.policy"
gated() { steps --counts --detect 1000% --policy strict.policy --json kept.json "$@"; }
check "where the policy gates them they are a regression" exits 1 gated ./more --against ./same
check "with its numbers" \
    grep -q 'instructions of a call are [0-9]*, +[0-9.]* %, and [0-9]* in base' "$tmp/out"
check "without being asked to count" exits 1 steps --detect 1000% --policy strict.policy ./more --against ./same
check "identical code passes that gate" exits 0 gated ./other --against ./same
gated ./more --against ./same >/dev/null
check "decided again it is the same" \
    exits 1 gate --replay kept.json --policy strict.policy --detect 1000% --filter '*/steps' --format json
check "with the same numbers" [ "$(outcome)" = more ]

gate --format json --filter '*/steps' --detect 1000% ./more --against ./same >/dev/null
check "nobody asked: nothing is counted" not grep -q '"source":"callgrind"' "$tmp/out"

build allocating -DODD=0 -DBLOCKS=1
check "one more allocation is a regression" exits 1 steps --counts --detect 1000% ./allocating --against ./same
check "which is told" grep -q 'allocs of a call are 1, and 0 in base' "$tmp/out"
build limited -DODD=0 -DBLOCKS=1 -DBLOCKS_MAX=0
check "a limit on allocations is enforced without being asked for" \
    exits 1 steps --detect 1000% ./limited --against ./limited
check "with its number" grep -q 'allocs is 1, .*limit of 0' "$tmp/out"

build slow -DODD=0 -DSTEPS=4000
exits 1 gate --alpha 50% --filter '*/steps' ./slow --against ./same >/dev/null
check "what is slower is counted, and explained" grep -q 'slower by more than .*; instructions [0-9.]*x: more work' "$tmp/out"

exits 3 env PATH=/nowhere "$tare" gate -q --epochs 6 --sample-time 100us --filter '*/steps' --detect 1000% \
    --policy "$tmp/strict.policy" "$tmp/other" --against "$tmp/same" >"$tmp/out" 2>&1
check "what is gated and cannot be counted is never green" \
    grep -q 'instructions is gated (.*strict.policy:1), and not known: valgrind is not in PATH' "$tmp/out"

# A trial that only new has: the old suite calls its case by another name.
sed 's/BENCH(steps)/BENCH(once)/; s/BENCH_CONFIG(steps)/BENCH_CONFIG(once)/' tests/gate/sides.c >"$tmp/renamed.c"
build fresh -DODD=0 -DBLOCKS=1 -DBLOCKS_MAX=0 "$tmp/renamed.c"
once() { gate --format json --filter '*/once' --filter '*/skips' --detect 1000% "$@" ./fresh --against ./same; }
check "a limit holds for what only new has" exits 1 once --json kept.json
check "with its number" grep -q '"name":"sides/once".*allocs is 1, .*limit of 0' "$tmp/out"
check "decided again it is the same" exits 1 gate --replay kept.json --detect 1000% --format json
check "with the same number" grep -q '"name":"sides/once".*allocs is 1, .*limit of 0' "$tmp/out"
build kept -DODD=0 -DBLOCKS=1 -DBLOCKS_MAX=1 "$tmp/renamed.c"
sed '/BENCH(once)/,/^}/s/BENCH_LOOP/bench_check(b, 1 > 2); &/' "$tmp/renamed.c" >"$tmp/failing.c"
build failing -DODD=0 -DBLOCKS=1 -DBLOCKS_MAX=0 "$tmp/failing.c"
check "one that only new has and that fails is failed" \
    exits 5 gate --filter '*/once' --filter '*/skips' --json failed.json ./failing --against ./same
check "decided again it is, too" exits 5 gate --replay failed.json --format json
check "for the same reason" grep -q '"name":"sides/once","verdict":"failed".*check failed at .*1 > 2' "$tmp/out"
check "one that is kept is new, and no more" exits 0 gate --format json --filter '*/once' --filter '*/skips' --detect 1000% ./kept --against ./same
check "with its time" grep -q '"name":"sides/once","verdict":"new".*"new_ns":[0-9]' "$tmp/out"

# How often a call is made under valgrind, which preloads its own library: it is held to its time.
cat >"$tmp/sleeps.c" <<'EOF'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tare/bench.h>
#include <unistd.h>
BENCH(sleeps) {
    int calls = 0;
    BENCH_LOOP(b) {
        usleep(2000);
        calls++;
    }
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "valgrind")) {
        FILE *file = fopen("calls", "a");
        fprintf(file, "%d\n", calls);
        fclose(file);
    }
}
EOF
build sleeps "$tmp/sleeps.c"
gate --counts --detect 1000% ./sleeps --against ./sleeps >/dev/null
check "what sleeps is counted in few calls" [ "$(sort -n "$tmp/calls" | tail -n 1)" -lt 10 ]

# What only a run of the suite tells: metrics of its own, the system's counts, estimated cycles.
build limits tests/suite/limits.c
limits() { gate --format json --detect 1000% --filter "limits/$1" ./limits --against ./limits; }
check "a limit on a metric of one's own that is kept" exits 0 limits kept
check "and one that is not" exits 1 limits beyond
check "with its number" grep -q '"name":"limits/beyond".*waste is 2 B, 33.3 % above the limit of 1.5' "$tmp/out"
check "one on cycles" exits 1 limits counted
check "and on what nobody knows" exits 3 limits unknown
