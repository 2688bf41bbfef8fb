#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may see whom: a wrong include does not compile, a third-party header has one home.
. tests/tap

base=runner/base/mem.c worker=runner/worker/serve.c drive=runner/drive/topology.c compare=compare/decide/match.c

# sees FROM TO, blind FROM TO: whether a source of one layer can include a header of another
sees() { check "${1%/*} sees ${2%/*}" compiles "$(compiler_in "$1")" "$(basename "${2%.c}.h")"; }
blind() { refute "${1%/*} does not see ${2%/*}" compiles "$(compiler_in "$1")" "$(basename "${2%.c}.h")"; }

sees $base $base
sees $worker $base
sees $drive $base
sees $compare $base
sees $compare $drive
sees runner/main.c $worker
sees runner/main.c $drive
sees bench/own_json.c $base

sees runner/alloc/alloc_wrap.c runner/worker/alloc_tally.c
blind runner/alloc/alloc_wrap.c $base
blind runner/alloc/alloc_wrap.c $drive
blind $base $worker
blind $base $drive
blind $base $compare
blind $worker $drive
blind $worker $compare
blind $drive $worker
blind $drive $compare
blind $compare $worker
blind runner/main.c $compare
blind bench/json.c $base

nothing() { [ -z "$1" ] || { echo "$1"; false; }; }

check "no include goes round the include paths" \
    nothing "$(grep -rn '#include ".*/' runner compare bench --include='*.[ch]' | grep -v tare/bench.h)"
check "file names are unique" \
    nothing "$(find runner compare -name '*.[ch]' ! -name main.c -exec basename {} \; | sort | uniq -d)"

sources_with() { grep -rlE "#include *[<\"].*$1" runner compare; }
for header in cJSON.h papi.h libcpuid.h xxhash.h valgrind/callgrind.h; do
    check "$header is included by no header" nothing "$(sources_with $header | grep '\.h$')"
    check "$header is included by one source at most" nothing "$(sources_with $header | tail -n +2)"
done
