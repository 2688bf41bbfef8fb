#!/bin/sh
# SPDX-License-Identifier: MIT
# A full disk, a read-only store, two writers: nothing that was there is lost, and one line says why.
. tests/store/store_lib

one() { "$tare" baseline add --init --store "$1" "$base" >/dev/null; }

if [ -n "$SANITIZE" ]; then
    skip "a full disk" "nothing can be preloaded before a sanitizer"
else
    build_fault
    # refused ERROR: from every call on in turn, it fails
    refused() {
        at=1
        while :; do
            rm -rf "$tmp/store"
            one "$tmp/store"
            faulty "$at:$1" "$tare" baseline accept --reason slower --store "$tmp/store" "$new"
            status=$?
            [ $status != 0 ] || break
            echo "call $at: status $status, $(segments "$tmp/store")"
            cat "$tmp/out" "$tmp/err"
            if [ $status != 2 ] || [ "$(wc -l <"$tmp/err")" != 1 ] || [ -s "$tmp/out" ] ||
                [ "$(segments "$tmp/store")" != "1 1" ]; then
                return 1
            fi
            at=$((at + 1))
        done
        [ $at -gt 5 ] || { echo "only $((at - 1)) calls"; return 1; }
    }
    check "a full disk (ENOSPC), from any call on" refused 28
    check "a read-only store (EROFS), from any call on" refused 30
    check "no permission (EACCES), from any call on" refused 13
fi

reads_only() {
    rm -rf "$tmp/store"
    one "$tmp/store"
    rm "$tmp/store/lock" # who only reads needs none, and makes none
    "$tare" baseline list --store "$tmp/store" && "$tare" baseline show --store "$tmp/store" &&
        "$tare" compare --store "$tmp/store" "$new" && [ ! -e "$tmp/store/lock" ]
}
check "reading changes nothing in a store" reads_only

# adds WRITER COUNT: documents that differ in the time of their run
adds() {
    for i in $(seq "$2"); do
        sed "s/\"started\":\"[^\"]*\"/\"started\":\"2026-11-21T$1:00:00.$i\"/" "$base" >"$tmp/$1-$i.json"
        "$tare" baseline add --store "$tmp/store" "$tmp/$1-$i.json" || return 1
    done
}

# two_writers COUNT: each adds that many at the same time
two_writers() {
    rm -rf "$tmp/store"
    one "$tmp/store"
    adds 10 "$1" &
    adds 11 "$1" && wait $! || return 1
    now=$(segments "$tmp/store")
    echo "$now"
    [ "$now" = "1 $((2 * $1 + 1))" ]
}
check "two writers lose nothing" two_writers "${ADDS:-20}"

# Two jobs whose first run it is: one begins the segment, the other adds to it.
two_first_writers() {
    rm -rf "$tmp/store"
    "$tare" baseline add --init --store "$tmp/store" "$base" &
    "$tare" baseline add --init --store "$tmp/store" "$fixtures/runs_slower_by_12pct/base/2.json" && wait $! || return 1
    now=$(segments "$tmp/store")
    echo "$now"
    [ "$now" = "1 2" ]
}
check "two first writers share a segment" two_first_writers

# reads_beside COUNT: whoever compares while the last segment is replaced finds the old or the new one
reads_beside() {
    rm -rf "$tmp/store"
    one "$tmp/store"
    {
        for i in $(seq "$1"); do
            sed "s/\"started\":\"[^\"]*\"/\"started\":\"2026-11-21T12:00:00.$i\"/" "$base" >"$tmp/next.json"
            "$tare" baseline accept --reason "$i" --store "$tmp/store" "$tmp/next.json" || : >"$tmp/failed"
            "$tare" baseline prune --keep 2 --store "$tmp/store" || : >"$tmp/failed"
        done
        : >"$tmp/done"
    } >"$tmp/written" &
    while [ ! -e "$tmp/done" ]; do
        "$tare" baseline list --store "$tmp/store" || { wait; return 1; }
    done
    wait
    [ ! -e "$tmp/failed" ]
}
check "who reads beside a writer finds a store" reads_beside "${READS:-60}"
