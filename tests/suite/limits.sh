#!/bin/sh
# SPDX-License-Identifier: MIT
# Limits in the source, which the suite enforces by itself, and tare with and without a baseline.

. tests/suite/suite_lib
build_suite limits
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/limits" $quick --silence build-san --filter "$@"; }

check 'a limit that is kept says nothing' exits 0 run limits/kept
check 'one that is not is exit status 1' exits 1 run limits/beyond
check 'and told, with its place' \
    says '^error .limit. limits/beyond: waste is 2 B, above its limit of 1.5 B (.*limits.c:2[0-9])' run limits/beyond
check 'what should be high may not be low' \
    says 'limits/below: gain is 2 B, below its limit of 2.5 B' exits 1 run limits/below
check 'time is limited in ns' says 'limits/slow: time is .*, above its limit of 0.0010 ns' exits 1 run limits/slow
check 'what nobody measures is not green' \
    says 'whether elephants keeps its limit is not known: nothing measures it' exits 3 run limits/unknown
check 'what is limited is counted without being asked for' \
    says 'limits/counted: cycles is .*, above its limit of 1 ' exits 1 run limits/counted
in_threads() { exits 1 run 'limits/in_threads/*'; }
check 'what is counted is of all threads together, which is told' \
    says 'cycles is [0-9.]* of all its threads together, above its limit of 1 ' in_threads
check 'but not time' says 'time is [0-9.]* ns, above' in_threads
check 'and only where it is' sh -c "! '$tmp/limits' $quick --silence build-san --filter limits/kept | grep -q cycles"
check 'also what is not usual' exits 0 run limits/rare
check 'and what is not on the list' says 'limits/faulting: page-faults is 1, above its limit of 0.5 ' \
    exits 1 run limits/faulting --counters=context-switches
run 'limits/[bf]*' --counters=context-switches --json "$tmp/list.json" >/dev/null 2>&1
# counts TRIAL NAME: it is counted in that trial
counts() { trial "limits/$1" "$tmp/list.json" | grep -q "{\"name\":\"$2\""; }
check 'beside what is' counts faulting context-switches
check 'which all have' counts beyond context-switches
check 'but not what only one limits' not counts beyond page-faults
check 'a name that nobody knows is none for being limited' \
    says 'whether elephants keeps its limit is not known: nothing measures it: is the name right' \
    exits 3 run limits/unknown --counters=page-faults
check 'a limit cannot be silenced' says 'no check has this id' exits 2 run limits/beyond --silence limit

measured() { run "$1" --json "$tmp/$2.json" >/dev/null 2>&1; }
measured 'limits/*' base
measured 'limits/*' new
check 'the document has them' tests/schema.sh "$tmp/new.json"
# held CASE WHAT: what tare says of it
held() {
    "$B/tare" compare --policy /dev/null --filter "limits/$1" "$tmp/base.json" "$tmp/new.json" --all |
        grep -q "$2"
}
check 'tare enforces them' held beyond 'waste is 2 B, 33.3 % above the limit of 1.5 B'
check 'also floors' held below 'gain is 2 B, 20.0 % below the limit of 2.5 B'
check 'and what was counted' held counted 'cycles is .* above the limit of 1 '
check 'what is not known is undecided' held unknown 'elephants is limited .*, and new does not report it'
