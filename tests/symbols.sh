#!/bin/sh
# SPDX-License-Identifier: MIT
# libtare.a adds no name to a user's program but the header's and main, which is replaceable.
. tests/tap

if grep -q fsanitize "$B/flags"; then
    skip "symbols of libtare.a" "sanitizers add their own"
    exit
fi

only_ours() { nm -g --defined-only "$B/libtare.a" | awk 'NF == 3 && $3 !~ /^(main|tare_main|bench_[a-z_]+)$/ { print; bad = 1 } END { exit bad }'; }
check "libtare.a exports main, tare_main and bench_* only" only_ours

defines() { nm -g --defined-only "$B/libtare.a" | grep -q " T $1\$"; }
for name in main tare_main bench_register bench_now; do
    check "libtare.a exports $name" defines $name
done

members() { [ "$(ar t "$B/libtare.a" | sort | xargs)" = "main.o tare_suite.o" ]; }
check "libtare.a has two members" members
