#!/bin/sh
# SPDX-License-Identifier: MIT
# A store survives the death of a writer, at whatever call. KILLS=1000 goes on until that many died.
. tests/store/store_lib

if [ -n "$SANITIZE" ]; then
    skip "a killed writer leaves a readable store" "nothing can be preloaded before a sanitizer"
    exit
fi
build_fault
compile_suite -O2 -o "$tmp/suite" tests/suite/plain.c || exit 1
"$tmp/suite" --launches 2 --samples 1 --sample-time 100us --quiet --json "$tmp/run.json" >/dev/null

# What the store is before, what is done to it, and what it may be afterwards: one of two states.
prepare_empty() { :; }
prepare_one() { "$tare" baseline add --init --store "$1" "$base" >/dev/null; }
prepare_three() {
    prepare_one "$1"
    "$tare" baseline accept --reason second --store "$1" "$new" >/dev/null
    "$tare" baseline accept --reason third --store "$1" "$base" >/dev/null
}
prepare_program() {
    "$tare" baseline add --init --program "$tmp/suite" --store "$1" "$tmp/run.json" >/dev/null
}

begin() { "$@" baseline add --init --store "$tmp/store" "$base"; }
begin_program() { "$@" baseline add --init --program "$tmp/suite" --store "$tmp/store" "$tmp/run.json"; }
append() { "$@" baseline add --store "$tmp/store" "$fixtures/runs_slower_by_12pct/base/2.json"; }
accept() { "$@" baseline accept --reason slower --store "$tmp/store" "$new"; }
prune() { "$@" baseline prune --keep 1 --store "$tmp/store"; }
forget() { "$@" baseline remove --store "$tmp/store" "$("$tare" baseline list --store "$tmp/store" | sed 's/:.*//')"; }

# is_readable BEFORE AFTER: one of the two, or something between for what takes several steps
is_readable() {
    [ -e "$tmp/store/STORE" ] || return 0 # died before there was a store
    now=$(segments "$tmp/store") || return 1
    echo "before: $1; after: $2; now: $now"
    [ "$now" = "$1" ] || [ "$now" = "$2" ] || [ -n "$between" ]
}

kills=0
# dies MODE PREPARE ACTION: at every call in turn
dies() {
    mode=$1 prepare=$2 action=$3
    rm -rf "$tmp/model"
    "prepare_$prepare" "$tmp/model"
    rm -rf "$tmp/store"
    [ ! -e "$tmp/model" ] || cp -a "$tmp/model" "$tmp/store"
    before=$([ ! -e "$tmp/store" ] || segments "$tmp/store")
    "$action" "$tare" >/dev/null || return 1
    after=$(segments "$tmp/store")
    at=1
    while :; do
        rm -rf "$tmp/store"
        [ ! -e "$tmp/model" ] || cp -a "$tmp/model" "$tmp/store"
        "$action" faulty "$at:$mode" "$tare"
        [ $? = 137 ] || break
        kills=$((kills + 1))
        is_readable "$before" "$after" || return 1
        "$action" "$tare" >/dev/null 2>"$tmp/again" || cat "$tmp/again"
        now=$(segments "$tmp/store")
        # Whoever died after its segment had appeared makes a second one by trying again.
        [ "$now" = "$after" ] || [ "$action" = accept ] || { echo "after another try: $now"; return 1; }
        ! find "$tmp/store" -name '.tare-*' | grep . || return 1
        at=$((at + 1))
    done
    [ $at -gt 5 ] || { echo "died only $((at - 1)) times"; return 1; }
}

while :; do
    for mode in kill torn; do
        between=''
        check "a first baseline, died at any call ($mode)" dies $mode empty begin
        check "a first baseline with its program, died at any call ($mode)" dies $mode empty begin_program
        check "another document, died at any call ($mode)" dies $mode one append
        check "a new segment, died at any call ($mode)" dies $mode one accept
        between=1
        check "pruning, died at any call ($mode)" dies $mode three prune
        check "a baseline forgotten, died at any call ($mode)" dies $mode program forget
    done
    if [ "$kills" -ge "${KILLS:-1}" ] || [ "$failures" != 0 ]; then break; fi
done
echo "# died $kills times"
