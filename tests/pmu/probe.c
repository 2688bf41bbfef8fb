// SPDX-License-Identifier: MIT
// Tells what this machine's kernel says about its counters, without PAPI: one line, as for
// "ok 20004 hardware counters can be read".

#include "perf_state.h"

#include <inttypes.h>
#include <stdio.h>

int main(void) {
    struct perf_answer answer;
    struct perf_state state;
    perf_state_ask(&answer);
    perf_state_judge(&state, &answer);
    printf("%s %" PRIu64 " %s\n", perf_kind_names[state.kind], answer.counted, state.text);
    return 0;
}
