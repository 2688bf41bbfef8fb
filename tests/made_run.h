// SPDX-License-Identifier: MIT
// Runs as the runner would have measured them, and what it says of them.
#ifndef MADE_RUN_H
#define MADE_RUN_H

#include "checks.h"
#include "mem.h"
#include "yardstick_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LAUNCHES = 10, SAMPLES = 5, CALLS = 10000 };

typedef double sample_fn(size_t launch, size_t sample); // ns per call

// Within 0.3 %, up and down.
static inline double wobble(size_t launch, size_t sample) {
    static const double steps[] = {0, 0.002, -0.001, 0.001, -0.002, 0.003, 0.0005};
    return 1 + steps[(3 * launch + 2 * sample) % 7];
}

static inline double steady(size_t launch, size_t sample) { return 100 * wobble(launch, sample); }

static inline void add_launches(struct trial *trial, sample_fn *ns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        trial->launches = mem_push(trial->launches, &trial->launch_count, sizeof *trial->launches);
        struct launch *launch = &trial->launches[i];
        for (size_t k = 0; k < SAMPLES; k++) {
            launch->spans = mem_push(launch->spans, &launch->span_count, sizeof *launch->spans);
            launch->spans[k] = (uint64_t)(CALLS * ns(i, k));
        }
    }
}

static inline struct trial made(const char *name, sample_fn *ns, size_t launch_count) {
    struct trial trial = {.name = mem_text(name),
                          .group = mem_text("g"),
                          .case_name = mem_text("c"),
                          .threads = 1,
                          .calls = CALLS,
                          .batches = 1,
                          .status = TRIAL_MEASURED};
    add_launches(&trial, ns, launch_count);
    return trial;
}

static inline struct trial *add_trial(struct document *doc, const char *name, sample_fn *ns) {
    doc->trials = mem_push(doc->trials, &doc->trial_count, sizeof *doc->trials);
    struct trial *trial = &doc->trials[doc->trial_count - 1];
    *trial = made(name, ns, LAUNCHES);
    return trial;
}

static inline void add_yardstick(struct document *doc, const char *name, sample_fn *ns) {
    doc->yardsticks = mem_push(doc->yardsticks, &doc->yardstick_count, sizeof *doc->yardsticks);
    doc->yardsticks[doc->yardstick_count - 1] = made(name, ns, LAUNCHES);
}

static inline double empty_loop(size_t launch, size_t sample) {
    return 0.24 * wobble(launch, sample);
}
static inline double four_ghz(size_t launch, size_t sample) { return 16 * wobble(launch, sample); }

// A run on a machine that nothing disturbs.
static inline struct document quiet_run(void) {
    struct document doc = {.settings = {.launches = LAUNCHES}};
    add_yardstick(&doc, YARDSTICK_EMPTY, empty_loop);
    add_yardstick(&doc, YARDSTICK_ALU, four_ghz);
    add_yardstick(&doc, YARDSTICK_WIDTH, four_ghz);
    return doc;
}

static inline const struct note *find_note(const struct document *doc, const char *id) {
    for (size_t i = 0; i < doc->note_count; i++)
        if (strcmp(doc->notes[i].id, id) == 0)
            return &doc->notes[i];
    return NULL;
}

static inline void check(struct document *doc) {
    const struct run_facts facts = {0};
    checks_results(doc, &facts);
}

static inline void check_note(const struct document *doc, const char *id, enum note_level level,
                              const char *trial, const char *part) {
    const struct note *note = find_note(doc, id);
    assert_non_null(note);
    assert_int_equal(note->level, level);
    if (trial)
        assert_string_equal(note->trial, trial);
    else
        assert_null(note->trial);
    if (!strstr(note->text, part))
        assert_string_equal(note->text, part); // shows both
}

// The only note of a run with one trial of such samples.
static inline void one_note(sample_fn *ns, const char *id, enum note_level level,
                            const char *part) {
    struct document doc = quiet_run();
    add_trial(&doc, "g/c", ns);
    check(&doc);
    check_note(&doc, id, level, "g/c", part);
    assert_int_equal(doc.note_count, 1);
    document_release(&doc);
}

static inline double two_modes(size_t launch, size_t sample) {
    return (launch % 10 < 7 ? 81 : 96) * wobble(launch, sample);
}

#endif
