// SPDX-License-Identifier: MIT
// Counts by PAPI, which is loaded when it is first asked for: presets, native events, those of its
// components, and those that the program under test defines by itself (SDE).

#include "counter_source.h"

#ifdef HAVE_PAPI

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <papi.h>
#include <sys/syscall.h>

// What is called of it.
#define CALLS(CALL)                                                                                \
    CALL(library_init)                                                                             \
    CALL(shutdown)                                                                                 \
    CALL(thread_init)                                                                              \
    CALL(register_thread)                                                                          \
    CALL(strerror)                                                                                 \
    CALL(get_component_index)                                                                      \
    CALL(get_component_info)                                                                       \
    CALL(get_event_component)                                                                      \
    CALL(enum_cmp_event)                                                                           \
    CALL(event_code_to_name)                                                                       \
    CALL(event_name_to_code)                                                                       \
    CALL(create_eventset)                                                                          \
    CALL(assign_eventset_component)                                                                \
    CALL(add_named_event)                                                                          \
    CALL(cleanup_eventset)                                                                         \
    CALL(destroy_eventset)                                                                         \
    CALL(start)                                                                                    \
    CALL(read)                                                                                     \
    CALL(stop)

#define MEMBER(name) __typeof__(PAPI_##name) *name;
static struct { CALLS(MEMBER) } papi;

#define ROW(name) {"PAPI_" #name, offsetof(__typeof__(papi), name)},
static const struct {
    const char *name;
    size_t offset;
} calls[] = {CALLS(ROW)};

// ---- Loading ---------------------------------------------------------------------------------

static bool load(struct errmsg *why) {
    char soname[32];
    snprintf(soname, sizeof soname, "libpapi.so.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
             PAPI_VERSION_MINOR(PAPI_VERSION));
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(why, "PAPI is not installed here: no %s", soname);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        void *call = dlsym(library, calls[i].name);
        if (!call)
            return fail(why, "%s has no %s; install the whole of PAPI", soname, calls[i].name);
        memcpy((char *)&papi + calls[i].offset, &call, sizeof call);
    }
    return true;
}

static unsigned long thread_id(void) { return (unsigned long)syscall(SYS_gettid); }

static bool open_source(struct errmsg *why) {
    if (!load(why))
        return false;
    int version = papi.library_init(PAPI_VER_CURRENT);
    if (version != PAPI_VER_CURRENT)
        return fail(why, "PAPI does not start: %s",
                    version < 0 ? papi.strerror(version) : "another version than it was built for");
    int status = papi.thread_init(thread_id);
    return status == PAPI_OK || fail(why, "PAPI knows no threads: %s", papi.strerror(status));
}

static void close_source(void) { papi.shutdown(); }

// ---- Events ----------------------------------------------------------------------------------

static bool is_on(int component, struct errmsg *why) {
    const PAPI_component_info_t *info = papi.get_component_info(component);
    if (info == NULL)
        return fail(why, "PAPI has no such component");
    return !info->disabled ||
           fail(why, "PAPI's component %s is off: %s", info->name, info->disabled_reason);
}

// PAPI takes any name of this kind, and counts 0 for ever where nobody defined it.
static bool is_defined(const char *event) {
    int component = papi.get_component_index("sde");
    int code = PAPI_NATIVE_MASK;
    char name[PAPI_HUGE_STR_LEN];
    int status = component < 0 ? component : papi.enum_cmp_event(&code, PAPI_ENUM_FIRST, component);
    for (; status == PAPI_OK; status = papi.enum_cmp_event(&code, PAPI_ENUM_EVENTS, component))
        if (papi.event_code_to_name(code, name) == PAPI_OK && strcmp(name, event) == 0)
            return true;
    return false;
}

static int place(const char *event, struct errmsg *why) {
    bool is_own = strncmp(event, "sde:::", 6) == 0;
    bool is_cpus = strstr(event, ":::") == NULL;
    int code;
    if (is_own && !is_defined(event))
        fail(why, "the program defines no event '%s', or only after the set-up of the case", event);
    else if (is_cpus && !is_on(papi.get_component_index("perf_event"), why))
        return -1;
    else if (papi.event_name_to_code(event, &code) != PAPI_OK)
        fail(why, "PAPI has no event '%s' here; papi_native_avail lists them", event);
    else if (is_on(papi.get_event_component(code), why))
        return papi.get_event_component(code);
    return -1;
}

static bool is_scarce(int component) { return component == papi.get_component_index("perf_event"); }

// ---- Sets: a handle is PAPI's own number, plus 1 ---------------------------------------------

static int number_of(void *set) { return (int)((intptr_t)set - 1); }

static void *set_new(int component) {
    int number = PAPI_NULL;
    papi.register_thread();
    if (papi.create_eventset(&number) != PAPI_OK)
        return NULL;
    papi.assign_eventset_component(number, component);
    return (void *)(intptr_t)(number + 1);
}

static bool set_add(void *set, const char *event, struct errmsg *why) {
    int status = papi.add_named_event(number_of(set), event);
    return status == PAPI_OK ||
           fail(why, "PAPI does not count '%s' here: %s", event, papi.strerror(status));
}

static bool set_start(void *set, struct errmsg *why) {
    int status = papi.start(number_of(set));
    return status == PAPI_OK ||
           fail(why, "PAPI does not start its counters: %s", papi.strerror(status));
}

static bool set_read(void *set, long long *values) {
    return papi.read(number_of(set), values) == PAPI_OK;
}

static void set_stop(void *set) {
    long long values[COUNTER_SET_MAX];
    papi.stop(number_of(set), values);
}

static void set_free(void *set) {
    int number = number_of(set);
    papi.cleanup_eventset(number);
    papi.destroy_eventset(&number);
}

const struct counter_source counters_papi = {
    "PAPI",    open_source, place,    is_scarce, set_new,      set_add,
    set_start, set_read,    set_stop, set_free,  close_source,
};

#else

static bool open_source(struct errmsg *why) { return fail(why, "tare was built without PAPI"); }

const struct counter_source counters_papi = {.name = "PAPI", .open = open_source};

#endif
