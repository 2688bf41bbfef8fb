// SPDX-License-Identifier: MIT
// Whether PAPI can be loaded here, and counts. Its header is the worker's.

#include "papi_version.h"

#include <stddef.h>

#ifdef HAVE_PAPI

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)

struct version {
    unsigned major, minor, revision;
};

// NULL where there is none.
static void *load(struct version *v) {
    char soname[32];
    if (sscanf(TEXT(HAVE_PAPI), "%u.%u.%u", &v->major, &v->minor, &v->revision) != 3)
        return NULL;
    snprintf(soname, sizeof soname, "libpapi.so.%u.%u", v->major, v->minor);
    return dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
}

const char *papi_version(void) {
    static char text[32];
    struct version v;
    void *library = load(&v);
    if (!library)
        return NULL;
    dlclose(library);
    snprintf(text, sizeof text, "PAPI %u.%u.%u", v.major, v.minor, v.revision);
    return text;
}

// A component that is off, as that of a CPU that it does not know, lists no events.
static bool lists_events(void) {
    enum { NATIVE_MASK = 0x40000000, ENUM_FIRST = 1, CPU_COMPONENT = 0 }; // as in papi.h
    struct version v;
    void *library = load(&v);
    int (*init)(int), (*enumerate)(int *, int, int), code = NATIVE_MASK;
    *(void **)&init = library ? dlsym(library, "PAPI_library_init") : NULL;
    *(void **)&enumerate = library ? dlsym(library, "PAPI_enum_cmp_event") : NULL;
    int current = (int)(v.major << 24 | v.minor << 16);
    return init && enumerate && init(current) == current &&
           enumerate(&code, ENUM_FIRST, CPU_COMPONENT) == 0;
}

const char *papi_refusal(void) {
    int status = 0;
    const char *version = papi_version();
    pid_t child = version ? fork() : -1;
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        _exit(lists_events() ? 0 : 1);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    bool is_refused = child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 1;
    return is_refused ? version : NULL;
}

#else

const char *papi_version(void) { return NULL; }
const char *papi_refusal(void) { return NULL; }

#endif
