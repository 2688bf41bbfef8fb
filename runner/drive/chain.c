// SPDX-License-Identifier: MIT
// The pass that estimates cycles where no counter gave them.
#include "chain.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {"cycles", NULL};

static bool lacks_cycles(const struct trial *trial) {
    for (size_t i = 0; i < trial->count_count; i++)
        if (strcmp(trial->counts[i].name, names[0]) == 0 && !isnan(trial->counts[i].value))
            return false;
    return true;
}

struct pass chain_pass(const struct launch_how *how, uint64_t limit_ns) {
    struct pass pass = {
        .name = "estimated cycles",
        .how = *how,
        .limit_ns = limit_ns,
        .slowness = 1,
        .rounds = 20,
        .rounds_min = 4,
        .kind = COUNT_ESTIMATED,
        .names = names,
        .source = "chain",
        .applies = lacks_cycles,
    };
    pass.how.meter = "chain";
    pass.how.wanted = "";
    return pass;
}
