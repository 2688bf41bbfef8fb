// SPDX-License-Identifier: MIT
// Identifies a CPU from its lines in /proc/cpuinfo.

#include "cpuinfo.h"

#include "cpuident.h"
#include "sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS_TEXT_SIZE 8192

const char *cpuinfo_lines(const char *text, int cpu) {
    char number[16], wanted[16];
    snprintf(wanted, sizeof wanted, "%d", cpu);
    for (const char *lines = text; lines;) {
        if (sysfile_line(lines, "processor", number, sizeof number) && strcmp(number, wanted) == 0)
            return lines;
        lines = strstr(lines, "\n\n");
        lines = lines ? lines + 2 : NULL;
    }
    return NULL;
}

// Decimal or 0x...
static bool line_int(const char *lines, const char *key, int *value) {
    char text[32], *end;
    if (!sysfile_line(lines, key, text, sizeof text))
        return false;
    long number = strtol(text, &end, 0);
    *value = (int)number;
    return end != text && *end == '\0' && number >= 0 && number <= 0xffffff;
}

static bool identify_x86(struct cpuident *ident, const char *lines) {
    char flags[FLAGS_TEXT_SIZE];
    if (!sysfile_line(lines, "vendor_id", ident->vendor, sizeof ident->vendor) ||
        !line_int(lines, "cpu family", &ident->family) ||
        !line_int(lines, "model", &ident->model) ||
        !line_int(lines, "stepping", &ident->stepping) ||
        !sysfile_line(lines, "model name", ident->brand, sizeof ident->brand) ||
        !sysfile_line(lines, "flags", flags, sizeof flags))
        return false;
    snprintf(ident->hypervisor, sizeof ident->hypervisor, "%s",
             sysfile_has_word(flags, "hypervisor") ? "other" : "none");
    return true;
}

static const char *implementer_name(int implementer) {
    static const struct {
        int implementer;
        const char *name;
    } rows[] = {{0x41, "ARM"},       {0x42, "Broadcom"}, {0x43, "Cavium"},    {0x46, "Fujitsu"},
                {0x48, "HiSilicon"}, {0x4e, "NVIDIA"},   {0x50, "APM"},       {0x51, "Qualcomm"},
                {0x53, "Samsung"},   {0x61, "Apple"},    {0x6d, "Microsoft"}, {0xc0, "Ampere"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].implementer == implementer)
            return rows[i].name;
    return NULL;
}

// The kernel's MIDR fields. A part has variants and revisions, written r1p2: one number, as a
// stepping is. These CPUs cannot say whether there is a hypervisor.
static bool identify_aarch64(struct cpuident *ident, const char *lines) {
    int implementer, variant, revision;
    if (!line_int(lines, "CPU implementer", &implementer) ||
        !line_int(lines, "CPU architecture", &ident->family) ||
        !line_int(lines, "CPU part", &ident->model) || !line_int(lines, "CPU variant", &variant) ||
        !line_int(lines, "CPU revision", &revision))
        return false;
    const char *name = implementer_name(implementer);
    if (name)
        snprintf(ident->vendor, sizeof ident->vendor, "%s", name);
    else
        snprintf(ident->vendor, sizeof ident->vendor, "implementer-0x%x", (unsigned)implementer);
    ident->stepping = variant * 16 + revision;
    snprintf(ident->brand, sizeof ident->brand, "%s part 0x%x r%dp%d", ident->vendor,
             (unsigned)ident->model, variant, revision);
    return true;
}

bool cpuinfo_identify(struct cpuident *ident, const char *lines) {
    struct cpuident found = {.arch = ident->arch};
    if (!identify_x86(&found, lines)) {
        found = (struct cpuident){.arch = ident->arch};
        if (!identify_aarch64(&found, lines))
            return false;
    }
    *ident = found;
    return true;
}
