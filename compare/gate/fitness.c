// SPDX-License-Identifier: MIT
// Whether this machine let us measure: what others did to our CPU while a gate ran.
#include "fitness.h"

#include "conditions.h"
#include "cpuident.h"
#include "cpuset.h"
#include "errmsg.h"
#include "examine.h"
#include "machine.h"
#include "pin.h"

#include <math.h>
#include <sys/resource.h>

static double usage_s(int whose) {
    struct rusage usage;
    getrusage(whose, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static double own_s(void) { return usage_s(RUSAGE_SELF) + usage_s(RUSAGE_CHILDREN); }

void fitness_begin(struct fitness *fitness, int cpu) {
    fitness->cpu = cpu;
    fitness->own_s = own_s();
    disturb_read(&fitness->before, "", cpu);
}

// We tied ourselves to it; workers take that over, and tie themselves.
static bool is_lost(int cpu) {
    struct cpuset allowed;
    struct errmsg ignored;
    return !pin_allowed(&allowed, &ignored) || !cpuset_has(&allowed, cpu) ||
           cpuset_count(&allowed) != 1;
}

// What a run of a suite would warn of, too.
static void warn_of_machine(int cpu, struct document *doc) {
    struct document facts = {0};
    struct cpuident ident;
    struct pin_cpu here = {.cpu = cpu, .lost = NAN};
    cpuident_read(&ident);
    machine_read(&facts, "", &ident, cpu);
    conditions_measure(&facts, &(struct pin){&here, 1});
    examine_note(&facts, "", cpu, EXAMINE_EACH_RUN, NOTE_INFO);
    for (size_t i = 0; i < facts.note_count; i++)
        if (facts.notes[i].level >= NOTE_WARNING)
            document_note(doc, NOTE_WARNING, facts.notes[i].id, NULL, "%s", facts.notes[i].text);
    document_release(&facts);
}

void fitness_end(const struct fitness *fitness, struct document *doc) {
    struct disturb after;
    disturb_read(&after, "", fitness->cpu);
    struct disturb_change change = disturb_diff(&fitness->before, &after, own_s() - fitness->own_s);
    change.pressure = NAN; // we and our workers wait for each other, all on one CPU
    disturb_note(doc, &change, fitness->cpu);
    warn_of_machine(fitness->cpu, doc);
    if (is_lost(fitness->cpu))
        document_note(doc, NOTE_ERROR, "cpu-lost", NULL,
                      "the CPUs that this process may use were changed while it measured on cpu "
                      "%d: measure again, and leave them alone",
                      fitness->cpu);
}
