// SPDX-License-Identifier: MIT
// tare doctor: what would spoil measurements on this machine.
#include "doctor.h"

#include "command.h"
#include "conditions.h"
#include "corewatch.h"
#include "cpuident.h"
#include "cpuset.h"
#include "doctor_options.h"
#include "exitstatus.h"
#include "libraries.h"
#include "machine.h"
#include "mem.h"
#include "papi_version.h"
#include "perf_state.h"
#include "pin.h"
#include "sysfile.h"

#include <tare/bench.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char not_tried[] = "not tried: the files of another machine are looked at";
static const uint64_t watch_ns = 400000000; // all in all it is to take less than a second

// ---- Facts -----------------------------------------------------------------------------------

static void keep_counters(struct document *facts, const struct perf_answer *answer,
                          const struct perf_state *perf) {
    document_fact(facts, "counters", perf_kind_names[perf->kind]);
    if (perf->kind == PERF_NOT_RUNNING)
        document_missing(facts, "counters.instructions", "the hardware counter does not run");
    else if (answer->hardware == 0)
        document_number(facts, "counters.instructions", (double)answer->counted);
    else
        document_missing(facts, "counters.instructions", "no hardware counter could be opened");
}

static void keep_watch(struct document *facts, struct pin *pin) {
    struct corewatch watch;
    bool is_tied = pin_set(&pin->cpus[0].cpu, 1, NULL);
    if (is_tied)
        corewatch_measure(&watch, watch_ns);
    pin->cpus[0].lost = is_tied ? watch.lost : NAN;
    conditions_measure(facts, pin);
    if (is_tied)
        document_number(facts, "cpu.shared_percent", 100 * watch.shared);
    else
        document_missing(facts, "cpu.shared_percent", "the CPU could not be tried");
}

static bool look_here(struct doctor *doctor, const struct doctor_options *options,
                      struct perf_state *perf, struct errmsg *why) {
    struct pin pin;
    struct cpuident ident;
    struct perf_answer answer;
    if (!pin_init(&pin, "", options->cpu, why))
        return false;
    doctor->cpu = pin.cpus[0].cpu;
    cpuident_read(&ident);
    machine_read(&doctor->facts, "", &ident, (int)doctor->cpu);
    keep_watch(&doctor->facts, &pin);
    pin_release(&pin);
    perf_state_ask(&answer);
    answer.refusal = answer.hardware == 0 ? papi_refusal() : NULL;
    perf_state_judge(perf, &answer);
    keep_counters(&doctor->facts, &answer, perf);
    doctor->libraries = libraries_found(&doctor->library_count);
    return true;
}

// The first of those that are asked for, or allowed there.
static bool choose_there(int64_t *cpu, const struct doctor_options *options, struct errmsg *why) {
    char *status = sysfile_read(options->root, "/proc/self/status"), list[4096] = "0";
    struct cpuset set;
    if (status != NULL)
        sysfile_line(status, "Cpus_allowed_list", list, sizeof list);
    free(status);
    bool is_list = cpuset_parse(&set, options->cpu != NULL ? options->cpu : list);
    *cpu = is_list ? cpuset_next(&set, -1) : -1;
    if (*cpu < 0 && options->cpu != NULL)
        return fail(why, "--cpu: '%s' is not a CPU number or a list such as 2-5,8", options->cpu);
    *cpu = *cpu < 0 ? 0 : *cpu;
    return true;
}

// Without trying: only a level above 2 says something, namely that users may not.
static void judge_level(struct document *facts, struct perf_state *perf) {
    const struct json_pair *level = document_find_fact(facts, "kernel.perf_paranoid");
    struct perf_answer answer = {.hardware = EACCES, .software = EACCES};
    *perf = (struct perf_state){.kind = PERF_OK};
    if (level == NULL || !(level->number > 2)) {
        document_missing(facts, "counters", not_tried);
        return;
    }
    answer.paranoid = (int)level->number;
    perf_state_judge(perf, &answer);
    document_fact(facts, "counters", perf_kind_names[perf->kind]);
}

static bool look_there(struct doctor *doctor, const struct doctor_options *options,
                       struct perf_state *perf, struct errmsg *why) {
    static const struct cpuident unidentified = {.arch = "unknown"};
    if (!choose_there(&doctor->cpu, options, why))
        return false;
    machine_read(&doctor->facts, options->root, &unidentified, (int)doctor->cpu);
    conditions_measure(&doctor->facts, NULL);
    document_missing(&doctor->facts, "cpu.shared_percent", not_tried);
    document_missing(&doctor->facts, "counters.instructions", not_tried);
    judge_level(&doctor->facts, perf);
    return true;
}

// ---- Findings --------------------------------------------------------------------------------

static const char *reason_of(const struct document *facts, const char *key) {
    for (size_t i = 0; i < facts->machine_missing_count; i++)
        if (strcmp(facts->machine_missing[i].key, key) == 0)
            return facts->machine_missing[i].text;
    return "not known";
}

static void keep_finding(struct doctor *doctor, struct finding *found) {
    doctor->findings = mem_push(doctor->findings, &doctor->finding_count, sizeof *doctor->findings);
    size_t at = doctor->finding_count - 1;
    for (; at > 0 && doctor->findings[at - 1].level < found->level; at--)
        doctor->findings[at] = doctor->findings[at - 1];
    doctor->findings[at] = *found;
}

static void keep_fine(struct doctor *doctor, const char *id) {
    doctor->fine = mem_push(doctor->fine, &doctor->fine_count, sizeof *doctor->fine);
    doctor->fine[doctor->fine_count - 1] = mem_text(id);
}

static void keep_unchecked(struct doctor *doctor, const char *id, const char *reason) {
    doctor->unchecked =
        mem_push(doctor->unchecked, &doctor->unchecked_count, sizeof *doctor->unchecked);
    doctor->unchecked[doctor->unchecked_count - 1] =
        (struct unchecked){mem_text(id), mem_text(reason)};
}

// Several checks may share an id: it is fine when one could look and none found anything.
static void examine_id_from(struct doctor *doctor, const struct subject *subject, size_t first) {
    const char *id = examine_id(first);
    bool could_look = false, has_found = false;
    for (size_t i = first; i < examine_count; i++) {
        struct finding found;
        if (strcmp(examine_id(i), id) != 0)
            continue;
        enum examine_answer answer = examine(i, subject, &found);
        could_look |= answer != EXAMINE_UNKNOWN;
        if (answer != EXAMINE_FOUND)
            continue;
        has_found = true;
        keep_finding(doctor, &found);
    }
    if (!could_look)
        keep_unchecked(doctor, id,
                       reason_of(&doctor->facts, examine_missing(first, &doctor->facts)));
    else if (!has_found)
        keep_fine(doctor, id);
}

static bool is_repeated(size_t check) {
    for (size_t i = 0; i < check; i++)
        if (strcmp(examine_id(i), examine_id(check)) == 0)
            return true;
    return false;
}

static void examine_all(struct doctor *doctor, const struct doctor_options *options,
                        const struct perf_state *perf) {
    const struct subject subject = {&doctor->facts, options->root, (int)doctor->cpu, perf};
    for (size_t i = 0; i < examine_count; i++)
        if (!is_repeated(i) && !flag_texts_have(&options->silenced, examine_id(i)))
            examine_id_from(doctor, &subject, i);
}

// ---- What it is good for ---------------------------------------------------------------------

static size_t count_level(const struct doctor *doctor, enum note_level level) {
    size_t count = 0;
    for (size_t i = 0; i < doctor->finding_count; i++)
        count += doctor->findings[i].level == (int)level;
    return count;
}

// Where hardly anything could be looked at, nothing found means little.
static bool is_known(const struct doctor *doctor) {
    return doctor->fine_count + doctor->finding_count > doctor->unchecked_count;
}

// 10 % is what tare compare looks for unless it is told otherwise.
static char *good_for(const struct doctor *doctor, const struct perf_state *perf) {
    if (count_level(doctor, NOTE_ERROR) != 0)
        return mem_text("not fit to measure times: see the errors");
    if (!is_known(doctor))
        return mem_text("not known to be fit: most checks could not look");
    const char *counters = perf == NULL            ? ""
                           : perf->kind == PERF_OK ? "; hardware counters"
                                                   : "; no hardware counters";
    return mem_printf(
        "%s for old against new (tare gate); kept times (tare compare) show changes "
        "of 10 %% or more%s",
        count_level(doctor, NOTE_WARNING) != 0 ? "fit, though not at its best," : "fit", counters);
}

static void judge(struct doctor *doctor, const struct doctor_options *options,
                  const struct perf_state *perf) {
    enum note_level bearable = options->is_strict ? NOTE_INFO : NOTE_WARNING;
    bool is_fit = is_known(doctor);
    for (size_t i = 0; i < doctor->finding_count; i++)
        is_fit &= doctor->findings[i].level <= (int)bearable;
    char key[MACHINE_KEY_SIZE];
    machine_key(&doctor->facts, key, sizeof key);
    doctor->schema = DOCTOR_SCHEMA;
    doctor->tare = mem_text(TARE_VERSION);
    doctor->machine = mem_text(key);
    doctor->status = is_fit ? STATUS_PASS : STATUS_UNFIT;
    doctor->words = good_for(doctor, perf);
}

// ---- The story -------------------------------------------------------------------------------

static bool look(struct doctor *doctor, const struct doctor_options *options, struct errmsg *why) {
    struct perf_state perf;
    bool is_here = *options->root == '\0';
    if (is_here ? !look_here(doctor, options, &perf, why)
                : !look_there(doctor, options, &perf, why))
        return false;
    examine_all(doctor, options, &perf);
    judge(doctor, options, is_here ? &perf : NULL);
    return true;
}

static void tell(const struct doctor *doctor, const struct doctor_options *options, int *status) {
    *status = options->prints_tune ? STATUS_PASS : (int)doctor->status;
    if (options->prints_tune)
        doctor_write_tune(doctor, stdout);
    else if (options->is_json)
        doctor_write_json(doctor, stdout);
    else
        doctor_write_text(doctor, stdout);
}

bool doctor_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct doctor_options options;
    struct doctor doctor = {0};
    if (!doctor_options_parse(&options, argc, argv, why))
        return false;
    bool is_good = options.wants_help || look(&doctor, &options, why);
    *status = STATUS_PASS;
    if (options.wants_help)
        doctor_options_help(stdout);
    else if (is_good)
        tell(&doctor, &options, status);
    doctor_release(&doctor);
    doctor_options_release(&options);
    return is_good;
}
