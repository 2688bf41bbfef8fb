// SPDX-License-Identifier: MIT
// Every macro of bench.h in C++: those of every_macro.c, and cases in namespaces.
#include "every_macro.c"

#include <string>
#include <utility>

namespace outer {

BENCH_GROUP("every macro");

BENCH(in_namespace) {
    std::string text(3, 'a');
    BENCH_LOOP(b) {
        bench_hide(text);
        bench_keep(text + text);
    }
    bench_check(b, std::pair<int, int>(1, 2).first == 1);
}

namespace {

BENCH(in_nameless) {
    BENCH_LOOP(b) {
    }
}
BENCH_CONFIG(in_nameless) { BENCH_INTS(c, "size", 1, 2); }

} // namespace

} // namespace outer

// The name of a case belongs to its namespace; that the registry sees it twice is its to refuse.
BENCH(in_namespace) {
    BENCH_LOOP(b) {
    }
}
