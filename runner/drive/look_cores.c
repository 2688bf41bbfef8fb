// SPDX-License-Identifier: MIT
// Kinds of cores, memory and its layout, counters.

#include "looks.h"

#include "cpuset.h"
#include "mem.h"
#include "perf_state.h"

#include <math.h>
#include <string.h>

// ---- Cores and memory ------------------------------------------------------------------------

bool look_slow_class(const struct subject *subject, struct finding *found) {
    const char *name = look_text(subject, "cpu.core_class");
    static const char *const best[] = {"uniform", "performance", NULL};
    if (look_is_one_of(name, best))
        return false;
    look_advise(found, "choose a faster one with --cpu, or have it allowed here");
    return look_found(found, NOTE_WARNING,
                      mem_printf("cpu %d is a core of the kind '%s': not comparable with runs on "
                                 "faster ones",
                                 subject->cpu, name));
}

bool look_classes(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "cpu.core_class"), "performance") != 0)
        return false;
    return look_found(found, NOTE_INFO,
                      mem_printf("the cores are of several kinds; measured is on cpu %d, of the "
                                 "fastest",
                                 subject->cpu));
}

bool look_memory_node(const struct subject *subject, struct finding *found) {
    double node = look_number(subject, "numa.node");
    const char *allowed = look_text(subject, "numa.memory");
    if (isnan(node) || look_has_cpu(allowed, (int)node))
        return false;
    look_advise(found,
                "choose a CPU of that node with --cpu, or have memory of its own node allowed");
    return look_found(found, NOTE_WARNING,
                      mem_printf("cpu %d is on node %.0f, its memory comes from node %s",
                                 subject->cpu, node, allowed));
}

bool look_balancing(const struct subject *subject, struct finding *found) {
    struct cpuset nodes;
    if (!(look_number(subject, "kernel.numa_balancing") > 0) ||
        !cpuset_parse(&nodes, look_text(subject, "numa.nodes")) || cpuset_count(&nodes) < 2)
        return false;
    look_setting(found, subject, "0", mem_text("/proc/sys/kernel/numa_balancing"));
    return look_found(found, NOTE_INFO,
                      mem_printf("NUMA balancing moves memory between %zu nodes while it is used",
                                 cpuset_count(&nodes)));
}

bool look_layout(const struct subject *subject, struct finding *found) {
    bool is_off = look_number(subject, "kernel.aslr") == 0;
    if (!is_off && strcmp(look_text(subject, "process.layout"), "fixed") != 0)
        return false;
    if (!is_off ||
        !look_setting(found, subject, "2", mem_text("/proc/sys/kernel/randomize_va_space")))
        look_advise(found, "start it without setarch -R or debugger");
    return look_found(found, NOTE_INFO,
                      mem_text("addresses are not randomised: all launches have one memory layout, "
                               "so that luck with it does not average out"));
}

bool look_thp(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "kernel.thp"), "always") != 0)
        return false;
    look_setting(found, subject, "madvise",
                 mem_text("/sys/kernel/mm/transparent_hugepage/enabled"));
    return look_found(
        found, NOTE_INFO,
        mem_text("transparent huge pages are 'always': whether large buffers get them "
                 "is luck, launch by launch"));
}

// ---- Counters --------------------------------------------------------------------------------

bool look_counters(const struct subject *subject, struct finding *found) {
    const struct perf_state *perf = subject->perf;
    if (!perf || perf->kind == PERF_OK || perf->kind == PERF_DEAD)
        return false;
    bool is_level =
        perf->kind == PERF_FORBIDDEN && look_number(subject, "kernel.perf_paranoid") > 2;
    if (!is_level ||
        !look_setting(found, subject, "2", mem_text("/proc/sys/kernel/perf_event_paranoid")))
        look_advise(found, perf->fix);
    return look_found(found, NOTE_INFO, mem_text(perf->text));
}

bool look_dead_counter(const struct subject *subject, struct finding *found) {
    const struct perf_state *perf = subject->perf;
    if (!perf || perf->kind != PERF_DEAD)
        return false;
    look_advise(found, perf->fix);
    return look_found(found, NOTE_WARNING, mem_text(perf->text));
}

bool look_watchdog(const struct subject *subject, struct finding *found) {
    if (strcmp(look_text(subject, "kernel.nmi_watchdog"), "on") != 0)
        return false;
    look_setting(found, subject, "0", mem_text("/proc/sys/kernel/nmi_watchdog"));
    return look_found(found, NOTE_INFO,
                      mem_text("the NMI watchdog holds one hardware counter: fewer events fit into "
                               "one pass"));
}
