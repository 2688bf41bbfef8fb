// SPDX-License-Identifier: MIT
// Counting under callgrind, as the driver sees it.

#include "callgrind.h"

#include "mem.h"
#include "output.h"
#include "scratch.h"
#include "sysfile.h"
#include "textfile.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_BYTES_MAX ((size_t)4 << 20)

// ---- valgrind --------------------------------------------------------------------------------

// The first file of that name in PATH that may be executed, or NULL; free it.
static char *find_program(const char *name) {
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t length = strcspn(at, ":");
        char *path = mem_printf("%.*s/%s", (int)length, at, name);
        if (*path == '/' && access(path, X_OK) == 0)
            return path;
        free(path);
        at += length + (at[length] == ':');
    }
    return NULL;
}

// "valgrind-3.19.0\n"; NULL if it says anything else.
static char *ask_version(char *valgrind, struct errmsg *why) {
    static const uint64_t limit_ns = 10000000000;
    static const char name[] = "valgrind-";
    char *argv[] = {valgrind, "--version", NULL};
    struct errmsg end = {"prints no version"};
    char *text = output_of(argv, limit_ns, &end), *version = NULL;
    if (text && strncmp(text, name, sizeof name - 1) == 0)
        version =
            mem_printf("%.*s", (int)strcspn(text + sizeof name - 1, "\n"), text + sizeof name - 1);
    else
        fail(why, "%s: %s; is valgrind installed whole?", valgrind, end.text);
    free(text);
    return version;
}

static bool find_valgrind(struct callgrind *callgrind, struct errmsg *why) {
    *callgrind = (struct callgrind){.valgrind = find_program("valgrind")};
    if (!callgrind->valgrind)
        return fail(why, "valgrind is not in PATH; install it");
    callgrind->version = ask_version(callgrind->valgrind, why);
    return callgrind->version != NULL;
}

bool callgrind_init(struct callgrind *callgrind, struct errmsg *why) {
    if (find_valgrind(callgrind, why))
        callgrind->room = scratch_make("tare-callgrind", why);
    if (callgrind->room)
        return true;
    callgrind_release(callgrind);
    return false;
}

static void remove_room(const char *room) {
    DIR *directory = opendir(room);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        unlinkat(dirfd(directory), entry->d_name, 0); // refused for "." and ".."
    closedir(directory);
    rmdir(room);
}

void callgrind_release(struct callgrind *callgrind) {
    if (callgrind->room)
        remove_room(callgrind->room);
    free(callgrind->valgrind);
    free(callgrind->version);
    free(callgrind->room);
    *callgrind = (struct callgrind){0};
}

char *callgrind_tool(void) {
    struct callgrind callgrind;
    struct errmsg ignored;
    char *tool =
        find_valgrind(&callgrind, &ignored) ? mem_printf("valgrind %s", callgrind.version) : NULL;
    callgrind_release(&callgrind);
    return tool;
}

// ---- What it cannot count --------------------------------------------------------------------

// Words of a unit's features.
static const struct {
    const char *feature, *name;
} sanitizers[] = {
    {"asan", "AddressSanitizer"},
    {"tsan", "ThreadSanitizer"},
    {"msan", "MemorySanitizer"},
};

static const char *find_sanitizer(const struct program *program) {
    for (size_t i = 0; i < program->unit_count; i++)
        for (size_t row = 0; row < sizeof sanitizers / sizeof *sanitizers; row++)
            if (sysfile_has_word(program->units[i].features, sanitizers[row].feature))
                return sanitizers[row].name;
    return NULL;
}

bool callgrind_can_count(const struct document *doc, const struct trial *trial,
                         struct errmsg *why) {
    const char *sanitizer = find_sanitizer(&doc->program);
    if (sanitizer)
        return fail(why, "built with %s, which does not run under valgrind", sanitizer);
    if (trial->threads > 1)
        return fail(why, "%" PRId64 " threads: callgrind counts a single one", trial->threads);
    return true;
}

// ---- The environment -------------------------------------------------------------------------

// What programs, libraries and valgrind's own parts are found with.
static const char *const found_with[] = {"PATH", "LD_LIBRARY_PATH", "VALGRIND_LIB"};

// The tunables are the C library's own: which copy of a function runs must not be the caller's
// choice. Names bound at once: or the first call of each would count the search for it.
static const char *const settings[] = {"LC_ALL=C", "LD_BIND_NOW=1", "GLIBC_TUNABLES="};

static bool has_name(const struct callgrind_environment *environment, const char *entry) {
    size_t length = strcspn(entry, "=") + 1;
    for (size_t i = 0; i < environment->count; i++)
        if (strncmp(environment->entries[i], entry, length) == 0)
            return true;
    return false;
}

// Takes the entry, unless there is one of its name.
static void take_entry(struct callgrind_environment *environment, char *entry) {
    if (entry && has_name(environment, entry)) {
        free(entry);
        return;
    }
    environment->entries =
        mem_push(environment->entries, &environment->count, sizeof *environment->entries);
    environment->entries[environment->count - 1] = entry;
}

static void keep(struct callgrind_environment *environment, const char *name) {
    const char *value = getenv(name);
    if (value)
        take_entry(environment, mem_printf("%s=%s", name, value));
}

struct callgrind_environment callgrind_environment(const struct flag_texts *kept) {
    struct callgrind_environment environment = {0};
    for (size_t i = 0; i < kept->count; i++)
        keep(&environment, kept->items[i]);
    for (size_t i = 0; i < sizeof found_with / sizeof *found_with; i++)
        keep(&environment, found_with[i]);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        take_entry(&environment, mem_text(settings[i]));
    take_entry(&environment, NULL);
    environment.count--;
    return environment;
}

void callgrind_environment_release(struct callgrind_environment *environment) {
    for (size_t i = 0; i < environment->count; i++)
        free(environment->entries[i]);
    free(environment->entries);
    *environment = (struct callgrind_environment){0};
}

// ---- A worker under it -----------------------------------------------------------------------

// No reads and writes of data without a simulated cache, no branches without a simulated predictor;
// what these two are thought to miss is not used. Their sizes are given for valgrind would look for
// this machine's. A file for each thread tells that there were others.
static const char *const options[] = {
    "--command-line-only=yes", // no ~/.valgrindrc
    "--tool=callgrind",        "--vgdb=no",       "--collect-atstart=no",
    "--separate-threads=yes",  "--dump-line=no",  "--cache-sim=yes",
    "--branch-sim=yes",        "--I1=32768,8,64", "--D1=32768,8,64",
    "--LL=8388608,16,64",
};

void callgrind_seat_init(struct callgrind_seat *seat, const struct callgrind *callgrind,
                         size_t number) {
    size_t count = 0;
    *seat = (struct callgrind_seat){
        .parts = mem_printf("%s/%zu.part", callgrind->room, number),
        .log = mem_printf("%s/%zu.log", callgrind->room, number),
    };
    seat->argv[count++] = mem_text(callgrind->valgrind);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        seat->argv[count++] = mem_text(options[i]);
    seat->argv[count++] = mem_printf("--callgrind-out-file=%s", seat->parts);
    seat->argv[count++] = mem_printf("--log-file=%s", seat->log);
    assert(count < sizeof seat->argv / sizeof *seat->argv);
}

void callgrind_seat_release(struct callgrind_seat *seat) {
    for (size_t i = 0; seat->argv[i]; i++)
        free(seat->argv[i]);
    free(seat->parts);
    free(seat->log);
    *seat = (struct callgrind_seat){0};
}

// At its end callgrind writes a file for each thread that there was.
bool callgrind_seat_counted_all(const struct callgrind_seat *seat, struct errmsg *why) {
    char *second = mem_printf("%s-02", seat->parts);
    bool is_there = access(second, F_OK) == 0;
    free(second);
    return !is_there || fail(why, "its body starts threads: callgrind counts a single one");
}

// ---- Why a worker was lost -------------------------------------------------------------------

// In valgrind's log, most telling first. EVEX, the prefix 0x62, is AVX-512's.
static const struct {
    const char *said, *meaning, *next_step;
} refusals[] = {
    {"unhandled instruction bytes: 0x62 ", "cannot decode an AVX-512 instruction",
     "build for a CPU without, say with -march=x86-64-v3, to have it counted"},
    {"Unrecognised instruction", "cannot decode an instruction",
     "try a newer valgrind, or build for an older CPU"},
    {"debuginfo reader", "cannot read the debug information of the program or a library",
     "build with -gdwarf-4, or without -g, to have it counted"},
};

// "wide (av.c:2)" of the line "==30009==    at 0x109139: wide (av.c:2)"; its length, 0: not said.
static size_t find_place(const char *log, const char **place) {
    const char *at = strstr(log, " at 0x");
    at = at ? strstr(at, ": ") : NULL;
    if (!at)
        return 0;
    *place = at + 2;
    return strcspn(*place, "\n");
}

// The line in which valgrind, as it ends, says why; NULL if it does not.
static const char *find_end(const char *text) {
    static const char name[] = "valgrind: ";
    if (strncmp(text, name, sizeof name - 1) == 0)
        return text + sizeof name - 1;
    const char *line = strstr(text, "\nvalgrind: ");
    return line ? line + sizeof name : NULL;
}

void callgrind_explain(const char *version, const char *log, const char *tail, const char *death,
                       struct errmsg *why) {
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const char *said = strstr(log, refusals[i].said), *place = "";
        if (!said)
            continue;
        size_t length = find_place(said, &place);
        fail(why, "valgrind %s %s%s%.*s; %s", version, refusals[i].meaning, length ? ", in " : "",
             (int)length, place, refusals[i].next_step);
        return;
    }
    const char *end = find_end(tail) ? find_end(tail) : find_end(log);
    if (end)
        fail(why, "valgrind %s: %.*s", version, (int)strcspn(end, "\n"), end);
    else
        fail(why, "under valgrind %s: %s", version, death);
}

void callgrind_seat_explain(const struct callgrind_seat *seat, const struct callgrind *callgrind,
                            const char *tail, const char *death, struct errmsg *why) {
    char *log = NULL;
    size_t length;
    struct errmsg ignored; // then there is no log
    if (!textfile_read(seat->log, LOG_BYTES_MAX, &log, &length, &ignored))
        log = mem_text("");
    callgrind_explain(callgrind->version, log, tail, death, why);
    free(log);
}
