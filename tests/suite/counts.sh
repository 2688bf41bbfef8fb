#!/bin/sh
# SPDX-License-Identifier: MIT
# Exact counts under valgrind: what is known comes out, what is no count is told so with the reason.

. tests/suite/suite_lib
build_suite counts

# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/counts" $quick --silence few-n --silence build-san --silence dce "$@"; }

# count NAME TRIAL FILE: kind and value of that count
count() {
    trial "counts/$2" "$3" |
        sed -n "s/.*{\"name\":\"$1\",\"source\":\"callgrind\"\([^}]*\)}.*/\1/p" |
        sed 's/.*"kind":"\([a-z]*\)","value":\([^,]*\).*/\1 \2/'
}

# reason TRIAL WORDS SENTENCE: it has no instructions, for that reason
reason() { check "$3" says "\"instructions\"[^}]*\"value\":null,\"reason\":\"$2" trial "counts/$1" "$all"; }

all=$tmp/all.json
check 'valgrind missing is no failure' \
    exits 0 env PATH=/nowhere "$tmp/counts" --silence dce --silence build-san --counts --filter counts/empty --json "$all"
reason empty 'valgrind is not in PATH' 'valgrind missing is told'

if [ -n "$SANITIZE" ]; then
    run --counts --filter counts/empty --json "$all" >/dev/null
    reason empty 'built with [A-Za-z]*Sanitizer' 'a sanitizer does not run under valgrind'
    exit
fi
if ! command -v valgrind >/dev/null; then
    skip 'counts under valgrind' 'no valgrind'
    exit
fi
if ! grep -q DHAVE_VALGRIND "$B/flags"; then
    run --counts --filter counts/empty --json "$all" >/dev/null
    reason empty "built without valgrind's header" 'a build without the header is told'
    exit
fi

# valgrind 3.19 does so for clang 14
run --counts --filter counts/empty --json "$all" >/dev/null
if trial counts/empty "$all" | grep -q 'cannot read the debug information'; then
    skip 'counts under valgrind' "valgrind cannot read the library's debug information"
    exit
fi

has_wide() { grep -qw avx512f /proc/cpuinfo; }
has_wide || narrow='--exclude */is_wide'

# shellcheck disable=SC2086 # two words or none
check 'a run that counts exits 0, whatever cannot be counted' exits 0 run --counts $narrow --json "$all"
check 'its document is valid by its schema' tests/schema.sh "$all"
check "the machine's facts say which valgrind" grep -q '"valgrind":"[0-9]*\.[0-9]' "$all"

empty=$(count instructions empty "$all")
counted=$(count instructions counted "$all")
check "a loop of 201 instructions has so many more than an empty one ($counted, $empty)" \
    [ $((${counted#exact } - ${empty#exact })) = 201 ]
check 'it has 100 branches more' \
    [ $(($(count branches counted "$all" | cut -d' ' -f2) - $(count branches empty "$all" | cut -d' ' -f2))) = 100 ]
check 'it reads no more data' [ "$(count data-reads counted "$all")" = "$(count data-reads empty "$all")" ]
check 'an allocation counts alike each time' says '^exact' count instructions allocates "$all"
check 'it writes data' says '^exact [1-9]' count data-writes allocates "$all"
check 'what each call does more of depends on how many there are' says '^varies' count instructions grows "$all"
check 'a case that forks is counted' says '^[a-z]* [1-9]' count instructions forks "$all"
check 'a variable of the caller does not reach a case that is counted' \
    [ "$(count instructions asks_the_environment "$all")" = "$empty" ]

reason in_threads/threads=2 '2 threads: callgrind counts a single one' 'a trial of two threads is refused'
reason starts_a_thread 'its body starts threads' 'a body that starts threads is refused'
reason skips_under_valgrind 'not under valgrind' "what a case says under valgrind is told"
if has_wide; then
    reason is_wide 'valgrind [0-9.]* cannot decode an AVX-512 instruction' 'AVX-512 is told'
else
    skip 'AVX-512 is told' 'no AVX-512 here'
fi

# Other arguments, another environment, other paths.
for repeat in 1 2 3 4 5; do
    TARE_TEST_WORK=$(printf "%0$((repeat * 997))d" 0)
    export TARE_TEST_WORK
    room=$tmp/$(printf "%0$((repeat * 7))d" 0)
    mkdir "$room"
    TMPDIR=$room run --counts --filter '*/counted' --filter '*/sorts' --filter '*/allocates' --json "$tmp/repeat$repeat" >/dev/null
done
for name in counted sorts allocates; do
    check "$name counts the same in six runs" \
        [ "$(for file in "$all" "$tmp"/repeat*; do count instructions $name "$file"; done | sort -u | wc -l)" = 1 ]
done

run --counts --filter '*/asks_the_environment' --keep-env TARE_TEST_WORK --json "$all" >/dev/null
check 'a variable that is to be kept does reach it' \
    [ "$(count instructions asks_the_environment "$all" | sed 's/\..*//; s/exact //')" -gt 4985 ]

mkdir "$tmp/room"
TMPDIR=$tmp/room run --counts --filter '*/empty' >/dev/null
check 'no file is left in TMPDIR' [ "$(ls "$tmp/room")" = '' ]

# shellcheck disable=SC2086 # a list of options
TMPDIR=$tmp/room env TARE_TEST_WAIT=1 "$tmp/counts" $quick --silence dce --silence build-san --limit 1h --counts \
    --filter '*/waits' --keep-env TARE_TEST_WAIT --json "$tmp/cut.json" >/dev/null 2>&1 &
runner=$!
while kill -0 $runner && ! cat "$tmp"/room/*/0.log >/dev/null 2>&1; do :; done
kill -INT $runner
wait $runner
status=$?
check 'Ctrl-C ends what is counted' [ $status = 130 ]
check 'it leaves no worker' not pgrep -f "$tmp/room"
check 'it leaves no file' [ "$(ls "$tmp/room")" = '' ]
check 'it leaves a valid document' tests/schema.sh "$tmp/cut.json"
