#!/bin/sh
# SPDX-License-Identifier: MIT
# A stored program runs as it was, with its own library, whatever became of the originals; and what
# is not as it was stored is not executed.
. tests/store/store_lib

# library ANSWER: libanswer.so in $tmp/lib
library() {
    mkdir -p "$tmp/lib"
    echo "int answer(void) { return $1; }" >"$tmp/answer.c"
    "$CC" -O2 ${SANITIZE:+-fsanitize=$SANITIZE} -shared -fPIC -Wl,-soname,libanswer.so.1 -o "$tmp/lib/libanswer.so.1" "$tmp/answer.c"
}

# suite LINKER-FLAG...: the program, which finds the library by a path inside itself
suite() {
    compile_suite -O2 -o "$tmp/suite" tests/store/program.c "$tmp/lib/libanswer.so.1" "$@"
}

measure() { "$@" --silence build-san --silence dce --launches 3 --samples 1 --sample-time 100us --quiet --json "$tmp/run.json"; }
label() { grep -o '"label":"[a-z]*"' "$tmp/run.json"; }
add() { "$tare" baseline add --init --program "$1" --store "$tmp/store" "$tmp/run.json"; }
stored() { measure "$tare" baseline run --store "$tmp/store" "$name" --; }

# refuses PATTERN COMMAND...: exit status 2, one line that says so, and nothing was measured
refuses() {
    pattern=$1
    shift
    rm -f "$tmp/ran.json"
    "$@" >"$tmp/out" 2>"$tmp/err"
    status=$?
    cat "$tmp/err"
    [ $status = 2 ] && [ "$(wc -l <"$tmp/err")" = 1 ] && grep -qe "$pattern" "$tmp/err" && [ ! -e "$tmp/ran.json" ]
}
run_stored() { "$tare" baseline run --store "$tmp/store" "$name" -- --quiet --json "$tmp/ran.json"; }

library 1 && suite -Wl,--enable-new-dtags "-Wl,-rpath,$tmp/lib" && measure "$tmp/suite" >/dev/null || exit 1
check "the old library answers at first" test "$(label)" = '"label":"old"'
check "a program is stored" add "$tmp/suite"
name=$("$tare" baseline list --store "$tmp/store" | sed 's/:.*//')
stores_both() { "$tare" baseline show --store "$tmp/store" | grep -q 'program suite, libanswer.so.1: as it was stored'; }
check "with its own library, and none of the system's" stores_both

library 2
measure "$tmp/suite" >/dev/null
check "the new library answers now" test "$(label)" = '"label":"new"'
more() { "$tare" baseline add --program "$tmp/suite" --store "$tmp/store" "$tmp/run.json"; }
check "the same executable with another library is another program" \
    refuses 'of another program: .* libanswer.so.1 differs' more
accept() { "$tare" baseline accept --reason new --store "$1" "$tmp/run.json" >"$tmp/out"; }
says_unkept() { cp -a "$tmp/store" "$tmp/copy" && accept "$tmp/copy" && grep -q 'the program, unlike before, is not kept' "$tmp/out"; }
check "accept says that the program is not kept any more" says_unkept
accepts_first() { rm -rf "$tmp/copy" && accept "$tmp/copy" && grep -q 'there was no baseline' "$tmp/out"; }
check "accept begins where there is no baseline" accepts_first

# Both are one file, and neither may take the other's place.
under_two_names() {
    mkdir -p "$tmp/second" && cp "$tmp/suite" "$tmp/second/other" && measure "$tmp/second/other" >/dev/null &&
        "$tare" baseline add --init --program "$tmp/second/other" --store "$tmp/store" "$tmp/run.json" || return 1
    "$tare" baseline show --store "$tmp/store"
    [ "$("$tare" baseline show --store "$tmp/store" | grep -c ': as it was stored')" = 2 ] || return 1
    "$tare" baseline remove --store "$tmp/store" "${name%/*}/other" && ! find "$tmp/store/programs" -name other | grep .
}
check "the same program under two names is two programs" under_two_names
with_blank() {
    mkdir -p "$tmp/second" && cp "$tmp/suite" "$tmp/second/my suite" && measure "$tmp/second/my suite" >/dev/null &&
        "$tare" baseline add --init --program "$tmp/second/my suite" --store "$tmp/copy" "$tmp/run.json"
}
check "a program with a blank in its name is stored" with_blank
rm "$tmp/suite"
check "the stored program runs" stored
check "with the library that was stored" test "$(label)" = '"label":"old"'
check "a store can be moved" mv "$tmp/store" "$tmp/moved"
mv "$tmp/moved" "$tmp/store"
no_paths() { ! grep -rF "$tmp" "$tmp/store/machines"/*/*/*/segment.json; }
check "its records hold no absolute path" no_paths

# damage PATTERN SENTENCE COMMAND...: refused after the command, and well again afterwards
damage() {
    pattern=$1 sentence=$2
    shift 2
    rm -rf "$tmp/whole"
    cp -a "$tmp/store" "$tmp/whole"
    "$@"
    check "$sentence" refuses "$pattern" run_stored
    rm -rf "$tmp/store"
    mv "$tmp/whole" "$tmp/store"
}
find_stored() { find "$tmp/store/programs" -name "$1"; }
append() { chmod u+w "$1" && echo >>"$1"; }
to_link() { rm -rf "$tmp/elsewhere" && mv "$1" "$tmp/elsewhere" && ln -s "$tmp/elsewhere" "$1"; }
damage 'not what was stored' "a changed program is not executed" append "$(find_stored suite)"
damage 'not what was stored' "nor one whose library changed" append "$(find_stored 'libanswer*')"
damage 'symbolic link' "nor one that is a link now" to_link "$(find_stored suite)"
damage 'symbolic link' "nor one behind a link" to_link "$(dirname "$(find_stored suite)")"
damage 'cannot be read' "nor one that is not there" rm "$(find_stored suite)"
# beside NAME-OF-STORED NEW-NAME: a copy of the new library
beside() { cp "$tmp/lib/libanswer.so.1" "$(dirname "$(find_stored "$1")")/$2"; }
damage 'libother.so: its content is not what was stored' "nor one with another library beside its own" \
    beside 'libanswer*' libother.so
below() { mkdir -p "$(dirname "$(find_stored "$1")")/glibc-hwcaps"; }
damage 'glibc-hwcaps: something else, not a file' "nor one with libraries for other processors below its own" \
    below 'libanswer*'
here() { # the loader looks here, and loads what it finds, if the path has an empty part
    (cd "$tmp/lib2" && LD_LIBRARY_PATH='' LD_DEBUG=libs "$tare" baseline run --store "$tmp/store" "$name" -- --list 2>&1 |
        grep 'search path=.*:[^/]*(LD_LIBRARY_PATH)')
}
mkdir "$tmp/lib2"
refute "an empty LD_LIBRARY_PATH is none" here
record() { find "$tmp/store/machines" -name segment.json; }
damage 'not a file' "nor one with a name that leads out of the store" \
    sed -i 's|"name":"suite"|"name":"../../suite"|' "$(record)"
damage 'not a hash' "nor one with a hash that does" \
    sed -i 's|"hash":"[0-9a-f]*"|"hash":"../../../../tmp"|' "$(record)"

other() { measure "$tmp/suite" && rm -rf "$tmp/store"; }
suite -Wl,--disable-new-dtags "-Wl,-rpath,$tmp/lib" && other >/dev/null
check "DT_RPATH is refused" refuses 'DT_RPATH.*--enable-new-dtags' add "$tmp/suite"
suite -Wl,--enable-new-dtags "-Wl,-rpath,$tmp/lib" && other >/dev/null
chmod u+s "$tmp/suite"
check "a setuid program is refused" refuses 'setuid' add "$tmp/suite"
chmod u-s "$tmp/suite"
check "another program than the document's is refused" refuses 'is not the program that made' add "$tmp/lib/libanswer.so.1"
check "a script is refused" refuses 'is not the program that made' add tests/store/program.sh
check "a program that is not there is refused" refuses 'cannot be read' add "$tmp/nothing"

# ---- What documents may ask for -----------------------------------------------------------------

suite -Wl,--enable-new-dtags "-Wl,-rpath,$tmp/lib" && other >/dev/null
changed() { # changed SED-SCRIPT: the document, with something in it that no suite would have written
    measure "$tmp/suite" >/dev/null
    sed -i "$1" "$tmp/run.json"
}
changed "s|\"name\":\"program/answer\"|\"name\":\"program/$(printf '%3000s' '' | tr ' ' x)\"|"
check "a trial with an endless name is refused" refuses 'no suite has a trial with a name of' add "$tmp/suite"
changed 's|"threads":1,|"threads":1000,|'
check "a trial with more threads than there are CPUs is refused" refuses 'takes 1000 CPUs, of which' add "$tmp/suite"
changed 's|"hash":"[0-9a-f]*"|"hash":null|'
nameless() { "$tare" baseline add --init --store "$tmp/store" "$tmp/run.json"; }
check "a document without its program's hash is refused" refuses 'does not say which program' nameless

# ---- What a body loads --------------------------------------------------------------------------

library 1
compile_suite -O2 -DLIBRARY="\"$tmp/lib/libanswer.so.1\"" -o "$tmp/suite" tests/store/loads.c && other >/dev/null
stores_loaded() { add "$tmp/suite" && "$tare" baseline show --store "$tmp/store" | grep 'program suite, libanswer.so.1: as'; }
check "a library that a body loads is stored, too" stores_loaded

# ---- Ctrl-C -------------------------------------------------------------------------------------

# The worker takes its time, and the interrupt comes meanwhile: then nothing is changed.
compile_suite -O2 -o "$tmp/suite" tests/store/slow.c && SLOW='' other >/dev/null
interrupted() {
    SLOW=$tmp/asked "$tare" baseline add --init --program "$tmp/suite" --store "$tmp/store" "$tmp/run.json" 2>"$tmp/err" &
    for _ in $(seq 100); do [ -e "$tmp/asked" ] || sleep 0.1; done
    kill -TERM $!
    wait $!
    status=$?
    cat "$tmp/err"
    [ $status = 2 ] && grep -q interrupted "$tmp/err" && [ ! -e "$tmp/store" ]
}
check "an interrupt while a worker is asked changes nothing" interrupted
waits() {
    rm -f "$tmp/asked"
    SLOW='' add "$tmp/suite" || return 1
    (flock 9 && : >"$tmp/locked" && sleep 4) 9>"$tmp/store/lock" &
    for _ in $(seq 100); do [ -e "$tmp/locked" ] || sleep 0.1; done
    SLOW='' "$tare" baseline add --program "$tmp/suite" --store "$tmp/store" "$tmp/run.json" >"$tmp/out" 2>"$tmp/err" &
    writer=$!
    sleep 2.5
    kill -TERM $writer
    wait $writer
    status=$?
    cat "$tmp/err" "$tmp/out"
    wait
    [ $status = 143 ] && grep -q "waiting for another writer of $tmp/store" "$tmp/err"
}
check "an interrupt ends who waits for another writer, which is said" waits
