#!/bin/sh
# SPDX-License-Identifier: MIT
# What cannot be gated is refused in one line that names it, before anything is measured.
. tests/gate/gate_lib

build good -DODD=0
good=./good

for side in new old; do
    # stops PATTERN PROGRAM: refused, with that program on $side
    stops() {
        if [ "$side" = new ]; then set -- "$1" "$2" --against $good; else set -- "$1" $good --against "$2"; fi
        refuses "$@" --limit 500ms && is_clean
    }
    check "$side is not there" stops '^tare: ./nothing: cannot be read: No such file' ./nothing
    check "$side is a directory" stops '^tare: ./place: not an executable file' ./place

    cp "$tmp/good" "$tmp/plain" && chmod -x "$tmp/plain"
    check "$side cannot be executed" stops '^tare: ./plain: not an executable file' ./plain

    printf '#!/bin/sh\nexit 0\n' >"$tmp/script" && chmod +x "$tmp/script"
    check "$side is a script" stops '^tare: ./script: does not list its trials' ./script
    check "$side is no suite" stops '^tare: /bin/true: does not list its trials' /bin/true
    check "$side does not want to" stops '^tare: /bin/false: does not list its trials: exited with status 1' /bin/false

    # An ELF header: 64 bits, an executable, of machine 0x1234.
    printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\064\022\1\0\0\0' >"$tmp/foreign"
    head -c 4096 /dev/zero >>"$tmp/foreign" && chmod +x "$tmp/foreign"
    check "$side is of another architecture" \
        stops '^tare: ./foreign: does not list its trials: cannot be executed: Exec format error' ./foreign

    : >"$tmp/empty" && chmod +x "$tmp/empty"
    check "$side is empty" stops '^tare: ./empty: does not list' ./empty

    printf '#!/bin/sh\nsleep 8%d & sleep 8%d\n' $$ $$ >"$tmp/endless" && chmod +x "$tmp/endless"
    check "$side does not end when it is asked for its trials" \
        stops '^tare: ./endless: does not list its trials: did not end within 500 ms: killed' ./endless
    check "and is killed with its children" not pgrep -f "sleep 8$$"

    printf '#!/bin/sh\necho \047{"schema":1,"trials":[{"name":\047\n' >"$tmp/babbler" && chmod +x "$tmp/babbler"
    check "$side lists half a document" stops '^tare: ./babbler: does not list its trials' ./babbler
done

# lists SED-SCRIPT: a program that lists the good one's trials, but changed by that script
lists() {
    "$tmp/good" --list --json - >"$tmp/list.json"
    sed -i "$1" "$tmp/list.json"
    # shellcheck disable=SC2016 # the program's own arguments
    printf '#!/bin/sh\n[ "$1" != --list ] || exec cat %s/list.json\nexec %s/good "$@"\n' "$tmp" "$tmp" >"$tmp/liar"
    chmod +x "$tmp/liar"
}
lists "s/\"sides\/steps/&$(printf '%600s' x | tr ' ' x)/"
check "a name that no worker could be told" refuses 'name is longer than 503 bytes: sides/steps' ./liar --against $good
lists 's/"threads":1/"threads":4000000000000/'
check "more threads than any worker could be told" refuses 'more than 512 threads' ./liar --against $good
lists 's/sides\/steps/sides\/\\u001b[31m\\r\\n::error::/'
check "a trial that no worker knows fails" exits 5 gate --filter '*/*error*' ./liar --against ./liar
check "and its name cannot act on the terminal" grep -qF 'sides/\x1b[31m\x0d\x0a::error::' "$tmp/out"

check "no trial is chosen" exits 2 gate --filter 'nothing/*' $good --against $good
check "all are left out" exits 2 gate --exclude '*' $good --against $good
check "a CPU that is not there" refuses 'cpu' --cpu 99999 $good --against $good
check "more to ignore than to detect" refuses 'ignore' --detect 1% --ignore 2% $good --against $good
check "a policy that is not there" refuses 'no_policy' --policy no_policy $good --against $good

check "an output that cannot be written is refused before" refuses 'no/such/place' --output no/such/place $good --against $good
TMPDIR=$tmp/nowhere
check "TMPDIR that is not there" refuses 'nowhere/tare-gate-.*cannot be made.*set TMPDIR' $good --against $good
TMPDIR=
check "an empty TMPDIR is none" not exits 2 gate --filter '*/steps' $good --against $good
check "and nothing is left in /tmp" not ls -d /tare-gate-*
