// SPDX-License-Identifier: MIT
// The checks of a machine, one function each; private to examine.c, whose table lists them. True
// when something was found, which is then filled in; the fact that the table names is known.
#ifndef LOOKS_H
#define LOOKS_H

#include <stdbool.h>

#include "examine.h"

// look_others.c: what else runs here
bool look_tracer(const struct subject *subject, struct finding *found);
bool look_emulated(const struct subject *subject, struct finding *found);
bool look_preload(const struct subject *subject, struct finding *found);
bool look_quota(const struct subject *subject, struct finding *found);
bool look_steal(const struct subject *subject, struct finding *found);
bool look_pressure(const struct subject *subject, struct finding *found);
bool look_load(const struct subject *subject, struct finding *found);
bool look_lost(const struct subject *subject, struct finding *found);
bool look_sharing(const struct subject *subject, struct finding *found);
bool look_siblings(const struct subject *subject, struct finding *found);
bool look_vm(const struct subject *subject, struct finding *found);

// look_clock.c: the clocks
bool look_clocksource(const struct subject *subject, struct finding *found);
bool look_tick(const struct subject *subject, struct finding *found);
bool look_governor(const struct subject *subject, struct finding *found);
bool look_turbo(const struct subject *subject, struct finding *found);
bool look_throttle(const struct subject *subject, struct finding *found);
bool look_battery(const struct subject *subject, struct finding *found);
bool look_profile(const struct subject *subject, struct finding *found);
bool look_nohz(const struct subject *subject, struct finding *found);

// look_cores.c: cores, memory, counters
bool look_slow_class(const struct subject *subject, struct finding *found);
bool look_classes(const struct subject *subject, struct finding *found);
bool look_memory_node(const struct subject *subject, struct finding *found);
bool look_balancing(const struct subject *subject, struct finding *found);
bool look_layout(const struct subject *subject, struct finding *found);
bool look_thp(const struct subject *subject, struct finding *found);
bool look_counters(const struct subject *subject, struct finding *found);
bool look_dead_counter(const struct subject *subject, struct finding *found);
bool look_watchdog(const struct subject *subject, struct finding *found);

// ---- For them

// "" or NaN for a fact that is not known, or of the other kind.
const char *look_text(const struct subject *subject, const char *key);
double look_number(const struct subject *subject, const char *key);

bool look_is_one_of(const char *text, const char *const *words); // NULL at the end
bool look_has_cpu(const char *list, int cpu);                    // "0-3,8"

// Always true, so that a check can end with it; takes `text`.
bool look_found(struct finding *found, enum note_level level, char *text);
void look_advise(struct finding *found, const char *fix);

// Advises to write `wanted` to the file, whose path it takes. False where there is no such file:
// then the fix is another.
bool look_setting(struct finding *found, const struct subject *subject, const char *wanted,
                  char *path);

// Of a file of the CPU that is measured, in sysfs; free it.
char *look_cpu_path(const struct subject *subject, const char *rest);

#endif
