// SPDX-License-Identifier: MIT
// Whether PAPI can be loaded here. Its header is the worker's: nobody else may start it.

#include "papi_version.h"

#ifdef HAVE_PAPI

#include <dlfcn.h>
#include <stdio.h>

#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)

const char *papi_version(void) {
    static char text[32];
    char soname[32];
    unsigned major, minor, revision;
    if (sscanf(TEXT(HAVE_PAPI), "%u.%u.%u", &major, &minor, &revision) != 3)
        return NULL;
    snprintf(soname, sizeof soname, "libpapi.so.%u.%u", major, minor);
    void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return NULL;
    dlclose(library);
    snprintf(text, sizeof text, "PAPI %u.%u.%u", major, minor, revision);
    return text;
}

#else

#include <stddef.h>

const char *papi_version(void) { return NULL; }

#endif
