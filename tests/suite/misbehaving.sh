#!/bin/sh
# SPDX-License-Identifier: MIT
# A case that misbehaves costs its own trial, is listed with the reason, and leaves nothing behind.

# shellcheck disable=SC2010,SC2012 # the names here are plain
. tests/suite/suite_lib
build_suite misbehave

before=$(ls "$tmp" | sort)
cd_run() { (cd "$tmp" && ./misbehave --silence build-san --quiet --launches 3 --samples 2 --sample-time 100us "$@"); }

cd_run --json all.json >"$tmp/table" 2>"$tmp/err"
status=$?
all=$tmp/all.json

check 'the exit status says that trials failed' [ $status = 5 ]
check 'the results of the others are intact' \
    says '"status":"measured"' trial misbehave/well_behaved "$all"

# ends TRIAL REASON SENTENCE: the trial failed, for that reason, in the document and in the table
ends() {
    check "$3" says "\"status\":\"failed\",\"reason\":\"$2" trial "misbehave/$1" "$all"
    check "$3: so says the table" grep -q "^failed misbehave/$1: $2" "$tmp/table"
}

[ -n "$SANITIZE" ] || {
    ends segfaults 'killed by SIGSEGV' 'a crash is named by its signal'
    ends aborts_with_last_words 'killed by SIGABRT' 'an abort is named by its signal'
}
check 'the last words of a worker are kept' says '"output":"these are my last words' \
    trial misbehave/aborts_with_last_words "$all"
ends exits 'exited with status 3' 'exit() in a body is told with its status'
ends is_killed 'killed by SIGKILL' 'a worker killed from outside is told'
ends hangs 'no answer within the limit of 200 ms' 'a hang ends at its limit'
ends writes_garbage 'the worker sent garbage' 'garbage on the wire is garbage'
ends fails_its_check 'check failed at .*misbehave.c:[0-9]*: 1 + 1 == 3' 'a failed check shows its expression'
ends says_it_fails 'the answer was 41' 'bench_fail gives its own reason'
ends has_no_loop 'its body has no loop' 'a body without a loop is refused'
ends has_two_loops 'its body has a second loop' 'a second loop is refused'
ends breaks_out 'its body left the loop by break' 'break is refused'
ends returns_out 'its body left the loop by break, return' 'return is refused'
ends jumps_out 'its body left the loop by break, return, goto' 'goto is refused'
ends longjmps_out 'its body left the loop by break, return, goto or longjmp' 'longjmp is refused'
ends prepares_in_vain 'a pass of BENCH_BATCHES ended without a BENCH_LOOP' 'an idle pass is refused'
ends forgets_the_span 'a pass of BENCH_MANUAL ended without bench_span' 'a pass without a span is refused'
ends measures_backwards 'bench_span() of 18446744073709551611 ns' 'a span below zero is refused'
ends asks_for_a_strange_argument "no integer argument 'unheard_of'" 'an unknown argument is refused'
check 'a skip is no failure, and has its reason' \
    says '"status":"skipped","reason":"no unicorn here"' trial misbehave/skips "$all"

check 'no orphan is left' not pgrep -f 'sleep 98765'
check 'no file is left but the document' \
    [ "$(ls "$tmp" | grep -v -e '^all.json$' -e '^table$' -e '^err$' -e log$ | sort)" = "$before" ]

check 'only skipped trials: nothing measured is not green' \
    exits 2 cd_run --filter '*/skips'
check 'a smoke run tells the same as TAP' says '^not ok [0-9]* - misbehave/breaks_out' cd_run --smoke
check 'a skip is a skip in TAP' says '^ok [0-9]* - misbehave/skips # SKIP no unicorn here' cd_run --smoke
