#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the fixtures again:  tests/compare/make-fixtures.sh   Each directory shows one thing.
# All documents are functions of the options below; only bad/ is partly by hand.
set -eu
cd "$(dirname "$0")/../.."
: "${B:=build}" "${CC:=cc}"
here=tests/compare

make -s B="$B" CC="$CC" "$B/$here/generate.o" "$B/parts.a" >/dev/null
# shellcheck disable=SC2046 # the libraries are words
$CC -o "$B/$here/generate" "$B/$here/generate.o" "$B/parts.a" \
    $(pkg-config --libs libcjson libxxhash) -lm -lpthread -ldl

# write PATH OPTION...
write() {
    path=$here/$1
    shift
    mkdir -p "$(dirname "$path")"
    "$B/$here/generate" "$@" >"$path"
}

# both DIRECTORY "OPTIONS OF BASE" "OPTIONS OF NEW"
both() {
    # shellcheck disable=SC2086 # options are words
    write "$1/base.json" --seed 1 $2
    # shellcheck disable=SC2086
    write "$1/new.json" --seed 2 --hash ffeeddccbbaa99887766554433221100 $3
}

one=file00/case00001 two=file00/case00002

both same                ''  ''
both one_slower_by_30pct ''  '--moved 1 --factor 1.30'
both one_faster_by_30pct ''  '--moved 1 --factor 0.70'
both one_slower_by_8pct  ''  '--moved 1 --factor 1.08'
both all_slower_by_20pct ''  '--moved 10 --factor 1.20'
both slower_and_missing  ''  "--moved 1 --factor 1.30 --drop $two"
both one_failed          ''  "--status $one=failed"
both one_failed_in_base  "--status $one=failed" ''
both one_skipped         ''  "--status $one=skipped"
both one_skipped_in_both "--status $one=skipped" "--status $one=skipped"
both one_not_run         ''  "--status $one=planned"
both one_missing         ''  "--drop $one"
both one_new             "--drop $one" ''
both renamed             ''  "--rename $one=file00/parse"
both none_in_common      "--trials 1" "--trials 2 --drop file00/case00000"
both filtered            '--trials 12' "--trials 12 --filter *0000[0-4]* $(printf -- '--drop file00/case%05d ' 5 6 7 8 9 10 11)"
both advisory_slower     "--advisory file00/case00000" "--advisory file00/case00000 --moved 1 --factor 1.30"
both other_machine       ''  '--fact cpu.brand=Example_CPU_4000'
both other_kernel        ''  '--fact kernel.release=6.1.0-20'
both other_compiler      ''  '--compiler clang_14.0.6'
both other_libc          ''  '--libc musl_1.2.3'
both yardstick_moved     ''  '--yardsticks 1.2'
both two_launches        ''  '--launches 2'
both sanitized           ''  '--features optimized_asan'
both unoptimized         ''  '--features ndebug'
both noisy               '--spread 8%' '--spread 8%'

for i in 1 2 3 4; do
    write runs_slower_by_12pct/base/$i.json --seed 1$i --trials 6 --drift 1%
    write runs_slower_by_12pct/new/$i.json --seed 2$i --hash ffeeddccbbaa99887766554433221100 --trials 6 --drift 1% --moved 1 --factor 1.12
done

write shards/one.json --seed 1 --trials 4 --shards 2 --shard 1 --drop $one --drop $two
write shards/two.json --seed 2 --trials 4 --shards 2 --shard 2 --drop file00/case00000 --drop file00/case00003 \
    --fact host=elsewhere
write shards/overlap.json --seed 2 --trials 4 --shards 2 --shard 2
write shards/other_machine.json --seed 2 --trials 4 --shards 2 --shard 2 --fact cpu.brand=Example_CPU_4000
write shards/one_of_three.json --seed 2 --trials 4 --shards 3 --shard 1

# Words have no blanks above: underscores of the values stand for them.
find "$here" -name '*.json' -exec sed -i 's/Example_CPU_4000/Example CPU 4000/; s/clang_14/clang 14/; s/musl_1/musl 1/; s/optimized_asan/optimized asan/' {} +

bad=$here/bad
good=$here/same/base.json
mkdir -p $bad
head -c 3000 $good >$bad/truncated.json
sed 's/"schema": *1/"schema": 99/' $good >$bad/newer_schema.json
sed 's/"seed": *"[^"]*"/&, &/' $good >$bad/duplicate_key.json
sed 's/"calls": *\([0-9]*\)/"calls": NaN/' $good >$bad/nan.json
sed 's/"glibc 2.36"/"glibc \xff"/' $good >$bad/not_utf8.json
sed 's/"calls": *[0-9]*/"calls": 0/' $good >$bad/zero_calls.json
: >$bad/empty.json
printf '[1, 2, 3]\n' >$bad/not_a_document.json
{ head -c 100000 /dev/zero | tr '\0' '['; } >$bad/deep.json

# Documents that make no baseline.
mkdir -p $here/no_baseline
sed 's/"interrupted":false/"interrupted":true/' $good >$here/no_baseline/interrupted.json
write no_baseline/nothing_measured.json --seed 1 --trials 1 --status file00/case00000=skipped

# A program whose name would lead elsewhere, colour a terminal, be a command of a CI service.
mkdir -p $here/hostile_program
for side in base new; do
    # shellcheck disable=SC2016 # the backquotes are meant
    sed 's/"name":"bench"/"name":"::error::..\/..\/\\u001b[31m|<b>`x`"/' $here/one_slower_by_30pct/$side.json \
        >$here/hostile_program/$side.json
done

# Names that would move a cursor, colour a terminal, reorder a line, end a table or a code span.
for side in base new; do
    mkdir -p $here/hostile_names
    # shellcheck disable=SC2016 # the backquotes are meant
    sed 's/case00000/\\u001b[31m|<b>`x`\\u202e\\r\\n@you/g' $here/one_slower_by_30pct/$side.json \
        >$here/hostile_names/$side.json
done
