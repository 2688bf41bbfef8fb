// SPDX-License-Identifier: MIT
// The gate where the old program cannot be run.
#include "gate_stored.h"

#include "compare.h"
#include "mem.h"
#include "scratch.h"
#include "suite_measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool compare(const struct gate_sides *sides, const struct gate_options *options,
                    const char *document, int *status, struct errmsg *why) {
    struct compare_options asked = {
        .paths = {[SIDE_BASE] = sides->base.paths, [SIDE_NEW] = {.items = &document, .count = 1}},
        .terms = options->terms,
        .silenced = options->silenced,
        .output = options->output,
        .unpaired = sides->unpaired,
        .spares_suspects = options->suspects == SUSPECTS_UNDECIDED,
    };
    return compare_run(&asked, status, why);
}

bool gate_stored(const struct gate_sides *sides, const struct gate_options *options, int *status,
                 struct errmsg *why) {
    if (options->document != NULL)
        fprintf(stderr, "tare: %s: nothing is kept there: %s\n", options->document,
                sides->unpaired);
    char *room = scratch_make("tare-gate", why);
    if (room == NULL)
        return false;
    char *document = mem_printf("%s/new.json", room);
    struct suite_choice choice = {options->terms.filters, options->terms.excludes, false};
    bool good = suite_measure(options, &choice, document, why) &&
                compare(sides, options, document, status, why);
    unlink(document);
    rmdir(room);
    free(document);
    free(room);
    return good;
}
