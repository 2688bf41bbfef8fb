// SPDX-License-Identifier: MIT
// A C++ source with a case, beside a C source with one.
#include <tare/bench.h>

#include <algorithm>
#include <string>
#include <vector>

BENCH(longest_of_many) {
    std::vector<std::string> words(100, "word");
    words[50] = "longer";
    BENCH_LOOP(b) {
        auto shorter = [](const std::string &x, const std::string &y) {
            return x.size() < y.size();
        };
        bench_keep(std::max_element(words.begin(), words.end(), shorter)->size());
    }
}
