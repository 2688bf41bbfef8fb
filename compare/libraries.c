// SPDX-License-Identifier: MIT
// Asks each library and tool for its version.
#include "libraries.h"

#include "cpuident.h"
#include "json.h"
#include "mem.h"
#include "output.h"
#include "papi_version.h"
#include "progfile.h"

#include <stdlib.h>
#include <string.h>

static char *or_without(const char *version, const char *name) {
    return version != NULL ? mem_text(version) : mem_printf("without %s", name);
}

// It says "valgrind-3.19.0".
static char *valgrind_version(void) {
    char *const argv[] = {"valgrind", "--version", NULL};
    struct errmsg ignored; // it is not there, or as good as not there
    char *text = output_of(argv, 1000000000, &ignored);
    if (text == NULL)
        return mem_text("without valgrind");
    text[strcspn(text, "\n")] = '\0';
    char *dash = strchr(text, '-');
    if (dash != NULL)
        *dash = ' ';
    return text;
}

char **libraries_found(size_t *count) {
    char *const found[] = {
        mem_printf("cJSON %s", json_library_version()),
        or_without(papi_version(), "PAPI"),
        or_without(cpuident_library(), "libcpuid"),
        mem_text(progfile_hash_library()),
        valgrind_version(),
    };
    *count = sizeof found / sizeof *found;
    char **texts = mem_zero(*count, sizeof *texts);
    memcpy(texts, found, sizeof found);
    return texts;
}
