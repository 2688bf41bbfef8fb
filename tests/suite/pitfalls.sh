#!/bin/sh
# SPDX-License-Identifier: MIT
# Pitfalls that a run tells: of its cases, and of how it was started.

. tests/suite/suite_lib
build_suite pitfalls
run() { "$tmp/pitfalls" --silence build-san --quiet "$@"; }

run --launches 2 --samples 2 >"$tmp/table"
# A machine whose pace changes meanwhile does not tell; so it may take many runs on a crowded one.
finds_hoisted() {
    tries=40
    while [ $tries -gt 0 ]; do
        run --filter '*/hoisted' --launches 1 --samples 1 | grep '^warning \[hoist\] pitfalls/hoisted:' && return
        tries=$((tries - 1))
    done
    return 1
}
check 'work that is done once per batch is found' finds_hoisted
check 'new pages are counted' grep '^warning \[pf-minor\] pitfalls/touches_new_pages: [1-9][0-9.]* page faults per call' "$tmp/table"
check 'two launches are few' grep '^warning \[few-n\]' "$tmp/table"

one() { run --filter '*/touches_new_pages' --launches 1 --verbose "$@"; }
one >"$tmp/one"
check 'one launch is one layout' grep '^info \[aslr\] one launch' "$tmp/one"
one --silence aslr >"$tmp/silent"
check 'what is silenced is not told' not grep '\[aslr\]' "$tmp/silent"
check 'what is not silenced still is' grep '\[few-n\]' "$tmp/silent"
if setarch -R true 2>/dev/null; then # containers may forbid it
    # shellcheck disable=SC2016 # for the inner shell
    setarch -R sh -c '"$0" --silence build-san --quiet --filter "*/touches_new_pages" --verbose' "$tmp/pitfalls" >"$tmp/fixed"
    check 'a fixed layout is told' grep '^info \[aslr\] addresses are not randomised' "$tmp/fixed"
else
    skip 'a fixed layout is told' 'setarch -R does not work here'
fi
LD_PRELOAD=/nowhere/libjemalloc.so.2 one >"$tmp/preloaded" 2>/dev/null
check 'a preloaded library is told' grep '^warning \[traced\] LD_PRELOAD is set (libjemalloc.so.2)' "$tmp/preloaded"
