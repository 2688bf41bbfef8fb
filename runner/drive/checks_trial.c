// SPDX-License-Identifier: MIT
// Pitfalls that one trial's samples show, as a table.

#include "checks_trial.h"

#include "checks.h"
#include "mem.h"
#include "pattern.h"
#include "stats.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct measured {
    const struct trial *trial;
    const struct checks_ground *ground;
    struct trial_summary summary;
    double once;
    struct pattern_samples samples;
    struct pattern_modes modes;
    bool has_modes;
};

// ---- What the work is ------------------------------------------------------------------------

static bool find_dce(const struct measured *m, char *text, size_t size) {
    // An empty loop repeats within 2 %; a body that adds a cycle doubles it.
    if (!(m->summary.fastest <= 1.1 * m->ground->empty_ns))
        return false;
    snprintf(text, size,
             "costs no more than an empty loop (%s): is the result unused? Use bench_keep()",
             units_print(UNIT_TIME, m->ground->empty_ns).text);
    return true;
}

static bool find_hoist(const struct measured *m, char *text, size_t size) {
    // Our own cases have up to 10 % here; one whose branches are learnt, 47 %. A body that does
    // next to nothing in each call is suspect sooner.
    bool is_near_empty = m->summary.fastest < 1.6 * m->ground->empty_ns;
    if (!(m->once > (is_near_empty ? 0.08 : 0.5)))
        return false;
    snprintf(text, size,
             "%s of a batch's time does not grow with its calls: the work is done once per batch, "
             "not per call; use bench_hide() on its inputs",
             units_print(UNIT_PERCENT, m->once).text);
    return true;
}

static bool find_pf_minor(const struct measured *m, char *text, size_t size) {
    double faults = trial_faults(m->trial);
    if (!(faults > 0.01))
        return false;
    snprintf(text, size,
             "%.3g page faults per call: first-touch or mmap/munmap cost is inside the measurement",
             faults);
    return true;
}

static bool find_pf_major(const struct measured *m, char *text, size_t size) {
    size_t launches = 0;
    for (size_t i = 0; i < m->trial->launch_count; i++)
        launches += m->trial->launches[i].faults_major > 0;
    if (launches < 2) // once, a page of the program itself may come from the disk
        return false;
    snprintf(text, size,
             "waits for the disk in %zu of %zu launches: read its input before the loop", launches,
             m->trial->launch_count);
    return true;
}

// ---- How it was measured ---------------------------------------------------------------------

static bool find_quant(const struct measured *m, char *text, size_t size) {
    struct pattern_steps steps = pattern_steps(m->samples.values, m->samples.count);
    if (m->samples.count < 20 || steps.distinct >= 5 || !(steps.step > 0.005))
        return false;
    snprintf(text, size, "its %zu samples take %zu values, %s apart: longer batches (--batch-time)",
             m->samples.count, steps.distinct, units_print(UNIT_PERCENT, steps.step).text);
    return true;
}

static bool find_migrate(const struct measured *m, char *text, size_t size) {
    uint64_t count = 0;
    for (size_t i = 0; i < m->trial->launch_count; i++)
        count += m->trial->launches[i].migrated;
    if (count)
        snprintf(text, size,
                 "%llu samples moved between CPUs: the affinity was changed from outside, or the "
                 "case changes it",
                 (unsigned long long)count);
    return count;
}

static bool find_few_n(const struct measured *m, char *text, size_t size) {
    if (m->summary.launches >= 5)
        return false;
    snprintf(text, size, "n=%zu launches: their spread cannot be judged below 5",
             m->summary.launches);
    return true;
}

// ---- Where it lay ----------------------------------------------------------------------------

static bool find_thp(const struct measured *m, char *text, size_t size) {
    const struct trial *trial = m->trial;
    double least = INFINITY, most = 0;
    size_t with = 0;
    for (size_t i = 0; i < trial->launch_count; i++) {
        double bytes = trial->launches[i].huge_bytes;
        if (isnan(bytes))
            return false;
        least = fmin(least, bytes);
        most = fmax(most, bytes);
        with += bytes > 0;
    }
    if (!(most > least))
        return false;
    snprintf(text, size,
             "huge pages were used in %zu of %zu launches, for %s to %s: luck, so align large "
             "buffers to 2 MiB and madvise() them; tare doctor says more",
             with, trial->launch_count, units_print(UNIT_BYTES, least).text,
             units_print(UNIT_BYTES, most).text);
    return true;
}

// Launches whose address is a multiple of this.
static struct pattern_split split_by(const struct trial *trial, const double *offsets,
                                     unsigned alignment) {
    bool *are_aligned = mem_zero(trial->launch_count, sizeof *are_aligned);
    for (size_t i = 0; i < trial->launch_count; i++)
        are_aligned[i] = fmod(offsets[i], alignment) == 0; // not where it is not known
    struct pattern_split split = pattern_split(trial, are_aligned);
    free(are_aligned);
    return split;
}

static bool find_align(const struct measured *m, char *text, size_t size) {
    static const unsigned alignments[] = {32, 64, 4096};
    enum { COUNT = sizeof alignments / sizeof *alignments };
    struct pattern_split best = {.p = 1};
    size_t asked = m->trial->address_count * COUNT, which = 0;
    for (size_t i = 0; i < asked; i++) {
        struct pattern_split split =
            split_by(m->trial, m->trial->addresses[i / COUNT].offsets, alignments[i % COUNT]);
        if (split.p >= best.p)
            continue;
        best = split;
        which = i;
    }
    if (!pattern_is_split(&best, asked))
        return false;
    snprintf(text, size, "takes %s when %s is %u-byte aligned, as in %zu of %zu launches",
             units_change(1 + best.change).text, m->trial->addresses[which / COUNT].name,
             alignments[which % COUNT], best.count, m->trial->launch_count);
    return true;
}

// ---- What a median hides ---------------------------------------------------------------------

static bool find_warmup(const struct measured *m, char *text, size_t size) {
    double trend = pattern_trend(m->trial);
    if (!(fabs(trend) > 0.02))
        return false;
    snprintf(text, size, "still getting %s: the last sample of a launch takes %s than its first%s",
             trend < 0 ? "faster" : "slower", units_change(1 + trend).text,
             trend < 0 ? ": warm up before the loop, or take more --samples"
                       : ": does its state grow?");
    return true;
}

static bool find_layout(const struct measured *m, char *text, size_t size) {
    // Variances four to one, more than the machine's own wander, and large enough to matter.
    double noise = fmax(m->ground->spread, m->summary.within);
    if (!(m->summary.between > 0.01 && m->summary.between > 2 * noise))
        return false;
    snprintf(text, size,
             "differs %s between launches of the same binary (%s within): sensitive to layout or "
             "input, so changes of that size cannot be told here",
             units_print(UNIT_PERCENT, m->summary.between).text,
             units_print(UNIT_PERCENT, m->summary.within).text);
    return true;
}

static bool find_autocorr(const struct measured *m, char *text, size_t size) {
    double r = pattern_correlation(m->trial), count = (double)m->summary.launches;
    if (!(r > 3 / sqrt(count))) // of independent launches, one trial in 700
        return false;
    snprintf(text, size,
             "each launch resembles the one before (correlation %.2f): its %.0f launches are worth "
             "about %.0f; the machine drifts, or others come and go",
             r, count, fmax(1, count * (1 - r) / (1 + r)));
    return true;
}

static bool find_bimodal(const struct measured *m, char *text, size_t size) {
    if (m->ground->is_shared || !m->has_modes)
        return false;
    snprintf(text, size,
             "two modes, %s (%.0f %% of its samples) and %s: the median may be either; often kinds "
             "of cores, huge pages, alignment or input",
             units_print(UNIT_TIME, m->modes.low).text, 100 * (1 - m->modes.high_share),
             units_print(UNIT_TIME, m->modes.high).text);
    return true;
}

static bool find_outliers(const struct measured *m, char *text, size_t size) {
    size_t outliers = pattern_outliers(m->samples.values, m->samples.count);
    if (m->ground->is_shared || m->has_modes || outliers * 20 <= m->samples.count)
        return false;
    uint64_t preempted = 0;
    for (size_t i = 0; i < m->trial->launch_count; i++)
        preempted += m->trial->launches[i].preempted;
    snprintf(text, size, "%zu of %zu samples lie far from the rest; it was preempted %llu times",
             outliers, m->samples.count, (unsigned long long)preempted);
    return true;
}

// ---- What was counted beside the time --------------------------------------------------------

// Per call; NaN where it was not counted.
static double counted(const struct trial *trial, const char *name) {
    const struct count *count = document_count(trial, name);
    return count ? count->value : NAN;
}

static bool is_assist(const struct count *count) {
    return strcasestr(count->name, "assist") ||
           (count->event && strcasestr(count->event, "assist"));
}

static bool find_denormal(const struct measured *m, char *text, size_t size) {
    for (size_t i = 0; i < m->trial->count_count; i++) {
        const struct count *count = &m->trial->counts[i];
        if (!is_assist(count) || !(count->value > 0.01))
            continue;
        snprintf(text, size,
                 "%.3g assists per call (%s): numbers next to zero, which the CPU computes slowly; "
                 "other data, or flushing them to zero, avoids them",
                 count->value, count->name);
        return true;
    }
    return false;
}

// Whose call is meant.
static const char *whose(const struct trial *trial) {
    return trial->threads > 1 ? " of all its threads together" : "";
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
    snprintf(text, size, "%.4g allocation%s%s, %.6g B per call%s", allocs, plural(allocs), moved,
             counted(m->trial, "allocated"), whose(m->trial));
    return true;
}

// A heap that grew only once need not grow again. It has two slopes, which differ by all of the
// spread: the lower one is above 0 where that is less than 2.
static bool find_leak(const struct measured *m, char *text, size_t size) {
    const struct count *growth = document_count(m->trial, "heap-growth");
    if (!growth || !(growth->value > 0) || growth->spread >= 2)
        return false;
    snprintf(
        text, size,
        "the heap grows by %.6g B per call%s%s (%.4g allocated, %.4g freed): a leak, or state that "
        "grows, so that later calls find more than earlier ones",
        growth->value, growth->kind == COUNT_EXACT ? "" : " on average", whose(m->trial),
        counted(m->trial, "allocs"), counted(m->trial, "frees"));
    return true;
}

// ---- The table -------------------------------------------------------------------------------

static const struct {
    const char *id;
    enum note_level level;
    bool (*find)(const struct measured *m, char *text, size_t size);
} rows[] = {
    {"dce", NOTE_ERROR, find_dce},
    {"hoist", NOTE_WARNING, find_hoist},
    {"migrate", NOTE_WARNING, find_migrate},
    {"pf-minor", NOTE_WARNING, find_pf_minor},
    {"pf-major", NOTE_WARNING, find_pf_major},
    {"thp", NOTE_WARNING, find_thp},
    {"align", NOTE_WARNING, find_align},
    {"quant", NOTE_WARNING, find_quant},
    {"warmup", NOTE_WARNING, find_warmup},
    {"layout", NOTE_WARNING, find_layout},
    {"autocorr", NOTE_WARNING, find_autocorr},
    {"bimodal", NOTE_WARNING, find_bimodal},
    {"outliers", NOTE_INFO, find_outliers},
    {"few-n", NOTE_WARNING, find_few_n},
    {"denormal", NOTE_INFO, find_denormal},
    {"alloc", NOTE_INFO, find_alloc},
    {"leak", NOTE_WARNING, find_leak},
};

void checks_trial(struct document *doc, struct trial *trial, const struct checks_ground *ground,
                  double once) {
    struct measured m = {.trial = trial,
                         .ground = ground,
                         .summary = trial_summarize(trial),
                         .once = once,
                         .samples = pattern_samples(trial)};
    m.has_modes = pattern_modes(m.samples.values, m.samples.count, &m.modes);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        char text[256];
        if (checks_is_silenced(&doc->settings, rows[row].id) ||
            !rows[row].find(&m, text, sizeof text))
            continue;
        document_note(doc, rows[row].level, rows[row].id, trial->name, "%s", text);
        if (rows[row].level == NOTE_ERROR) {
            trial->status = TRIAL_FAILED;
            trial->reason = mem_text(text);
        }
    }
    free(m.samples.values);
}
