// SPDX-License-Identifier: MIT
// A self-test's result, as text for people and as JSON for programs.
#include "selftest_report.h"

#include "binomial.h"
#include "json_table.h"
#include "mem.h"
#include "plaintext.h"
#include "units.h"

#include <stdlib.h>

// What the counts leave open, one-sided.
static const double confidence = 0.95;

// ---- The table -------------------------------------------------------------------------------

enum column {
    COLUMN_TRIAL,
    COLUMN_DETECT,
    COLUMN_ALARMS,
    COLUMN_CAUGHT,
    COLUMN_TWICE,
    COLUMN_SPREAD,
    COLUMN_DETECTABLE,
    COLUMN_VERDICT,
    COLUMNS
};

static const char *const headings[COLUMNS] = {
    [COLUMN_TRIAL] = "trial",           [COLUMN_DETECT] = "detect",
    [COLUMN_ALARMS] = "false alarms",   [COLUMN_CAUGHT] = "caught",
    [COLUMN_TWICE] = "caught at twice", [COLUMN_SPREAD] = "spread",
    [COLUMN_DETECTABLE] = "detectable", [COLUMN_VERDICT] = "verdict after",
};

static char *share(const struct selftest_tally *tally) {
    return mem_printf("%llu of %llu", (unsigned long long)tally->regressed,
                      (unsigned long long)tally->probes);
}

static void fill_line(const struct selftest_trial *trial, char *cells[COLUMNS]) {
    cells[COLUMN_TRIAL] = plain_text(trial->name);
    cells[COLUMN_DETECT] = mem_text(units_print(UNIT_PERCENT, trial->detect).text);
    cells[COLUMN_ALARMS] = share(&trial->tallies[SELFTEST_SAME]);
    cells[COLUMN_CAUGHT] = share(&trial->tallies[SELFTEST_DETECT]);
    cells[COLUMN_TWICE] = share(&trial->tallies[SELFTEST_TWICE]);
    cells[COLUMN_SPREAD] = mem_text(units_print(UNIT_PERCENT, trial->spread).text);
    cells[COLUMN_DETECTABLE] = mem_text(units_print(UNIT_PERCENT, trial->detectable).text);
    cells[COLUMN_VERDICT] = mem_text(units_print(UNIT_TIME, trial->verdict_ms * 1e6).text);
}

// The first column to the left, the others to the right.
static void print_line(char *const cells[COLUMNS], const size_t widths[COLUMNS], FILE *out) {
    for (int i = 0; i < COLUMNS; i++) {
        int pad = (int)(widths[i] - plain_width(cells[i]));
        if (i == COLUMN_TRIAL)
            fprintf(out, "%s%*s", cells[i], pad, "");
        else
            fprintf(out, "  %*s%s", pad, "", cells[i]);
    }
    fputc('\n', out);
}

static void print_reason(const char *what, const char *reason, FILE *out) {
    if (reason == NULL)
        return;
    char *plain = plain_text(reason);
    fprintf(out, "    %s: %s\n", what, plain);
    free(plain);
}

static void print_reasons(const struct selftest_trial *trial, FILE *out) {
    print_reason("undecided", trial->obstacle, out);
    print_reason(trial->has_failed ? "failed" : "not tested", trial->untested, out);
}

static void print_table(const struct selftest *selftest, FILE *out) {
    char *(*lines)[COLUMNS] = mem_zero(selftest->trial_count + 1, sizeof *lines);
    size_t widths[COLUMNS] = {0};
    for (int i = 0; i < COLUMNS; i++)
        lines[0][i] = mem_text(headings[i]);
    for (size_t i = 0; i < selftest->trial_count; i++)
        fill_line(&selftest->trials[i], lines[i + 1]);
    for (size_t i = 0; i <= selftest->trial_count; i++)
        for (int j = 0; j < COLUMNS; j++)
            if (plain_width(lines[i][j]) > widths[j])
                widths[j] = plain_width(lines[i][j]);
    for (size_t i = 0; i <= selftest->trial_count; i++) {
        print_line(lines[i], widths, out);
        if (i != 0)
            print_reasons(&selftest->trials[i - 1], out);
        for (int j = 0; j < COLUMNS; j++)
            free(lines[i][j]);
    }
    free(lines);
}

// ---- Below it --------------------------------------------------------------------------------

static const char *const strength_words[SELFTEST_STRENGTHS] = {
    [SELFTEST_SAME] = "identical code",
    [SELFTEST_DETECT] = "slower by detect",
    [SELFTEST_TWICE] = "slower by twice that",
};

static void print_alarms(const struct selftest *selftest, FILE *out) {
    const struct selftest_tally *tally = &selftest->total[SELFTEST_SAME];
    fprintf(
        out, "%s: called slower %llu of %llu times; promised are %s, more than %s are excluded\n",
        strength_words[SELFTEST_SAME], (unsigned long long)tally->regressed,
        (unsigned long long)tally->probes, units_print(UNIT_PERCENT, selftest->alpha).text,
        units_print(UNIT_PERCENT, binomial_rate_high(tally->regressed, tally->probes, confidence))
            .text);
}

static void print_caught(const struct selftest *selftest, enum selftest_strength strength,
                         FILE *out) {
    const struct selftest_tally *tally = &selftest->total[strength];
    fprintf(
        out,
        "%s: caught %llu of %llu times, passed %llu, undecided %llu; less than %s are excluded\n",
        strength_words[strength], (unsigned long long)tally->regressed,
        (unsigned long long)tally->probes, (unsigned long long)tally->passed,
        (unsigned long long)tally->undecided,
        units_print(UNIT_PERCENT, binomial_rate_low(tally->regressed, tally->probes, confidence))
            .text);
}

static void print_notes(const struct selftest *selftest, FILE *out) {
    for (size_t i = 0; i < selftest->note_count; i++) {
        char *text = plain_text(selftest->notes[i].text);
        fprintf(out, "error: %s [%s]\n", text, selftest->notes[i].id);
        free(text);
    }
}

void selftest_write_text(const struct selftest *selftest, FILE *out) {
    print_table(selftest, out);
    fputc('\n', out);
    print_alarms(selftest, out);
    print_caught(selftest, SELFTEST_DETECT, out);
    print_caught(selftest, SELFTEST_TWICE, out);
    print_notes(selftest, out);
    fprintf(out, "note: %.1f s; --seed 0x%llx repeats its coins [seed]\n", selftest->seconds,
            (unsigned long long)selftest->seed);
    fprintf(out, "exit status %d: %s\n", (int)selftest->status, selftest->status_words);
}

// ---- JSON ------------------------------------------------------------------------------------

#define T struct selftest_tally
static const struct json_field tally_fields[] = {
    {FIELD("probes", JSON_COUNT, probes)},
    {FIELD("regressed", JSON_COUNT, regressed)},
    {FIELD("passed", JSON_COUNT, passed)},
    {FIELD("undecided", JSON_COUNT, undecided)},
};
static const struct json_shape tally_shape = SHAPE(tally_fields, T, 0);
#undef T

#define TALLY(key, member, strength)                                                               \
    { FIELD(key, JSON_OBJECT, member[strength]), .shape = &tally_shape }

#define T struct selftest_trial
static const struct json_field trial_fields[] = {
    {FIELD("name", JSON_TEXT, name)},
    {FIELD("detect", JSON_REAL, detect)},
    {FIELD("ignore", JSON_REAL, ignore)},
    TALLY("identical", tallies, SELFTEST_SAME),
    TALLY("slower", tallies, SELFTEST_DETECT),
    TALLY("twice", tallies, SELFTEST_TWICE),
    {FIELD("spread", JSON_REAL, spread)},
    {FIELD("detectable", JSON_REAL, detectable)},
    {FIELD("verdict_ms", JSON_REAL, verdict_ms)},
    {FIELD("failed", JSON_BOOL, has_failed), LEAN},
    {FIELD("obstacle", JSON_TEXT, obstacle), LEAN},
    {FIELD("untested", JSON_TEXT, untested), LEAN},
};
static const struct json_shape selftest_trial_shape = SHAPE(trial_fields, T, 0);
#undef T

#define T struct selftest
static const struct json_field selftest_fields[] = {
    {FIELD("selftest_schema", JSON_INT, schema)},
    {FIELD("tare", JSON_TEXT, tare)},
    {FIELD("status", JSON_INT, status)},
    {FIELD("status_words", JSON_TEXT, status_words)},
    {FIELD("suite", JSON_TEXT, suite)},
    {FIELD("alpha", JSON_REAL, alpha)},
    {FIELD("miss", JSON_REAL, miss)},
    {FIELD("epochs", JSON_COUNT, epochs)},
    {FIELD("seed", JSON_HEX, seed)},
    {FIELD("seconds", JSON_REAL, seconds)},
    {FIELD("stopped", JSON_BOOL, is_stopped)},
    TALLY("identical", total, SELFTEST_SAME),
    TALLY("slower", total, SELFTEST_DETECT),
    TALLY("twice", total, SELFTEST_TWICE),
    {ARRAY("notes", JSON_OBJECTS, notes, note_count), .shape = &note_shape},
    {ARRAY("trials", JSON_OBJECTS, trials, trial_count), .shape = &selftest_trial_shape},
};
static const struct json_shape selftest_shape = SHAPE(selftest_fields, T, 1);
#undef T

void selftest_write_json(const struct selftest *selftest, FILE *out) {
    size_t length;
    char *text = json_write(&selftest_shape, selftest, &length);
    fwrite(text, 1, length, out);
    free(text);
}

void selftest_release(struct selftest *selftest) { json_release(&selftest_shape, selftest); }
