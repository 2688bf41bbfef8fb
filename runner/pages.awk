# SPDX-License-Identifier: MIT
# Writes a linker script that gives each function a page of its own, at an offset that its name
# decides, so that nothing else in the program moves it:
#
#     readelf -SW *.o | awk -f pages.awk >pages.ld && cc *.o -Wl,-T,pages.ld ...
#
# -v phase=16: all functions 16 bytes further on. Needs -ffunction-sections, and GNU ld or lld.

BEGIN {
    file = "*" # a single one has no name
    letters = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.$"
    print "SECTIONS\n{\n  .text.tare : ALIGN(4096) SUBALIGN(16)\n  {"
}

# In one of 48 lines of 64 bytes, so that functions do not all share one set of the caches.
function offset_of(name,    hash, i) {
    for (i = 1; i <= length(name); i++)
        hash = (hash * 31 + index(letters, substr(name, i, 1))) % 65521
    return 64 * (hash % 48) + phase
}

# An archive's members are "archive(member)" here, and "archive:member" for the linker.
/^File: / {
    file = substr($0, 7)
    if (sub(/\)$/, "", file))
        sub(/\(/, ":", file)
    file = "\"" file "\""
}

# Code that is cold, or runs once, stays where it is. An inline function of C++ is in many files,
# and in the program once.
match($0, / \.text\.[^ ]+ +PROGBITS /) {
    name = substr($0, RSTART + 1)
    sub(/ .*/, "", name)
    if (name ~ /^\.text\.(unlikely|startup|exit)(\.|$)/)
        next
    is_shared = $(NF - 3) ~ /G/
    if (is_shared && seen[name]++)
        next
    printf "    . = ALIGN(4096) + %d; %s(\"%s\")\n", offset_of(name),
           is_shared ? "*" : file, name
}

END { print "  }\n}\nINSERT BEFORE .text;" }
