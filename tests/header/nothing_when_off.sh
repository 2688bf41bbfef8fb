#!/bin/sh
# SPDX-License-Identifier: MIT
# Without TARE_ENABLE a source with cases gives the object that it gives without them.
. tests/header/compilers

# Helpers of the cases alone are inline: gcc -O0 emits every other static function.
cat >"$tmp/production.c" <<'END'
#include <tare/bench.h>
#ifdef __cplusplus
extern "C" {
#endif
int checksum(const char *text);
int checksum(const char *text) {
    int sum = 0;
    while (*text)
        sum = sum * 31 + *text++;
    return sum;
}
#ifdef __cplusplus
}
#endif
#ifdef WITH_CASES
static inline const char *sample(void) { return "only the case needs this text"; }
BENCH_GROUP("production");
BENCH(checksum) {
    static int seen[100];
    const char *text = sample();
    BENCH_LOOP(b) {
        bench_hide(text);
        bench_keep(checksum(text));
        bench_use_mem(seen);
    }
    bench_check(b, checksum(text) != 0);
}
BENCH_CONFIG(checksum) { BENCH_INTS(c, "size", 1, 2, 3); }
#endif
END

object() { # COMPILER LANGUAGE FLAG...: symbols and section sizes
    compiler=$1 language=$2
    shift 2
    $compiler -x "$language" "$@" -Iinclude -c "$tmp/production.c" -o "$tmp/production.o" && {
        nm -f posix "$tmp/production.o"
        size -A "$tmp/production.o"
    }
}

same_object() { # COMPILER LANGUAGE FLAG...: with cases as without
    object "$@" >"$tmp/without" && object "$@" -DWITH_CASES >"$tmp/with" &&
        diff "$tmp/without" "$tmp/with"
}

# A static helper that only a case calls: used, so not worth a warning.
warns_of_nothing() { # COMPILER LANGUAGE
    sed 's/static inline/static/' "$tmp/production.c" >"$tmp/helper.c"
    $1 -x "$2" -O2 -Wall -Wextra -Werror -DWITH_CASES -Iinclude -c "$tmp/helper.c" \
        -o "$tmp/helper.o"
}

compare_objects() { # COMPILER LANGUAGE
    for level in -O0 -O2; do
        check "cases leave no symbol and no byte without TARE_ENABLE, $1 $level" \
            same_object "$1" "$2" $level
    done
    check "cases and their helpers warn of nothing without TARE_ENABLE, $1" \
        warns_of_nothing "$1" "$2"
    refute "cases leave something with TARE_ENABLE, $1" same_object "$1" "$2" -O2 -DTARE_ENABLE
}
both_languages compare_objects
