// SPDX-License-Identifier: MIT
// Whether this machine let us measure: what others did to our CPU while a gate ran.
#include "fitness.h"

#include "cpuset.h"
#include "errmsg.h"
#include "pin.h"

#include <sys/resource.h>

static double workers_s(void) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

void fitness_begin(struct fitness *fitness, int cpu) {
    fitness->cpu = cpu;
    fitness->own_s = workers_s();
    disturb_read(&fitness->before, "", cpu);
}

// We tied ourselves to it; workers take that over, and tie themselves.
static bool is_lost(int cpu) {
    struct cpuset allowed;
    struct errmsg ignored;
    return !pin_allowed(&allowed, &ignored) || !cpuset_has(&allowed, cpu) ||
           cpuset_count(&allowed) != 1;
}

void fitness_end(const struct fitness *fitness, struct document *doc) {
    struct disturb after;
    disturb_read(&after, "", fitness->cpu);
    struct disturb_change change =
        disturb_diff(&fitness->before, &after, workers_s() - fitness->own_s);
    disturb_note(doc, &change, fitness->cpu);
    if (is_lost(fitness->cpu))
        document_note(doc, NOTE_ERROR, "cpu-lost", NULL,
                      "the CPUs that this process may use were changed while it measured on cpu "
                      "%d: measure again, and leave them alone",
                      fitness->cpu);
}
