// SPDX-License-Identifier: MIT
// Pitfalls that the runner detects in what was built and what was measured.

#include "checks.h"

#include "mem.h"
#include "stats.h"
#include "sysfile.h"
#include "units.h"
#include "yardstick_names.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ids[] = {
    "build-opt", "build-san",  "build-assert", "traced",   "dce",      "timer-res",
    "migrate",   "cpu-shared", "load",         "steal",    "quota",    "vm",
    "pf-minor",  "layout",     "few-n",        "overhead", "ctr-none", "ctr-zero",
    "ctr-mux",   "ctr-class",  "ctr-tick",     "alloc",    "leak",
};
enum { ID_COUNT = sizeof ids / sizeof *ids };

bool checks_known(const struct settings *settings, struct errmsg *why) {
    for (size_t i = 0; i < settings->silenced_count; i++) {
        size_t known = 0;
        while (known < ID_COUNT && strcmp(ids[known], settings->silenced[i]) != 0)
            known++;
        if (known < ID_COUNT)
            continue;
        char list[512] = "";
        for (size_t at = 0, k = 0; k < ID_COUNT; k++)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", k ? " " : "", ids[k]);
        return fail(why, "--silence %s: no check has this id; there are %s", settings->silenced[i],
                    list);
    }
    return true;
}

static bool is_silenced(const struct settings *settings, const char *id) {
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
        if (is_silenced(&doc->settings, note->id)) {
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

// A linked-in profiler or coverage run time leaves a symbol behind.
extern void __gcov_dump(void) __attribute__((weak));
extern int __llvm_profile_runtime __attribute__((weak));
extern void mcount(void) __attribute__((weak));

static void check_coverage(struct document *doc) {
    const char *what = __gcov_dump               ? "coverage (gcov)"
                       : &__llvm_profile_runtime ? "coverage (llvm)"
                                                 : NULL;
    if (what)
        document_note(doc, NOTE_ERROR, "build-san", NULL,
                      "built with %s: --smoke is fine, measuring is refused", what);
}

void checks_build(struct document *doc) {
    for (size_t row = 0; row < sizeof build_rows / sizeof *build_rows; row++)
        check_units(doc, row);
    check_coverage(doc);
}

// ---- What was measured -----------------------------------------------------------------------

struct measured {
    const struct trial *trial;
    struct trial_summary summary;
    double empty_ns; // one call of an empty loop
    double
        clock_spread; // between launches of code that has no layout and no input: the machine's own
};

static double most_faults(const struct trial *trial) {
    double *values = mem_zero(trial->launch_count, sizeof *values);
    for (size_t i = 0; i < trial->launch_count; i++)
        values[i] = trial->launches[i].faults_minor;
    double median = stats_median_in_place(values, trial->launch_count);
    free(values);
    return median;
}

static uint64_t migrations(const struct trial *trial) {
    uint64_t count = 0;
    for (size_t i = 0; i < trial->launch_count; i++)
        count += trial->launches[i].migrated;
    return count;
}

static bool find_dce(const struct measured *m, char *text, size_t size) {
    // An empty loop repeats within 2 %; a body that adds a cycle doubles it.
    if (!(m->summary.ns <= 1.1 * m->empty_ns))
        return false;
    snprintf(text, size,
             "costs no more than an empty loop (%s): is the result unused? Use bench_keep()",
             units_print(UNIT_TIME, m->empty_ns).text);
    return true;
}

static bool find_migrate(const struct measured *m, char *text, size_t size) {
    uint64_t count = migrations(m->trial);
    if (count)
        snprintf(text, size,
                 "%llu samples moved between CPUs: the affinity was changed from outside, or the "
                 "case changes it",
                 (unsigned long long)count);
    return count;
}

static bool find_pf_minor(const struct measured *m, char *text, size_t size) {
    double faults = most_faults(m->trial);
    if (!(faults > 0.01))
        return false;
    snprintf(text, size,
             "%.3g page faults per call: first-touch or mmap/munmap cost is inside the measurement",
             faults);
    return true;
}

static bool find_layout(const struct measured *m, char *text, size_t size) {
    // Variances four to one, more than the machine's own wander, and large enough to matter.
    double noise = m->clock_spread > m->summary.within ? m->clock_spread : m->summary.within;
    if (!(m->summary.between > 0.01 && m->summary.between > 2 * noise))
        return false;
    snprintf(text, size,
             "differs %s between launches of the same binary (%s within): sensitive to layout or "
             "input, so changes of that size cannot be told here",
             units_print(UNIT_PERCENT, m->summary.between).text,
             units_print(UNIT_PERCENT, m->summary.within).text);
    return true;
}

static bool find_few_n(const struct measured *m, char *text, size_t size) {
    if (m->summary.launches >= 5)
        return false;
    snprintf(text, size, "n=%zu launches: their spread cannot be judged below 5",
             m->summary.launches);
    return true;
}

// Per call; NaN where it was not counted.
static double counted(const struct trial *trial, const char *name) {
    const struct count *count = document_count(trial, name);
    return count ? count->value : NAN;
}

static const char *plural(double number) { return number == 1 ? "" : "s"; }

static bool find_alloc(const struct measured *m, char *text, size_t size) {
    double allocs = counted(m->trial, "allocs");
    double reallocs = counted(m->trial, "reallocs");
    char moved[64] = "";
    if (!(allocs > 0 || reallocs > 0))
        return false;
    if (reallocs > 0)
        snprintf(moved, sizeof moved, ", %.4g reallocation%s", reallocs, plural(reallocs));
    snprintf(text, size, "%.4g allocation%s%s, %.6g B per call", allocs, plural(allocs), moved,
             counted(m->trial, "allocated"));
    return true;
}

static bool find_leak(const struct measured *m, char *text, size_t size) {
    const struct count *growth = document_count(m->trial, "heap-growth");
    double kept = counted(m->trial, "allocs") - counted(m->trial, "frees");
    if (!growth || !(growth->value > 0))
        return false;
    snprintf(text, size,
             "the heap grows by %.6g B per call%s, with %.4g block%s more: a leak, or state that "
             "grows, so that later calls find more than earlier ones",
             growth->value, growth->kind == COUNT_EXACT ? "" : " on average", kept, plural(kept));
    return true;
}

static const struct {
    const char *id;
    enum note_level level;
    bool (*find)(const struct measured *m, char *text, size_t size);
} result_rows[] = {
    {"dce", NOTE_ERROR, find_dce},
    {"migrate", NOTE_WARNING, find_migrate},
    {"pf-minor", NOTE_WARNING, find_pf_minor},
    {"layout", NOTE_WARNING, find_layout},
    {"few-n", NOTE_WARNING, find_few_n},
    {"alloc", NOTE_INFO, find_alloc},
    {"leak", NOTE_WARNING, find_leak},
};

static struct trial_summary yardstick(const struct document *doc, const char *name) {
    for (size_t i = 0; i < doc->yardstick_count; i++)
        if (strcmp(doc->yardsticks[i].name, name) == 0)
            return trial_summarize(&doc->yardsticks[i]);
    return (struct trial_summary){.ns = NAN, .within = NAN, .between = NAN};
}

static void check_trial(struct document *doc, struct trial *trial, double empty_ns,
                        double clock_spread) {
    struct measured m = {trial, trial_summarize(trial), empty_ns, clock_spread};
    for (size_t row = 0; row < sizeof result_rows / sizeof *result_rows; row++) {
        char text[256];
        if (is_silenced(&doc->settings, result_rows[row].id) ||
            !result_rows[row].find(&m, text, sizeof text))
            continue;
        document_note(doc, result_rows[row].level, result_rows[row].id, trial->name, "%s", text);
        if (result_rows[row].level == NOTE_ERROR) {
            trial->status = TRIAL_FAILED;
            trial->reason = mem_text(text);
        }
    }
}

static void check_clock(struct document *doc, const struct run_facts *facts) {
    if (facts->coarse_trials)
        document_note(
            doc, NOTE_WARNING, "timer-res", NULL,
            "the clock ticks every %llu ns: batches of %zu trials were lengthened to 1000 "
            "ticks",
            (unsigned long long)facts->clock_tick_ns, facts->coarse_trials);
}

static void check_preemption(struct document *doc) {
    size_t preempted = 0, samples = 0;
    for (size_t i = 0; i < doc->trial_count; i++)
        for (size_t k = 0; k < doc->trials[i].launch_count; k++) {
            preempted += doc->trials[i].launches[k].preempted;
            samples += doc->trials[i].launches[k].span_count;
        }
    if (preempted * 100 > samples) // below 1 % a median does not see it
        document_note(doc, NOTE_WARNING, "cpu-shared", NULL,
                      "%zu preemptions in %zu samples: others run on this CPU", preempted, samples);
}

void checks_results(struct document *doc, const struct run_facts *facts) {
    double empty_ns = yardstick(doc, YARDSTICK_EMPTY).ns;
    struct trial_summary alu = yardstick(doc, YARDSTICK_ALU);
    if (isnan(alu.ns))
        document_missing(doc, "cpu.measured_ghz", "the yardstick " YARDSTICK_ALU " did not run");
    else
        document_number(doc, "cpu.measured_ghz", YARDSTICK_ALU_ADDS / alu.ns);
    for (size_t i = 0; i < doc->trial_count; i++)
        if (doc->trials[i].status == TRIAL_MEASURED)
            check_trial(doc, &doc->trials[i], empty_ns, alu.between);
    check_clock(doc, facts);
    check_preemption(doc);
}
