// SPDX-License-Identifier: MIT
// LD_PRELOADed by tests: PAPI takes the kernel's software events for a CPU's PMU, and counts them.
// It refuses them otherwise where it finds no PMU that it knows.

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

// Whatever counts through this says so in the document.
__attribute__((visibility("default"))) extern const char tare_test_device[];
const char tare_test_device[] = "fake";

// As in libpfm 4's perfmon/pfmlib.h, which need not be installed.
struct pmu_info {
    const char *name;
    const char *desc;
    size_t size;
    int pmu;
    int type;
    int nevents;
    int first_event;
    int max_encoding;
    int num_cntrs;
    int num_fixed_cntrs;
    unsigned flags;
};

enum { TYPE_CORE = 1 };

int pfm_get_pmu_info(int pmu, struct pmu_info *info);

__attribute__((visibility("default"))) int pfm_get_pmu_info(int pmu, struct pmu_info *info) {
    int (*real)(int, struct pmu_info *);
    *(void **)&real = dlsym(dlopen("libpfm.so.4", RTLD_NOW | RTLD_NOLOAD), "pfm_get_pmu_info");
    int status = real(pmu, info);
    if (status == 0 && info->name && strcmp(info->name, "perf") == 0) {
        info->type = TYPE_CORE;
        info->num_cntrs = 8;
    }
    return status;
}
