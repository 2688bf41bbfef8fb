#!/bin/sh
# SPDX-License-Identifier: MIT
# The old side from the store, and libraries: each side runs its own code, or nothing is green.
. tests/gate/gate_lib

store=$tmp/store

# library STEPS: the suite's own, in the place where the suite looks for it
library() {
    mkdir -p "$tmp/lib"
    "$CC" -O2 -shared -fPIC -DWORK="$1" -Wl,-soname,libwork.so.1 -o "$tmp/lib/new" tests/gate/library.c &&
        mv "$tmp/lib/new" "$tmp/lib/libwork.so.1"
}

# suite NAME FLAG...
suite() {
    name=$1
    shift
    mkdir -p "$tmp/$(dirname "$name")"
    build "$name" "$@" tests/gate/library.c -DPLACE="\"$tmp\"" "$tmp/lib/libwork.so.1" -ldl -Wl,--enable-new-dtags "-Wl,-rpath,$tmp/lib"
}

library 1000 && cp "$tmp/lib/libwork.so.1" "$tmp/plugin.so" && suite suite

# stored OPTION...: ./suite against the store
stored() { gate --format json --silence build-san --store "$store" ./suite "$@"; }
calls() { stored --filter '*/calls' "$@"; }
refuses_stored() { refuses "$1" --store "$store" ./suite; }

check "without a store it is said how to begin one" \
    refuses_stored 'no store yet; tare baseline add --init begins one.*or name the old suite with --against'

run() { "$tmp/suite" --silence build-san --silence dce --filter '*/calls' --launches 5 --samples 3 --quiet --json "$tmp/run.json"; }
# keep OPTION...: begins the baseline with a run
keep() { run >/dev/null && "$tare" baseline add --store "$store" "$@" "$tmp/run.json"; }
cp "$tmp/suite" "$tmp/other" && "$tmp/other" --silence build-san --silence dce --launches 1 --samples 1 --quiet --json "$tmp/other.json" >/dev/null
"$tare" baseline add --init --store "$store" "$tmp/other.json" >/dev/null
check "without a baseline, too" refuses_stored 'has no baseline of suite yet; tare baseline add --init begins one'

# ---- The stored program ---------------------------------------------------------------------------

check "a baseline with its program is kept" keep --init --program "$tmp/suite"
check "NEW alone is held against it" not exits 2 calls
check "and the report says what base is" \
    grep -q '"id":"baseline".*base is the program of [^ ]*/suite, segment 0001, begun 20.*: the first run' "$tmp/out"
check "nothing is left behind" is_clean

# sizes: those of the environments of all workers
sizes() { : >"$tmp/sizes" && not exits 2 calls && sort -u "$tmp/sizes" && [ "$(sort -u "$tmp/sizes" | wc -l)" = 1 ]; }
check "both sides have environments of equal size" sizes
export LD_LIBRARY_PATH="$tmp/nothing"
check "whatever the caller's LD_LIBRARY_PATH is" sizes
unset LD_LIBRARY_PATH

# Twice the work is found where 16 epochs may tell; a machine that cannot judge now says so.
slower() {
    (cd "$tmp" && "$tare" gate -q --format json --epochs 16 --detect 20% --ignore 5% --silence build-san "$@") >"$tmp/out" 2>"$tmp/err"
    status=$?
    cat "$tmp/out" "$tmp/err"
    [ $status = 1 ] || [ $status = 4 ]
}
stored_slower() { slower --store "$store" --filter '*/calls' ./suite && has library/calls regressed 'slower by more than'; }
library 2000
check "a library that is replaced in place is new on one side only" stored_slower
check "and run where it is, which is told" grep -q '"id":"in-place".*libwork.so.1 and others are each' "$tmp/out"
export LD_LIBRARY_PATH="$tmp/lib"
check "even if the caller's LD_LIBRARY_PATH leads there" stored_slower
unset LD_LIBRARY_PATH

# Phases of other content, as links are.
for phase in 16 32 48; do { cat "$tmp/suite" && echo $phase; } >"$tmp/suite.p$phase" && chmod +x "$tmp/suite.p$phase"; done
library 1000
check "a baseline without phases gets them" keep --program "$tmp/suite"
shows_phases() { "$tare" baseline show --store "$store" | grep 'program suite, libwork.so.1, suite.p16, suite.p32, suite.p48: as it was'; }
check "and shows them" shows_phases
library 2000
confirmed() { slower --json confirmed.json --store "$store" --filter '*/calls' ./suite && grep -q '"name":"library/calls phase=48"' "$tmp/confirmed.json"; }
check "what is slower is measured in them, too" confirmed
touch -d '2000-01-01' "$tmp/suite.p32"
check "phases of other code are refused" refuses_stored 'suite.p32: older than ./suite'
library 1000
refuses_phases() { ! keep --program "$tmp/suite" 2>"$tmp/err" && grep 'suite.p32: older than ' "$tmp/err"; }
check "and are not kept" refuses_phases
rm "$tmp"/suite.p*
library 2000

# incomparable NAME REASON GATE...: 4 on a machine that cannot judge now
incomparable() {
    name=$1 reason=$2
    shift 2
    "$@" --filter "library/$name"
    status=$?
    { [ $status = 3 ] || [ $status = 4 ]; } && has "library/$name" incomparable "$reason"
}
unstored() { incomparable loads "base maps $tmp/plugin.so, which is no copy that was stored" "$@"; }
check "what maps a file that was not stored is incomparable" unstored stored --json kept.json
repeat() { gate --format json --silence build-san --replay kept.json "$@"; }
check "and so it is when it is decided again" unstored repeat

# ---- Other machines ---------------------------------------------------------------------------------

machine=$(basename "$(echo "$store"/machines/*/suite | sed 's|/suite$||')")
from() { not exits 2 calls && grep "\"id\":\"baseline\".*base is the program of $1/suite" "$tmp/out"; }
mv "$store/machines/$machine" "$store/machines/one"
check "a program that another machine kept runs here, too" from one
cp -a "$store/machines/one" "$store/machines/two"
sed -i 's/"begun":"20/"begun":"21/' "$store"/machines/two/suite/*/segment.json
check "of several machines the one whose baseline is newest" from two
cp -a "$store/machines/one" "$store/machines/$machine"
check "and this machine before all others" from "$machine"
rm -r "$store/machines/one" "$store/machines/two"

# ---- What is in the store is not what was stored ----------------------------------------------------

kept=$(find "$store/programs" -name suite)
library=$(find "$store/programs" -name 'libwork*')
# damage PATTERN SENTENCE COMMAND...: refused after it, nothing was started; well again afterwards
damage() {
    pattern=$1 sentence=$2
    shift 2
    rm -rf "$tmp/whole" "$tmp/executed"
    cp -a "$store" "$tmp/whole"
    "$@"
    check "$sentence" refuses_stored "$pattern"
    check "and nothing of it was executed" test ! -e "$tmp/executed"
    rm -rf "$store"
    mv "$tmp/whole" "$store"
}
append() { chmod u+w "$1" && echo >>"$1"; }
replace() { chmod u+w "$1" && printf '#!/bin/sh\n: >%s/executed\nexec %s/suite "$@"\n' "$tmp" "$tmp" >"$1"; }
damage "$kept: its content is not what was stored" "a program with one byte more is refused" append "$kept"
damage "$kept: its content is not what was stored" "and so is another in its place" replace "$kept"
damage "$library: its content is not what was stored" "and one whose library changed" append "$library"
damage "$kept: cannot be read" "and one that is not there" rm "$kept"

# ---- No program that runs ---------------------------------------------------------------------------

# Numbers of sanitized code are refused, and only numbers are left here.
if [ -n "$SANITIZE" ]; then
    skip "stored numbers are held against new ones" "numbers of sanitized code are none"
else
    # numbers STATUS VERDICT REASON OPTION...: unless the machine is not what it was, see yardsticks
    numbers() {
        wanted=$1 verdict=$2 reason=$3
        shift 3
        calls --detect 30% --ignore 10% "$@"
        status=$?
        [ $status = 4 ] && grep '"id":"yardstick"' "$tmp/out" && return
        [ $status = "$wanted" ] && has library/calls "$verdict" "$reason" && is_clean
    }
    suspects() { numbers 3 undecided 'suspect: slower by more than' && grep "\"id\":\"stored\".*$1" "$tmp/out"; }
    library 8000
    : >"$tmp/broken"
    check "a program that does not run leaves its numbers, which make suspects" suspects 'does not run here: .*exited with status 9'
    check "and --stored-gate=fail regressions" numbers 1 regressed 'slower by more than' --stored-gate fail
    rm "$tmp/broken"
    rm -rf "$store"
    library 1000
    keep --init >/dev/null
    library 8000
    suite limited/suite -DCALLS_MOST_NS=1
    limited() {
        gate --format json --silence build-san --store "$store" --filter '*/calls' --detect 1000% --ignore 500% ./limited/suite
        status=$?
        [ $status = 4 ] && grep '"id":"yardstick"' "$tmp/out" && return
        [ $status = 1 ] && has library/calls regressed '.*time is .* above the limit of 1'
    }
    check "a limit in the source is held there, too" limited
    check "and so does one that was not kept" suspects 'was not kept; tare baseline add --program'
    interrupted() {
        (cd "$tmp" && exec "$tare" gate -q --store "$store" ./suite >out 2>err) &
        until_so pgrep -f "$tmp/suite --json" || return 1
        kill -TERM $!
        exits 2 wait $! && grep 'interrupted while ./suite was measured' "$tmp/err" && is_clean && not pgrep -f "$tmp/suite"
    }
    check "who is interrupted meanwhile stops the suite, too" interrupted
    unmeasured() { exits 2 stored --filter 'nothing/*' && grep "matched no benchmark" "$tmp/err" && grep 'was not measured' "$tmp/err"; }
    check "a suite that cannot be measured is refused, with what it says" unmeasured
    check "that nothing is kept is said" eval \
        "calls --json none.json >/dev/null; grep -q '^tare: none.json: nothing is kept there' $tmp/err && not test -s $tmp/none.json"
fi

# ---- Libraries of both sides ------------------------------------------------------------------------

library 1000
suite old/suite
files() { gate --format json --silence build-san ./suite --against ./old/suite "$@"; }
check "a library of the project that both sides run is held against itself" \
    incomparable calls "both sides run $tmp/lib/libwork.so.1, which is thus held against itself" files
mkdir "$tmp/new" && cp "$tmp/suite" "$tmp/new/suite"
elsewhere() { gate --format json --silence build-san ./new/suite --against ./old/suite "$@"; }
shares() { not exits 2 elsewhere --filter '*/calls' && not has library/calls incomparable '' && grep '"id":"shared".*both sides run '"$tmp/lib/libwork.so.1" "$tmp/out"; }
check "one from elsewhere is told" shares
mkdir "$tmp/.git"
check "a repository is one project" incomparable calls "both sides run $tmp/lib/libwork.so.1" elsewhere
rm -r "$tmp/.git"
check "one program on both sides is what was asked for" eval \
    "gate --format json --silence build-san ./suite --against ./suite --filter '*/calls'; not has library/calls incomparable ''"

changes() { exits 4 gate --format json --silence build-san ./suite --against ./suite --filter '*/touches' && grep '"id":"changed".*libwork.so.1 changed while it was measured' "$tmp/out"; }
check "a library that changes meanwhile makes the run unfit" changes

# ---- Case against case ------------------------------------------------------------------------------

cases() { slower ./suite --case "$1" --against-case "$2" && row library/calls_twice | grep '"former":"library/calls"' && has library/calls_twice regressed 'slower by more than'; }
check "one case is held against another" cases library/calls_twice '*/calls'
refuses_cases() { pattern=$1 && shift && refuses "$pattern" ./suite "$@"; }
check "one glob alone is refused" refuses_cases 'go together' --case 'library/*'
check "a glob that chooses nothing is refused" refuses_cases 'chooses no trial' --case 'library/*' --against-case nothing
check "a trial on both sides is refused" refuses_cases 'chosen by --case and by' --case 'library/*' --against-case library/calls
