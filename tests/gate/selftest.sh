#!/bin/sh
# SPDX-License-Identifier: MIT
# The self-test: what it finds, what it cannot test, and that neither looks like the other.
. tests/gate/gate_lib

build good -DODD=0
build odd -DODD=1

# One round of short samples, and twice the time is to be detected.
selftest() {
    (cd "$tmp" && "$tare" selftest --time 1s --sample-time 100us --detect 100% "$@" >out 2>err)
    status=$?
    cat "$tmp/out" "$tmp/err"
    return $status
}

# What it finds depends on the noise, but not that it comes to an end and says what it found.
ends() {
    selftest --epochs 6 "$@"
    case $status in 0 | 1 | 3) ;; *) return 1 ;; esac
}

# refused PATTERN OPTION...: status 2, and one line that says so
refused() {
    pattern=$1
    shift
    exits 2 selftest -q "$@" || return 1
    [ "$(wc -l <"$tmp/err")" = 1 ] && grep -qe "$pattern" "$tmp/err" && [ ! -s "$tmp/out" ] && is_clean
}

check "no suite" refused '^tare: selftest takes one suite'
check "two suites" refused '^tare: selftest takes one suite' ./good ./odd
check "a suite that is not there" refused '^tare: ./nothing: cannot be read' ./nothing
check "what is no suite" refused '^tare: /bin/true: does not list its trials' /bin/true
check "a trial that is not there" refused 'nothing/\*' --filter 'nothing/*' ./good
check "a policy that is not there" refused 'no_policy' --policy no_policy ./good
check "a CPU that is not there" refused 'cpu' --cpu 99999 ./good
check "more to ignore than to detect" refused 'ignore' --ignore 110% ./good
check "an output that cannot be written" refused 'no/such/place' --output no/such/place ./good

check "the suite against itself" ends ./good
check "in so few epochs nothing can be caught, and that is told" \
    grep -q "^error: what is slower by the change to detect was not caught in 5 of 5 probes.*\[missed\]" "$tmp/out"
check "and how long it takes is told before" grep -q '^5 trials; this takes about [0-9.]* s$' "$tmp/err"
for kernel in alu width l2 memory steps; do
    check "tare/$kernel has its line" \
        grep -qE "^tare/$kernel +100 % +0 of 1 +0 of 1 +0 of 1 +[0-9.]+ % +[0-9.]+ % +[0-9.]+ m?s\$" "$tmp/out"
done
check "no trial of the suite is tested unasked" not grep -q sides/ "$tmp/out"
check "the counts together" grep -q '^slower by detect: caught 0 of 5 times, passed [0-5], undecided [0-5];' "$tmp/out"
check "nothing is left" is_clean

check "with more epochs" not exits 2 selftest -q --filter '*/steps' ./good
check "what is asked for is tested, too, and what is twice as slow is caught" \
    grep -qE '^sides/steps +100 % +0 of 1 +[01] of 1 +1 of 1 ' "$tmp/out"
check "--quiet" not grep -q . "$tmp/err"

check "what cannot be tested changes nothing" \
    ends --filter '*/takes_no_time' --filter '*/skips_on_both_sides' ./good
check "a body that times itself is told" \
    grep -qF 'not tested: it cannot be slowed down by so little: it times its calls one by one (BENCH_MANUAL)' "$tmp/out"
check "a trial that is skipped is told" grep -q 'not tested: no unicorn there' "$tmp/out"

check "a trial that fails" exits 5 selftest --epochs 6 --filter '*/crashes' ./odd
check "is told" grep -q '^    failed: .*SIGABRT' "$tmp/out"
check "and its probes are none" grep -qE '^sides/crashes +100 % +0 of 0 +0 of 0 +0 of 0 +- +- +-$' "$tmp/out"

check "JSON" ends --format json --output result.json ./good
check "goes where it is wanted" grep -q '^"selftest_schema":1,$' "$tmp/result.json"
check "and has the counts of each trial" \
    grep -q '^{"name":"tare/alu","detect":1,.*"slower":{"probes":1,"regressed":0,"passed":[01],"undecided":[01]}' "$tmp/result.json"

older strange yardsticks 's/"alu"/"other"/'
check "a suite of another version" exits 5 selftest --epochs 6 ./strange
check "has no such kernel, and that is told" grep -q '^    failed: .*tare/alu' "$tmp/out"

older manual yardsticks 's/^static void empty/#undef BENCH_LOOP\
#define BENCH_LOOP(b) BENCH_MANUAL(b) for (int once = 1; once; once--, bench_span(b, 1000))\
&/'
check "where nothing can be slowed down, nothing is green" exits 2 selftest ./manual
check "and that is told" grep -q '^exit status 2: nothing was tested' "$tmp/out"

for signal in INT TERM; do
    # The odd one hangs, so that there is no hurry.
    stopped() {
        (cd "$tmp" && exec env --default-signal=INT "$tare" selftest -q --limit 100s --filter '*/hangs' ./odd >out 2>err) &
        until_so pgrep -f "$tmp/place/.*/new" || return 1
        kill -"$signal" $!
        wait $!
    }
    check "SIG$signal: not green" exits 4 stopped
    check "SIG$signal: so says the report" grep -q '^exit status 4: stopped before it was done' "$tmp/out"
    check "SIG$signal: nothing is left" until_so is_clean
done
