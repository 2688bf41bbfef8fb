#!/bin/sh
# SPDX-License-Identifier: MIT
# A stored program runs as it was, with its own library, whatever became of the originals; and what
# is not as it was stored is not executed.
. tests/store/store_lib

flags="-O2 ${SANITIZE:+-fsanitize=$SANITIZE}"
libs=$(sed -n 's/^Libs: -L[^ ]* -ltare//p' "$B/tare.pc")

# library ANSWER: libanswer.so in $tmp/lib
library() {
    mkdir -p "$tmp/lib"
    echo "int answer(void) { return $1; }" >"$tmp/answer.c"
    # shellcheck disable=SC2086 # words
    "$CC" $flags -shared -fPIC -Wl,-soname,libanswer.so.1 -o "$tmp/lib/libanswer.so.1" "$tmp/answer.c"
}

# suite LINKER-FLAG...: the program, which finds the library by a path inside itself
suite() {
    # shellcheck disable=SC2086 # words
    "$CC" $flags -DTARE_ENABLE -Iinclude -o "$tmp/suite" tests/store/program.c "$tmp/lib/libanswer.so.1" \
        "$B/libtare.a" "$@" $libs
}

measure() { "$@" --launches 3 --samples 1 --sample-time 100us --quiet --json "$tmp/run.json"; }
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
