// SPDX-License-Identifier: MIT
// Under what conditions a machine measures now: power, load, memory, limits, tracers, its clock.
#ifndef CONDITIONS_H
#define CONDITIONS_H

struct document;
struct pin;

// Adds facts to the document, or the reason why one is missing; `root` and `cpu` as in
// machine_read, which calls it. What is read is since boot or of the last seconds.
void conditions_read(struct document *doc, const char *root, int cpu);

// Adds what can only be measured: the clock, in 50 us, and how quiet the first CPU of `pin` was.
// NULL: another machine's files, so nothing is measured.
void conditions_measure(struct document *doc, const struct pin *pin);

#endif
