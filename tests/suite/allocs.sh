#!/bin/sh
# SPDX-License-Identifier: MIT
# What the calls do to the heap: known patterns are counted exactly, by whichever means the program
# allows, and where there is none the reason is said.

. tests/suite/suite_lib
doc=$tmp/doc.json
group=heap

# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
run() { "$tmp/heap" $quick --silence build-san --silence dce "$@"; }

# counts OPTION...: a run that counts, with its document
counts() { run --allocs --json "$doc" "$@"; }

# of TRIAL COUNT: source, kind and value of that count in the document
of() {
    trial "$group/$1" "$doc" | grep -o "{\"name\":\"$2\"[^}]*}" |
        sed 's/.*"source":"\([^"]*\)","kind":"\([^"]*\)","value":\([^,}]*\).*/\1 \2 \3/'
}

# has TRIAL SOURCE COUNT=VALUE...: the document has these, exact
has() {
    of_trial=$1 source=$2
    shift 2
    for pair in "$@"; do
        found=$(of "$of_trial" "${pair%=*}")
        [ "$found" = "$source exact ${pair#*=}" ] && continue
        echo "$group/$of_trial: ${pair%=*} is '$found', not '$source exact ${pair#*=}'"
        return 1
    done
}

# is_counted SOURCE: every pattern that is the same for all allocators
is_counted() {
    has balanced "$1" allocs=5 frees=5 allocated=528 heap-growth=0 &&
        has frees_later "$1" allocs=1 frees=0 allocated=40 heap-growth=0 &&
        has prepares_long "$1" allocs=1 frees=1 heap-growth=0 &&
        has nothing "$1" allocs=0 frees=0 allocated=0 heap-growth=0 heap-peak=0 &&
        has by_libc "$1" allocs=1 frees=1 allocated=11 heap-growth=0 &&
        has in_threads/threads=2 "$1" allocs=2 frees=2 allocated=64 heap-growth=0 &&
        has by_helper "$1" allocs=1 frees=1 allocated=32 heap-growth=0 &&
        has forks "$1" allocs=1 frees=1 allocated=32 heap-growth=0
}

# ---- A sanitizer tells

sanitized() {
    says 'not available: reallocs: a sanitizer' exits 0 counts --exclude heap/leaks && is_counted sanitizer
}
case $SANITIZE in
*thread*) skip "with AddressSanitizer the sanitizer is asked" 'not together with others' ;;
*)
    CFLAGS='-O2 -fsanitize=address' build_suite heap
    check "with AddressSanitizer the sanitizer is asked" sanitized
    ;;
esac
if [ -n "$SANITIZE" ]; then
    skip 'what is preloaded or linked in counts' 'not together with sanitizers'
    exit
fi
echo 'int main(void) { return 0; }' >"$tmp/empty.c"
partly() { CFLAGS='-O2 -fsanitize=thread' build_suite heap && exits 0 counts --filter heap/nothing; }
if "$CC" -fsanitize=thread -o "$tmp/empty" "$tmp/empty.c" 2>/dev/null && "$tmp/empty" 2>/dev/null; then
    check "ThreadSanitizer does not tell all" says 'not available: allocs, .*does not tell of all' partly
else
    skip "ThreadSanitizer does not tell all" "it does not run here"
fi

# ---- Preloaded

# counted WHAT OPTION...: compiles with these and counts
counted() {
    compile_suite -O2 -o "$tmp/heap" tests/suite/heap.c "$@" && exits 0 counts && is_counted preload
}

check "the allocator of the C library" counted
check "its document is valid by its schema" tests/schema.sh "$doc"
check "blocks that stay are counted" has leaks preload allocs=3 frees=2 reallocs=1 allocated=2072
check "and by how much the heap grows" has leaks preload heap-growth=24
check "which is a leak, with its numbers" \
    says '\[leak\] heap/leaks: the heap grows by 24 B per call (3 allocated, 2 freed)' counts --filter heap/leaks
doubling() { counts --filter heap/doubles --batch-time "$1" >/dev/null && has doubles preload allocs=0 reallocs=0.0009765625; }
check "what depends on how many calls there are is of as many in short batches" doubling 2us
check "and in long ones" doubling 500us
check "use of the heap is told" says \
    '\[alloc\] heap/leaks: 3 allocations, 1 reallocation, 2072 B per call' counts --filter heap/leaks -v
check "what stays the same is no leak" not says '\[leak\]' counts --exclude heap/leaks -v
check "a check can be silenced" not says '\[leak\]' counts --filter heap/leaks --silence leak
check "workers that measure time do not load the library" \
    says '^ *preloaded 0 *$' counts --filter heap/looks
preloads() { LD_PRELOAD=$B/libtare-alloc.so run --filter heap/looks; }
check "(where it is loaded this is seen)" says '^ *preloaded 1 *$' preloads
preloads_more() { LD_PRELOAD=libm.so.6 counts --filter heap/by_libc && has by_libc preload allocs=1; }
check "what the user preloads is no hindrance" preloads_more
check "one process for all cannot count" \
    says 'not available: allocs, .*leave out --in-process' exits 0 counts --in-process --filter heap/nothing

# compile_operators OPTION...: the cases of C++ with these
compile_operators() {
    "$CXX" -std=c++17 -O2 ${POOL:+-DPOOL} -DTARE_ENABLE -Iinclude -c -o "$tmp/operators.o" tests/suite/heap_operators.cc &&
        compile_suite -o "$tmp/heap" "$tmp/operators.o" "$@" -lstdc++
}
operators_counted() { compile_operators "$@" && exits 0 counts && group=operators are_counted preload; }
are_counted() {
    has all_kinds "$1" allocs=8 frees=8 reallocs=0 allocated=864 heap-growth=0 &&
        has keeps_some "$1" allocs=2 frees=1 reallocs=0 allocated=16 &&
        of keeps_some heap-growth | grep ' exact [1-9]'
}

# has_with OPTION...: whether such programs are linked here
has_with() { "$CC" -o "$tmp/empty" "$tmp/empty.c" "$@" 2>/dev/null; }

# with NAME OPTION...: the same with another allocator, if it is here, which may bring its own
# operators
with() {
    name=$1
    shift
    if has_with "$@"; then
        check "$name is counted" counted "$@"
    else
        skip "$name is counted" "no $name here"
    fi
    if has_with "$@" -lstdc++; then
        check "new and delete with $name are counted" operators_counted "$@"
    else
        skip "new and delete with $name are counted" "no $name or no C++ here"
    fi
}
with jemalloc -Wl,--no-as-needed -ljemalloc
with mimalloc -Wl,--no-as-needed -lmimalloc

own() { compile_suite -O2 -o "$tmp/heap" tests/suite/heap.c tests/suite/own_malloc.c && counts --filter heap/nothing; }
check "a program with a malloc of its own cannot be counted" \
    says 'not available: allocs, .*a malloc of its own' own

pooled() { POOL=1 compile_operators && counts; }
if has_with -lstdc++; then
    check "new and delete of the C++ library are counted" operators_counted
    check "so they are where it is linked in" operators_counted -static-libstdc++ -Wl,-Bstatic -lstdc++ -Wl,-Bdynamic
    check "a program whose own do not ask malloc cannot be counted" \
        says "not available: allocs, .*new and delete do not ask malloc" pooled
else
    skip "new and delete of the C++ library are counted" 'no C++ here'
fi

# ---- Static programs, linked a second time

wrap=$(sed -n 's/^allocs=\([^ ]*\).*/\1/p' "$B/tare.pc")
wrapped() {
    "$CC" -std=c11 -D_GNU_SOURCE -O2 -static "$wrap" -Irunner/worker -o "$tmp/wrapped" \
        tests/suite/wrapped.c "$B/tare_alloc.o" && [ "$("$tmp/wrapped")" = '3 2 1 1059 grown' ]
}
static() { compile_suite -O2 -static "$@" tests/suite/heap.c; }
second() { static -o "$tmp/heap.alloc" "$wrap" "$B/tare_alloc.o" && exits 0 counts && is_counted wrap; }

if ! "$CC" -static -o "$tmp/empty" "$tmp/empty.c" 2>/dev/null; then
    skip 'wrappers count' 'no static C library'
else
    check 'wrappers count' wrapped
fi
if ! static -o "$tmp/heap" 2>/dev/null; then
    skip 'a static suite is counted in its second link' 'its libraries are not here as archives'
else
    check 'a static suite says how to link it' says 'not available: .*make bench-alloc' exits 0 counts
    check 'its second link is counted' second
    touch "$tmp/heap"
    check 'one that is older than the suite is not' says 'not available: .* older' exits 0 counts
fi

# A static program of C++, and its second link.
operators_apart() {
    compile_operators -static && mv "$tmp/heap" "$tmp/first" &&
        compile_operators -static "$wrap" "$B/tare_alloc.o" && mv "$tmp/heap" "$tmp/heap.alloc" &&
        mv "$tmp/first" "$tmp/heap" && exits 0 counts && group=operators are_counted wrap
}
if has_with -static -lstdc++ && static -o "$tmp/heap" 2>/dev/null; then
    check 'new and delete of a static suite are counted' operators_apart
else
    skip 'new and delete of a static suite are counted' 'its libraries are not here as archives'
fi
