// SPDX-License-Identifier: MIT
// Looks up PMUs in the kernel's folder of them.

#include "perf_pmu.h"

#include "textfile.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool peek(const char *devices, const char *name, const char *file, char *text, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", devices, name, file);
    return textfile_peek(path, text, size);
}

long perf_pmu_type(const char *devices, const char *name) {
    char text[32];
    return peek(devices, name, "type", text, sizeof text) ? strtol(text, NULL, 10) : -1;
}

// Whether "0-3,8" has it.
static bool list_has(const char *list, long cpu) {
    for (const char *at = list;; at++) {
        char *end;
        long first = strtol(at, &end, 10);
        if (end == at)
            return false;
        long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
        if (cpu >= first && cpu <= last)
            return true;
        if (*end != ',')
            return false;
        at = end;
    }
}

long perf_pmu_of_cpu(const char *devices, int cpu) {
    DIR *folder = opendir(devices);
    long type = -1;
    const struct dirent *entry;
    while (folder && type < 0 && (entry = readdir(folder))) {
        char cpus[256];
        if (peek(devices, entry->d_name, "cpus", cpus, sizeof cpus) && list_has(cpus, cpu))
            type = perf_pmu_type(devices, entry->d_name);
    }
    if (folder)
        closedir(folder);
    return type;
}
