// SPDX-License-Identifier: MIT
// Who made the CPU and which one it is, in numbers; never a code name, which tables get wrong.
#ifndef CPUIDENT_H
#define CPUIDENT_H

#define CPUIDENT_EMULATED "emulated" // the hypervisor of a CPU that is software

struct cpuident {
    const char *arch; // "x86_64", "aarch64"; always known
    char vendor[32];  // "AuthenticAMD"; empty: family, model, stepping and brand are not known
    int family, model, stepping;
    char brand[80];
    char hypervisor[16]; // "none", "kvm", "other" for one without a name; empty: not known
};

// Asks libcpuid about the CPU that this thread is on. Where there is no libcpuid, or its answer
// makes no sense, only `arch` is known. Leaves the affinity alone.
void cpuident_read(struct cpuident *ident);

// "libcpuid 0.6.2", or NULL when built without.
const char *cpuident_library(void);

#endif
