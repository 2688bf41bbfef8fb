// SPDX-License-Identifier: MIT
// The pass that estimates cycles where no counter gave them.
#include "chain.h"

#include <math.h>

static const char *const names[] = {"cycles", NULL};

static bool lacks_cycles(const struct trial *trial) {
    const struct count *cycles = document_count(trial, names[0]);
    return cycles == NULL || isnan(cycles->value);
}

void chain_pass(const struct pass_site *site, bool is_wanted) {
    struct pass pass = {
        .name = "estimated cycles",
        .is_wanted = is_wanted,
        .how = *site->how,
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
    pass_run(&pass, site);
}
