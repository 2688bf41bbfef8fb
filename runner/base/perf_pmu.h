// SPDX-License-Identifier: MIT
// The kernel's PMUs of cores. Where a CPU has several kinds of cores each kind has a PMU of its
// own, and an event that names none may count on one kind only.
#ifndef PERF_PMU_H
#define PERF_PMU_H

#include <stdint.h>

#define PERF_PMU_DEVICES "/sys/bus/event_source/devices" // what `devices` is but for tests

// The number by which the kernel knows a PMU ("cpu_atom"); -1: it has no such.
long perf_pmu_type(const char *devices, const char *name);

// That of the PMU whose cores `cpu` is one of; -1: no PMU says which are its own.
long perf_pmu_of_cpu(const char *devices, int cpu);

// What is added to the config of a generic event to have it counted by that PMU.
static inline uint64_t perf_pmu_config(long type) { return type > 0 ? (uint64_t)type << 32 : 0; }

#endif
