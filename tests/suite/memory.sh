#!/bin/sh
# SPDX-License-Identifier: MIT
# The memory policy: page faults are counted and shown, the heap is left alone or kept warm, the
# layout is random or fixed.

. tests/suite/suite_lib
build_suite memory
doc=$tmp/doc.json

launches=2
run() {
    "$tmp/memory" --launches $launches --samples 1 --sample-time 100us --quiet --silence build-san --silence dce \
        --json "$doc" --filter "$@"
}

# faults TRIAL LOW HIGH: page faults per call of each launch in the document
faults() {
    trial "memory/$1" "$doc" | grep -o '"faults_minor":[0-9.e+-]*' | awk -F: -v low="$2" -v high="$3" '
        { print; if ($2 < low || $2 > high) bad = 1 } END { exit bad || !NR }'
}

check 'pages that a call touches are counted' exits 0 run 'memory/maps'
check 'within 1 % where they are 100' faults maps/pages=100 99 101
check 'and where they are 1000' faults maps/pages=1000 990 1010
check 'the table shows them' says '^memory/maps/pages=1000 .* 1.0[0-9] k ' run 'memory/maps'
check 'and that there are none' says '^memory/lies .* 0 *$' run 'memory/lies'
check 'faults inside a call are told' says '\[pf-minor\] memory/maps/pages=1000' run memory/maps

# How many places the case lay at, in five launches.
places() {
    trial memory/lies "$doc" | sed 's/.*"name":"place"[^[]*\[\([^]]*\)\].*/\1/' | tr , '\n' | sort -u | wc -l
}
launches=5
lies_at() { exits 0 run memory/lies "$@" && places; }
if [ "$(cat /proc/sys/kernel/randomize_va_space)" = 0 ]; then
    skip 'the layout is another in each launch' 'this machine has it fixed'
else
    check 'the layout is another in each launch' says '^[2-5]$' lies_at
fi
check 'with --fixed-layout it is the same' says '^1$' lies_at --fixed-layout
check 'which the document says' grep '"fixed_layout":true' "$doc"
launches=2

alone() { exits 0 run memory/allocates && not grep '"malloc":' "$doc"; }
check 'the heap is left alone' alone
warm() { exits 0 run memory/allocates --malloc warm && grep '"malloc":"warm"' "$doc"; }
warm_in_process() { exits 0 run memory/allocates --malloc warm --in-process; }
no_other() { says "allocator is not that of glibc" exits 2 run memory/allocates --malloc warm; }
if ! printf '#include <features.h>\n__GLIBC__' | "$CC" -E - 2>/dev/null | tail -n 1 | grep -qx '[0-9]*'; then
    check 'another C library has no such policy' says 'only glibc' exits 2 run memory/lies --malloc warm
elif [ -n "$SANITIZE" ]; then
    check 'a sanitizer has no such policy' no_other
else
    check 'which gives large blocks back, and faults them in again' faults allocates 10000 11000
    check 'with --malloc=warm it keeps them, which the document says' warm
    check 'and they are not faulted in again' faults allocates 0 10
    check 'by its schema, too' tests/schema.sh "$doc"
    check 'in one process, too' warm_in_process
    check 'where they are not either' faults allocates 0 10
    run memory/allocates >/dev/null 2>&1
    mv "$doc" "$tmp/alone.json"
    run memory/allocates --malloc warm >/dev/null 2>&1
    check 'runs of different policies are not compared' \
        says '^error: malloc policy differs: default and warm' "$B/tare" compare --policy /dev/null "$tmp/alone.json" "$doc"
    if echo 'int main(void) { return 0; }' | "$CC" -x c - -o "$tmp/empty" -Wl,--no-as-needed -ljemalloc 2>/dev/null; then
        compile_suite -O2 -o "$tmp/memory" tests/suite/memory.c -Wl,--no-as-needed -ljemalloc || exit 1
        check 'an allocator that does not obey is told' no_other
    else
        skip 'an allocator that does not obey is told' 'no jemalloc here'
    fi
fi
