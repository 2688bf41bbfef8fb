// SPDX-License-Identifier: MIT
// Identifies the CPU through libcpuid. Only this file sees libcpuid.

#include "cpuident.h"

#ifdef HAVE_LIBCPUID
#include <libcpuid/libcpuid.h>
#endif

#include <stdbool.h>
#include <stdio.h>

static const char *arch_name(void) {
#if defined __x86_64__
    return "x86_64";
#elif defined __i386__
    return "i386";
#elif defined __aarch64__
    return "aarch64";
#elif defined __arm__
    return "arm";
#elif defined __riscv
    return "riscv";
#elif defined __powerpc64__
    return "ppc64";
#elif defined __s390x__
    return "s390x";
#else
    return "other";
#endif
}

#ifdef HAVE_LIBCPUID

// qemu gives its own name to a CPU only where it emulates it.
static const char *hypervisor_name(struct cpu_raw_data_t *raw, struct cpu_id_t *id) {
    static const char *const names[] = {
        [HYPERVISOR_BHYVE] = "bhyve",
        [HYPERVISOR_HYPERV] = "hyperv",
        [HYPERVISOR_KVM] = "kvm",
        [HYPERVISOR_PARALLELS] = "parallels",
        [HYPERVISOR_QEMU] = CPUIDENT_EMULATED,
        [HYPERVISOR_VIRTUALBOX] = "virtualbox",
        [HYPERVISOR_VMWARE] = "vmware",
        [HYPERVISOR_XEN] = "xen",
    };
    if (!id->flags[CPU_FEATURE_HYPERVISOR])
        return "none";
    int vendor = (int)cpuid_get_hypervisor(raw, id);
    bool is_named = vendor > 0 && vendor < (int)(sizeof names / sizeof *names) && names[vendor];
    return is_named ? names[vendor] : "other";
}

// cpuid_get_all_raw_data() would say more about hybrid CPUs, but leaves its caller tied to the last
// CPU (libcpuid 0.6.2).
void cpuident_read(struct cpuident *ident) {
    struct cpu_raw_data_t raw;
    struct cpu_id_t id;
    *ident = (struct cpuident){.arch = arch_name()};
    if (!cpuid_present() || cpuid_get_raw_data(&raw) < 0 || cpu_identify(&raw, &id) < 0)
        return;
    if (id.vendor_str[0] == '\0' || id.ext_family <= 0 || id.ext_model < 0 || id.stepping < 0)
        return;
    snprintf(ident->vendor, sizeof ident->vendor, "%s", id.vendor_str);
    snprintf(ident->brand, sizeof ident->brand, "%s", id.brand_str);
    snprintf(ident->hypervisor, sizeof ident->hypervisor, "%s", hypervisor_name(&raw, &id));
    ident->family = id.ext_family;
    ident->model = id.ext_model;
    ident->stepping = id.stepping;
}

const char *cpuident_library(void) {
    static char text[32];
    snprintf(text, sizeof text, "libcpuid %s", cpuid_lib_version());
    return text;
}

#else

void cpuident_read(struct cpuident *ident) { *ident = (struct cpuident){.arch = arch_name()}; }

const char *cpuident_library(void) { return NULL; }

#endif
