// SPDX-License-Identifier: MIT
// What others would say of two runs of a suite, old and then new. Prints for each trial its name,
// the p of google benchmark's test and by how many percent new is slower, of medians.
//
// Its tools/compare.py takes the times of all repetitions of both programs, each in one process,
// and asks Mann and Whitney's U test, two-sided, at 5 %. Here a sample is a repetition.
#include "document.h"
#include "errmsg.h"
#include "mem.h"
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct times {
    double *ns; // per call
    size_t count;
};

static struct times times_of(const struct trial *trial) {
    struct times times = {0};
    for (size_t i = 0; i < trial->launch_count; i++)
        for (size_t j = 0; j < trial->launches[i].span_count; j++) {
            times.ns = mem_push(times.ns, &times.count, sizeof *times.ns);
            times.ns[times.count - 1] = (double)trial->launches[i].spans[j] / (double)trial->calls;
        }
    return times;
}

static const struct trial *find(const struct document *doc, const char *name) {
    for (size_t i = 0; i < doc->trial_count; i++)
        if (strcmp(doc->trials[i].name, name) == 0)
            return &doc->trials[i];
    return NULL;
}

static void compare(const struct trial *old_trial, const struct trial *new_trial) {
    struct times old = times_of(old_trial), new = times_of(new_trial);
    double p = stats_rank_p(old.ns, old.count, new.ns, new.count);
    double ratio = stats_median(new.ns, new.count) / stats_median(old.ns, old.count);
    printf("%s %.6f %.3f\n", new_trial->name, p, 100 * (ratio - 1));
    free(old.ns);
    free(new.ns);
}

int main(int argc, char **argv) {
    struct document old, new;
    struct errmsg why = {"usage: peers OLD.json NEW.json"};
    if (argc != 3 || !document_read(&old, argv[1], &why) || !document_read(&new, argv[2], &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 2;
    }
    for (size_t i = 0; i < new.trial_count; i++) {
        const struct trial *other = find(&old, new.trials[i].name);
        if (other != NULL && other->launch_count != 0 && new.trials[i].launch_count != 0)
            compare(other, &new.trials[i]);
    }
    document_release(&old);
    document_release(&new);
    return 0;
}
