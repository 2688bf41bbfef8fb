// SPDX-License-Identifier: MIT
// Asks each library and tool for its version.
#include "libraries.h"

#include "callgrind.h"
#include "cpuident.h"
#include "json.h"
#include "mem.h"
#include "papi_version.h"
#include "progfile.h"

#include <stdlib.h>
#include <string.h>

static char *or_without(const char *version, const char *name) {
    return version != NULL ? mem_text(version) : mem_printf("without %s", name);
}

char **libraries_found(size_t *count) {
    char *valgrind = callgrind_tool();
    char *const found[] = {
        mem_printf("cJSON %s", json_library_version()),
        or_without(papi_version(), "PAPI"),
        or_without(cpuident_library(), "libcpuid"),
        mem_text(progfile_hash_library()),
        valgrind != NULL ? valgrind : mem_text("without valgrind"),
    };
    *count = sizeof found / sizeof *found;
    char **texts = mem_zero(*count, sizeof *texts);
    memcpy(texts, found, sizeof found);
    return texts;
}
