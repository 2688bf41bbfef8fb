// SPDX-License-Identifier: MIT
// Whether PAPI can be loaded here.

#include "papi_version.h"

#ifdef HAVE_PAPI

#include <dlfcn.h>
#include <stdio.h>

#include <papi.h>

const char *papi_version(void) {
    static char text[32];
    char soname[32];
    snprintf(soname, sizeof soname, "libpapi.so.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
             PAPI_VERSION_MINOR(PAPI_VERSION));
    void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return NULL;
    dlclose(library);
    snprintf(text, sizeof text, "PAPI %d.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
             PAPI_VERSION_MINOR(PAPI_VERSION), PAPI_VERSION_REVISION(PAPI_VERSION));
    return text;
}

#else

#include <stddef.h>

const char *papi_version(void) { return NULL; }

#endif
