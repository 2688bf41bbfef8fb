// SPDX-License-Identifier: MIT
// What is to be said of a self-test from what it counted. Pure.
#include "selftest_tally.h"

#include "binomial.h"
#include "mem.h"
#include "paired.h"
#include "units.h"

#include <math.h>
#include <stdarg.h>

const double selftest_factors[SELFTEST_STRENGTHS] = {
    [SELFTEST_SAME] = 0, [SELFTEST_DETECT] = 1, [SELFTEST_TWICE] = 2};

static const double broken_max = 0.01 / 6;

void selftest_count(struct selftest_tally *tally, enum verdict verdict) {
    tally->probes++;
    tally->regressed += verdict == VERDICT_REGRESSED;
    tally->passed += verdict == VERDICT_PASS || verdict == VERDICT_IMPROVED;
    tally->undecided += verdict == VERDICT_UNDECIDED;
}

// ---- Promises --------------------------------------------------------------------------------

enum error { ERROR_RED, ERROR_PASS, ERROR_UNCAUGHT };

static uint64_t errors_of(const struct selftest_tally *tally, enum error error) {
    const uint64_t counts[] = {
        [ERROR_RED] = tally->regressed,
        [ERROR_PASS] = tally->passed,
        [ERROR_UNCAUGHT] = tally->probes - tally->regressed,
    };
    return counts[error];
}

enum rate { RATE_SURE, RATE_ALPHA, RATE_MISS };

struct promise {
    enum selftest_strength strength;
    enum error error;
    enum rate rate;
    enum verdict weight; // what it would be in a gate
    const char *id;
    const char *words;
};

static const struct promise promises[] = {
    {SELFTEST_SAME, ERROR_RED, RATE_ALPHA, VERDICT_REGRESSED, "false-alarms",
     "identical code was called slower"},
    {SELFTEST_DETECT, ERROR_PASS, RATE_MISS, VERDICT_REGRESSED, "passed",
     "what is slower by the change to detect passed"},
    {SELFTEST_TWICE, ERROR_PASS, RATE_SURE, VERDICT_REGRESSED, "passed",
     "what is slower by twice the change to detect passed"},
    {SELFTEST_DETECT, ERROR_UNCAUGHT, RATE_MISS, VERDICT_UNDECIDED, "missed",
     "what is slower by the change to detect was not caught"},
    {SELFTEST_TWICE, ERROR_UNCAUGHT, RATE_MISS, VERDICT_UNDECIDED, "missed",
     "what is slower by twice the change to detect was not caught"},
};

enum { PROMISES = sizeof promises / sizeof *promises };

static double rate_of(const struct selftest *selftest, enum rate rate) {
    const double rates[] = {
        [RATE_SURE] = selftest->miss / PAIRED_SURE,
        [RATE_ALPHA] = selftest->alpha,
        [RATE_MISS] = selftest->miss,
    };
    return rates[rate];
}

// `tallies`: one per strength.
static bool is_broken(const struct promise *promise, const struct selftest *selftest,
                      const struct selftest_tally *tallies, size_t among) {
    const struct selftest_tally *tally = &tallies[promise->strength];
    return binomial_above(errors_of(tally, promise->error), tally->probes,
                          rate_of(selftest, promise->rate)) < broken_max / (double)among;
}

__attribute__((format(printf, 3, 4))) static void note(struct selftest *selftest, const char *id,
                                                       const char *format, ...) {
    selftest->notes = mem_push(selftest->notes, &selftest->note_count, sizeof *selftest->notes);
    va_list args;
    va_start(args, format);
    selftest->notes[selftest->note_count - 1] =
        (struct note){.id = mem_text(id), .level = NOTE_ERROR, .text = mem_vprintf(format, args)};
    va_end(args);
}

static void judge_total(struct selftest *selftest, struct status_case *status) {
    for (size_t i = 0; i < PROMISES; i++) {
        const struct promise *promise = &promises[i];
        const struct selftest_tally *tally = &selftest->total[promise->strength];
        if (!is_broken(promise, selftest, selftest->total, 1))
            continue;
        status->gated[promise->weight]++;
        note(selftest, promise->id, "%s in %llu of %llu probes, promised are %s", promise->words,
             (unsigned long long)errors_of(tally, promise->error),
             (unsigned long long)tally->probes,
             units_print(UNIT_PERCENT, rate_of(selftest, promise->rate)).text);
    }
}

// ---- Single trials ---------------------------------------------------------------------------

static bool is_tested(const struct selftest_trial *trial) {
    uint64_t probes = 0;
    for (int i = 0; i < SELFTEST_STRENGTHS; i++)
        probes += trial->tallies[i].probes;
    return probes != 0;
}

static bool is_missed(const struct selftest *selftest, const struct selftest_trial *trial) {
    bool is_so = false;
    for (size_t i = 0; i < PROMISES; i++)
        is_so |= promises[i].error == ERROR_UNCAUGHT &&
                 is_broken(&promises[i], selftest, trial->tallies, selftest->trial_count);
    return is_so;
}

static void judge_trial(struct selftest *selftest, const struct selftest_trial *trial,
                        struct status_case *status) {
    const struct selftest_tally *tally = &trial->tallies[SELFTEST_DETECT];
    bool is_noisy = trial->detectable > trial->detect;
    status->gated[VERDICT_FAILED] += trial->has_failed;
    if (!is_tested(trial) || (!is_noisy && !is_missed(selftest, trial)))
        return;
    status->gated[VERDICT_UNDECIDED]++;
    note(selftest, "noise",
         "%s: %s slower was caught %llu times of %llu; its contrasts spread by %s, so "
         "that %s is the least that a gate sees",
         trial->name, units_print(UNIT_PERCENT, trial->detect).text,
         (unsigned long long)tally->regressed, (unsigned long long)tally->probes,
         units_print(UNIT_PERCENT, trial->spread).text,
         units_print(UNIT_PERCENT, trial->detectable).text);
}

// ---- All of it -------------------------------------------------------------------------------

static const char *const words[STATUSES] = {
    [STATUS_PASS] = "what a gate promises was seen here",
    [STATUS_REGRESSED] = "a gate errs more often here than it promises; believe none until --full "
                         "has shown that this was chance",
    [STATUS_REFUSED] = "nothing was tested",
    [STATUS_UNDECIDED] =
        "too noisy here to see what is to be detected; try again when it is quieter or on another "
        "CPU (--cpu), or ask for less (--detect, or detect= in the policy)",
    [STATUS_UNFIT] = "stopped before it was done",
    [STATUS_INCOMPLETE] = "a trial failed",
};

static void add_up(struct selftest *selftest, const struct selftest_trial *trial) {
    for (int i = 0; i < SELFTEST_STRENGTHS; i++) {
        const struct selftest_tally *from = &trial->tallies[i];
        struct selftest_tally *to = &selftest->total[i];
        to->probes += from->probes;
        to->regressed += from->regressed;
        to->passed += from->passed;
        to->undecided += from->undecided;
    }
}

// Nothing measured is not green: neither without slowdowns nor with them.
static bool is_refused(const struct selftest *selftest) {
    bool lacks_probes = false, has_failed = false;
    for (int i = 0; i < SELFTEST_STRENGTHS; i++)
        lacks_probes |= selftest->total[i].probes == 0;
    for (size_t i = 0; i < selftest->trial_count; i++)
        has_failed |= selftest->trials[i].has_failed;
    return lacks_probes && !has_failed && !selftest->is_stopped;
}

void selftest_judge(struct selftest *selftest) {
    for (size_t i = 0; i < selftest->trial_count; i++)
        add_up(selftest, &selftest->trials[i]);
    struct status_case status = {.is_unfit = selftest->is_stopped,
                                 .is_refused = is_refused(selftest)};
    judge_total(selftest, &status);
    for (size_t i = 0; i < selftest->trial_count; i++)
        judge_trial(selftest, &selftest->trials[i], &status);
    selftest->status = (int64_t)status_of(&status, &status_map_default);
    selftest->status_words = mem_text(words[selftest->status]);
}
