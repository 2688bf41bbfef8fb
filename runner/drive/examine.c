// SPDX-License-Identifier: MIT
// The checks of a machine's facts, as a table.

#include "examine.h"

#include "looks.h"
#include "mem.h"

#include <stdlib.h>

static const struct check {
    const char *id;
    const char *facts[2]; // that it cannot do without
    enum examine_when when;
    bool (*look)(const struct subject *subject, struct finding *found);
} checks[] = {
    {"traced", {"traced"}, EXAMINE_EACH_RUN, look_tracer},
    {"traced", {"cpu.hypervisor"}, EXAMINE_EACH_RUN, look_emulated},
    {"traced", {"allocator"}, EXAMINE_EACH_RUN, look_preload},
    {"quota", {"cgroup.quota"}, EXAMINE_DOCTOR, look_quota},
    {"steal", {"cpu.steal_percent"}, EXAMINE_DOCTOR, look_steal},
    {"load", {"pressure_percent"}, EXAMINE_DOCTOR, look_pressure},
    {"load", {"load"}, EXAMINE_DOCTOR, look_load},
    {"cpu-shared", {"cpu.lost_percent"}, EXAMINE_DOCTOR, look_lost},
    {"smt-busy", {"cpu.shared_percent"}, EXAMINE_DOCTOR, look_sharing},
    {"smt-busy", {"cpu.siblings"}, EXAMINE_DOCTOR, look_siblings},
    {"clocksrc", {"kernel.clocksource"}, EXAMINE_EACH_RUN, look_clocksource},
    {"timer-res", {"clock.tick_ns"}, EXAMINE_DOCTOR, look_tick},
    {"governor", {"cpu.governor"}, EXAMINE_WITH_DRIFT, look_governor},
    {"turbo", {"cpu.boost"}, EXAMINE_WITH_DRIFT, look_turbo},
    {"throttle", {"cpu.throttled_count"}, EXAMINE_DOCTOR, look_throttle},
    {"battery", {"power.source"}, EXAMINE_EACH_RUN, look_battery},
    {"battery", {"power.profile"}, EXAMINE_EACH_RUN, look_profile},
    {"nohz", {"cpu.nohz_full"}, EXAMINE_EACH_RUN, look_nohz},
    {"hybrid", {"cpu.core_class"}, EXAMINE_EACH_RUN, look_slow_class},
    {"hybrid", {"cpu.core_class"}, EXAMINE_DOCTOR, look_classes},
    {"numa", {"numa.memory"}, EXAMINE_EACH_RUN, look_memory_node},
    {"numa", {"kernel.numa_balancing"}, EXAMINE_DOCTOR, look_balancing},
    {"aslr", {"process.layout"}, EXAMINE_EACH_RUN, look_layout},
    {"thp", {"kernel.thp"}, EXAMINE_DOCTOR, look_thp},
    {"ctr-none", {"counters"}, EXAMINE_DOCTOR, look_counters},
    {"ctr-zero", {"counters.instructions"}, EXAMINE_DOCTOR, look_dead_counter},
    {"ctr-mux", {"counters.instructions", "kernel.nmi_watchdog"}, EXAMINE_DOCTOR, look_watchdog},
    {"vm", {"cpu.hypervisor"}, EXAMINE_EACH_RUN, look_vm},
};

const size_t examine_count = sizeof checks / sizeof *checks;

const char *examine_id(size_t check) { return checks[check].id; }

const char *examine_missing(size_t check, const struct document *doc) {
    for (size_t i = 0; i < 2 && checks[check].facts[i]; i++)
        if (!document_find_fact(doc, checks[check].facts[i]))
            return checks[check].facts[i];
    return NULL;
}

enum examine_answer examine(size_t check, const struct subject *subject, struct finding *found) {
    *found = (struct finding){0};
    if (examine_missing(check, subject->doc))
        return EXAMINE_UNKNOWN;
    if (!checks[check].look(subject, found))
        return EXAMINE_FINE;
    found->id = mem_text(checks[check].id);
    return EXAMINE_FOUND;
}

void finding_release(struct finding *finding) {
    free(finding->id);
    free(finding->text);
    free(finding->fix);
    free(finding->setting.path);
    free(finding->setting.now);
    free(finding->setting.wanted);
    *finding = (struct finding){0};
}

void examine_note(struct document *doc, const char *root, int cpu, enum examine_when when,
                  enum note_level level) {
    const struct subject subject = {.doc = doc, .root = root, .cpu = cpu};
    for (size_t i = 0; i < examine_count; i++) {
        struct finding found;
        if (checks[i].when != when || examine(i, &subject, &found) != EXAMINE_FOUND)
            continue;
        document_note(doc, found.level > (int)level ? (enum note_level)found.level : level,
                      found.id, NULL, "%s%s%s", found.text, found.fix ? "; " : "",
                      found.fix ? found.fix : "");
        finding_release(&found);
    }
}
