// SPDX-License-Identifier: MIT
// The checks' ids, silencing them, and what is wrong with a build.

#include "checks.h"

#include "mem.h"
#include "sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ids[] = {
    "build-opt",  "build-san",  "build-assert", "traced",   "vm",         "quota",    "steal",
    "load",       "cpu-shared", "smt-busy",     "throttle", "clocksrc",   "governor", "turbo",
    "battery",    "nohz",       "hybrid",       "numa",     "aslr",       "dce",      "hoist",
    "const-fold", "timer-res",  "quant",        "migrate",  "freq-drift", "warmup",   "pf-minor",
    "pf-major",   "thp",        "align",        "order",    "layout",     "bimodal",  "autocorr",
    "outliers",   "cache-fit",  "few-n",        "overhead", "ctr-none",   "ctr-zero", "ctr-mux",
    "ctr-class",  "ctr-tick",   "br-learn",     "denormal", "alloc",      "leak",
};
enum { ID_COUNT = sizeof ids / sizeof *ids };

bool checks_known(const struct settings *settings, struct errmsg *why) {
    for (size_t i = 0; i < settings->silenced_count; i++) {
        size_t known = 0;
        while (known < ID_COUNT && strcmp(ids[known], settings->silenced[i]) != 0)
            known++;
        if (known < ID_COUNT)
            continue;
        char list[1024] = "";
        for (size_t at = 0, k = 0; k < ID_COUNT; k++)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", k ? " " : "", ids[k]);
        return fail(why, "--silence %s: no check has this id; there are %s", settings->silenced[i],
                    list);
    }
    return true;
}

bool checks_is_silenced(const struct settings *settings, const char *id) {
    for (size_t i = 0; i < settings->silenced_count; i++)
        if (strcmp(settings->silenced[i], id) == 0)
            return true;
    return false;
}

void checks_silence(struct document *doc) {
    struct note *kept = NULL;
    size_t kept_count = 0;
    for (size_t i = 0; i < doc->note_count; i++) {
        struct note *note = &doc->notes[i];
        if (checks_is_silenced(&doc->settings, note->id)) {
            free(note->id);
            free(note->trial);
            free(note->text);
            continue;
        }
        kept = mem_push(kept, &kept_count, sizeof *kept);
        kept[kept_count - 1] = *note;
    }
    free(doc->notes);
    doc->notes = kept;
    doc->note_count = kept_count;
}

bool checks_found(const struct document *doc, const char *id, enum note_level level) {
    for (size_t i = 0; i < doc->note_count; i++)
        if (doc->notes[i].level == (int)level && strcmp(doc->notes[i].id, id) == 0)
            return true;
    return false;
}

// ---- How it was built ------------------------------------------------------------------------

static const struct {
    const char *id;
    const char *word; // of the unit's features
    bool is_wrong_if; // the word is there: true; it is missing: false
    enum note_level level;
    const char *text;
} build_rows[] = {
    {"build-opt", "optimized", false, NOTE_ERROR,
     "compiled without optimisation (no -O): numbers are meaningless; rebuild with -O2"},
    {"build-san", "asan", true, NOTE_ERROR,
     "built with AddressSanitizer: --smoke is fine, measuring is refused"},
    {"build-san", "tsan", true, NOTE_ERROR,
     "built with ThreadSanitizer: --smoke is fine, measuring is refused"},
    {"build-san", "msan", true, NOTE_ERROR,
     "built with MemorySanitizer: --smoke is fine, measuring is refused"},
    {"build-assert", "ndebug", false, NOTE_INFO,
     "assert() is active; release builds with -DNDEBUG may differ"},
};

static void check_units(struct document *doc, size_t row) {
    const struct unit *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < doc->program.unit_count; i++) {
        const struct unit *unit = &doc->program.units[i];
        if (sysfile_has_word(unit->features, build_rows[row].word) != build_rows[row].is_wrong_if)
            continue;
        first = first ? first : unit;
        count++;
    }
    if (count == 1)
        document_note(doc, build_rows[row].level, build_rows[row].id, NULL, "%s: %s", first->file,
                      build_rows[row].text);
    else if (count)
        document_note(doc, build_rows[row].level, build_rows[row].id, NULL, "%s and %zu more: %s",
                      first->file, count - 1, build_rows[row].text);
}

// What is linked in leaves a symbol behind. mcount would be libc's own.
extern void __gcov_dump(void) __attribute__((weak));
extern int __llvm_profile_runtime __attribute__((weak));
extern void __gmon_start__(void) __attribute__((weak));
extern void __ubsan_handle_divrem_overflow(void) __attribute__((weak));

static void check_linked(struct document *doc) {
    const char *what = __gcov_dump                      ? "coverage (gcov)"
                       : &__llvm_profile_runtime        ? "coverage (llvm)"
                       : __gmon_start__                 ? "profiling (-pg)"
                       : __ubsan_handle_divrem_overflow ? "UndefinedBehaviorSanitizer"
                                                        : NULL;
    if (what)
        document_note(doc, NOTE_ERROR, "build-san", NULL,
                      "built with %s: --smoke is fine, measuring is refused", what);
}

void checks_build(struct document *doc) {
    for (size_t row = 0; row < sizeof build_rows / sizeof *build_rows; row++)
        check_units(doc, row);
    check_linked(doc);
}
