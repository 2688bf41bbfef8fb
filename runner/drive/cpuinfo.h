// SPDX-License-Identifier: MIT
// What /proc/cpuinfo says about one CPU: the identity, where libcpuid cannot give it. Pure.
#ifndef CPUINFO_H
#define CPUINFO_H

#include <stdbool.h>

struct cpuident;

// The CPU's lines within `text`, up to an empty line; NULL when it has none.
const char *cpuinfo_lines(const char *text, int cpu);

// Fills vendor to hypervisor from a CPU's lines, in the form of x86 or of aarch64. False, and
// `ident` is as it was, when they do not identify the CPU.
bool cpuinfo_identify(struct cpuident *ident, const char *lines);

#endif
