// SPDX-License-Identifier: MIT
// What the doctor found, as text for people and as JSON for programs.
#include "doctor.h"

#include "console.h"
#include "json_table.h"
#include "mem.h"
#include "plaintext.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- Text ------------------------------------------------------------------------------------

static void print_finding(const struct finding *finding, FILE *out) {
    char *text = plain_text(finding->text);
    fprintf(out, "%s [%s] %s\n", note_level_names[finding->level], finding->id, text);
    free(text);
    if (finding->fix != NULL)
        fprintf(out, "    %s\n", finding->fix);
}

// Breaks the line between words.
static void print_list(const char *head, char *const *items, size_t count, const char *between,
                       FILE *out) {
    size_t column = strlen(head);
    if (count == 0)
        return;
    fputs(head, out);
    for (size_t i = 0; i < count; i++) {
        size_t width = 1 + strlen(items[i]) + strlen(between);
        if (column + width > 100) {
            fputs("\n   ", out);
            column = 3;
        }
        fprintf(out, " %s%s", items[i], i + 1 < count ? between : "");
        column += width;
    }
    fputc('\n', out);
}

// Checks that lack the same thing stand together.
static void print_unchecked(const struct doctor *doctor, FILE *out) {
    for (size_t i = 0; i < doctor->unchecked_count; i++) {
        const char *reason = doctor->unchecked[i].reason;
        bool is_told = false;
        for (size_t k = 0; k < i; k++)
            is_told |= strcmp(doctor->unchecked[k].reason, reason) == 0;
        if (is_told)
            continue;
        fprintf(out, "not checked: %s", doctor->unchecked[i].id);
        for (size_t k = i + 1; k < doctor->unchecked_count; k++)
            if (strcmp(doctor->unchecked[k].reason, reason) == 0)
                fprintf(out, ", %s", doctor->unchecked[k].id);
        fprintf(out, ": %s\n", reason);
    }
}

static void print_measured(const struct doctor *doctor, FILE *out) {
    const struct json_pair *tick = document_find_fact(&doctor->facts, "clock.tick_ns");
    const struct json_pair *cost = document_find_fact(&doctor->facts, "clock.cost_ns");
    const struct json_pair *lost = document_find_fact(&doctor->facts, "cpu.lost_percent");
    const struct json_pair *name = document_find_fact(&doctor->facts, "kernel.clocksource");
    const struct json_pair *counters = document_find_fact(&doctor->facts, "counters");
    if (tick == NULL || cost == NULL)
        return;
    fprintf(out, "clock: steps of %.0f ns, %.0f ns a reading%s%s\n", tick->number, cost->number,
            name != NULL ? ", " : "", name != NULL ? name->text : "");
    if (lost != NULL)
        fprintf(out, "cpu %lld: others took %.1f %% of it while it was tried\n",
                (long long)doctor->cpu, lost->number);
    if (counters != NULL)
        fprintf(out, "counters: %s\n", counters->text);
}

void doctor_write_text(const struct doctor *doctor, FILE *out) {
    char *machine = plain_text(doctor->machine);
    fprintf(out, "%s, cpu %lld\n\n", machine, (long long)doctor->cpu);
    free(machine);
    for (size_t i = 0; i < doctor->finding_count; i++)
        print_finding(&doctor->findings[i], out);
    print_list("fine:", doctor->fine, doctor->fine_count, "", out);
    print_unchecked(doctor, out);
    print_measured(doctor, out);
    print_list("libraries:", doctor->libraries, doctor->library_count, ",", out);
    fprintf(out, "\n%s\n", doctor->words);
}

// ---- JSON ------------------------------------------------------------------------------------

#define T struct setting
static const struct json_field setting_fields[] = {
    {FIELD("path", JSON_TEXT, path), LEAN},
    {FIELD("now", JSON_TEXT, now), LEAN},
    {FIELD("wanted", JSON_TEXT, wanted), LEAN},
};
static const struct json_shape setting_shape = SHAPE(setting_fields, T, 0);
#undef T

#define T struct finding
static const struct json_field finding_fields[] = {
    {FIELD("id", JSON_TEXT, id)},
    {FIELD("level", JSON_ENUM, level), .names = note_level_names},
    {FIELD("text", JSON_TEXT, text)},
    {FIELD("fix", JSON_TEXT, fix)},
    {FIELD("setting", JSON_OBJECT, setting), .shape = &setting_shape},
};
static const struct json_shape finding_shape = SHAPE(finding_fields, T, 0);
#undef T

#define T struct unchecked
static const struct json_field unchecked_fields[] = {
    {FIELD("id", JSON_TEXT, id)},
    {FIELD("reason", JSON_TEXT, reason)},
};
static const struct json_shape unchecked_shape = SHAPE(unchecked_fields, T, 0);
#undef T

#define T struct doctor
static const struct json_field doctor_fields[] = {
    {FIELD("doctor_schema", JSON_INT, schema)},
    {FIELD("tare", JSON_TEXT, tare)},
    {FIELD("machine", JSON_TEXT, machine)},
    {FIELD("cpu", JSON_INT, cpu)},
    {FIELD("status", JSON_INT, status)},
    {FIELD("words", JSON_TEXT, words)},
    {ARRAY("findings", JSON_OBJECTS, findings, finding_count), .shape = &finding_shape},
    {ARRAY("fine", JSON_TEXTS, fine, fine_count)},
    {ARRAY("unchecked", JSON_OBJECTS, unchecked, unchecked_count), .shape = &unchecked_shape},
    {ARRAY("libraries", JSON_TEXTS, libraries, library_count)},
    {ARRAY("facts", JSON_MAP, facts.machine, facts.machine_count)},
    {ARRAY("missing", JSON_MAP, facts.machine_missing, facts.machine_missing_count)},
};
static const struct json_shape doctor_shape = SHAPE(doctor_fields, T, 1);
#undef T

void doctor_write_json(const struct doctor *doctor, FILE *out) {
    size_t length;
    char *text = json_write(&doctor_shape, doctor, &length);
    fwrite(text, 1, length, out);
    free(text);
}

void doctor_release(struct doctor *doctor) { json_release(&doctor_shape, doctor); }
