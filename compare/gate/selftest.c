// SPDX-License-Identifier: MIT
// tare selftest: a suite against itself, as it is and slowed down, to see what a gate can tell
// here.
#include "command.h"
#include "effective.h"
#include "gate_program.h"
#include "mem.h"
#include "nstime.h"
#include "pin.h"
#include "plan.h"
#include "policy.h"
#include "seed.h"
#include "selftest_options.h"
#include "selftest_report.h"
#include "selftest_run.h"
#include "textfile.h"
#include "units.h"
#include "yardstick_names.h"

#include <tare/bench.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// tare's own kernels, in every suite.
static const struct trial kernels[] = {
    {.name = YARDSTICK_ALU, .threads = 1},  {.name = YARDSTICK_WIDTH, .threads = 1},
    {.name = YARDSTICK_L2, .threads = 1},   {.name = YARDSTICK_MEMORY, .threads = 1},
    {.name = SENTINEL_STEPS, .threads = 1},
};

enum { KERNELS = sizeof kernels / sizeof *kernels, FULL_ROUNDS = 20 };

// What is known of one self-test, in the order in which it becomes known.
struct test {
    struct selftest_options options;
    struct policy policy;
    struct gate_programs programs;
    struct document list; // of its trials
    size_t gated_count;   // trials in a gate of the whole suite
    struct pin pin;
    struct selftest_run run;
    struct selftest result;
};

// ---- What is to be tested --------------------------------------------------------------------

static bool open_suite(struct test *t, struct errmsg *why) {
    const struct gate_program suite = {
        .path = t->options.suite, .name = t->options.suite, .is_in_place = t->options.is_in_place};
    const struct gate_program given[SIDES] = {suite, suite};
    bool good = gate_program_list(&t->list, &suite, t->options.limit_ns, why) &&
                gate_programs_init(&t->programs, given, why);
    t->gated_count = t->list.trial_count;
    return good;
}

static struct paired_rule rule_of(const struct test *t, const struct effective *effective) {
    double share = 1 / fmax(1, (double)t->gated_count); // of what a gate of all of them may err
    return (struct paired_rule){
        .detect = effective->values[POLICY_DETECT].value,
        .ignore = effective->values[POLICY_IGNORE].value,
        .alpha = t->options.alpha * share,
        .praise = t->options.miss * share,
        .miss = t->options.miss,
        .epochs_max = t->options.epochs,
    };
}

static struct epoch_trial how_of(const struct test *t, const struct trial *trial, double detect) {
    size_t threads = (size_t)trial->threads;
    struct launch_cpus cpus = {mem_zero(threads, sizeof(int)), threads};
    return (struct epoch_trial){
        .sides = {{&t->programs.hows[SIDE_BASE], trial}, {&t->programs.hows[SIDE_NEW], trial}},
        .cpus = cpus,
        .limit_ns = trial->limit_ns != 0 ? trial->limit_ns : t->options.limit_ns,
        .batch_ns = 20000,
        .sample_ns = t->options.sample_ns,
        .calls_unit = epoch_calls_unit(detect),
    };
}

static bool add_target(struct test *t, const struct trial *trial, const struct trial *subject,
                       struct errmsg *why) {
    struct effective effective;
    effective_resolve(&effective, &t->policy, &(struct subject){subject, NULL}, t->options.said,
                      MODE_PAIRED);
    if (!effective_check(&effective, &t->policy, trial->name, why)) {
        effective_release(&effective);
        return false;
    }
    struct selftest_trial *tested = &t->result.trials[t->result.trial_count++];
    struct selftest_target *target = &t->run.targets[t->run.count++];
    target->trial = tested;
    target->rule = rule_of(t, &effective);
    target->how = how_of(t, trial, target->rule.detect);
    effective_release(&effective);
    *tested = (struct selftest_trial){.name = mem_text(trial->name),
                                      .detect = target->rule.detect,
                                      .ignore = target->rule.ignore};
    struct errmsg cause;
    struct launch_cpus cpus = target->how.cpus;
    if (!pin_choose(&t->pin, cpus.count, (int *)cpus.items, &cause))
        tested->untested = mem_text(cause.text);
    return true;
}

// tare's own, and those of the suite that are asked for.
static bool add_targets(struct test *t, struct errmsg *why) {
    struct document *list = &t->list;
    struct settings choice = {.filters = (char **)t->options.filters.items,
                              .filter_count = t->options.filters.count};
    bool are_asked_for = t->options.is_full || choice.filter_count != 0;
    if (are_asked_for && !plan_select(&choice, &list->trials, &list->trial_count, why))
        return false;
    size_t chosen = are_asked_for ? list->trial_count : 0;
    t->result.trials = mem_zero(KERNELS + chosen, sizeof *t->result.trials);
    t->run.targets = mem_zero(KERNELS + chosen, sizeof *t->run.targets);
    bool good = true;
    for (size_t i = 0; i < KERNELS && good; i++)
        good = add_target(t, &kernels[i], NULL, why);
    for (size_t i = 0; i < chosen && good; i++)
        good = add_target(t, &list->trials[i], &list->trials[i], why);
    return good;
}

static bool prepare(struct test *t, struct errmsg *why) {
    launch_prepare(); // from here on there is something to be cleared away
    return textfile_can_write(t->options.path, why) &&
           policy_read(&t->policy, t->options.policy, why) &&
           pin_init(&t->pin, "", t->options.cpu, why) && open_suite(t, why) && add_targets(t, why);
}

// ---- Testing ---------------------------------------------------------------------------------

static void tell_estimate(const struct test *t) {
    if (!t->options.quiet)
        fprintf(stderr, "%zu trials; this takes about %s\n", t->run.count,
                units_print(UNIT_TIME, selftest_left_ns(&t->run)).text);
}

static void measure(struct test *t) {
    struct selftest *result = &t->result;
    struct selftest_run *run = &t->run;
    struct errmsg ignored;
    result->seed = seed_of(t->options.seed);
    run->random = result->seed;
    run->time_ns = t->options.time_ns;
    run->rounds = run->time_ns == 0 ? FULL_ROUNDS : 0;
    console_init(&run->console, t->options.quiet);
    setenv("LD_BIND_NOW", "1", 1);             // as for a gate
    pin_set(&t->pin.cpus[0].cpu, 1, &ignored); // likewise
    uint64_t begun_ns = nstime_now();
    result->is_stopped = !selftest_look(run);
    console_clear(&run->console);
    if (!result->is_stopped) {
        tell_estimate(t);
        result->is_stopped = !selftest_measure(run);
    }
    console_clear(&run->console);
    result->seconds = (double)(nstime_now() - begun_ns) / 1e9;
}

static void finish(struct test *t) {
    struct selftest *result = &t->result;
    result->schema = SELFTEST_SCHEMA;
    result->tare = mem_text(TARE_VERSION);
    result->suite = mem_text(t->options.suite);
    result->alpha = t->options.alpha / fmax(1, (double)t->gated_count);
    result->miss = t->options.miss;
    result->epochs = t->options.epochs;
    selftest_judge(result);
}

static bool tell(struct test *t, struct errmsg *why) {
    void (*const writers[])(const struct selftest *, FILE *) = {
        [SELFTEST_TEXT] = selftest_write_text, [SELFTEST_JSON] = selftest_write_json};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return fail(why, "no memory for the report");
    writers[t->options.format](&t->result, out);
    bool good = fclose(out) == 0 || fail(why, "no memory for the report");
    good = good && textfile_write(t->options.path, text, length, why);
    free(text);
    return good;
}

// ---- The story -------------------------------------------------------------------------------

static void release(struct test *t) {
    for (size_t i = 0; i < t->run.count; i++)
        selftest_target_release(&t->run.targets[i]);
    free(t->run.targets);
    selftest_release(&t->result);
    pin_release(&t->pin);
    document_release(&t->list);
    gate_programs_release(&t->programs);
    policy_release(&t->policy);
    selftest_options_release(&t->options);
}

bool selftest_command(int argc, char **argv, int *status, struct errmsg *why) {
    struct test test = {0};
    if (!selftest_options_parse(&test.options, argc, argv, why))
        return false;
    *status = STATUS_PASS;
    bool good = true;
    if (test.options.wants_help) {
        selftest_options_help(stdout);
    } else if ((good = prepare(&test, why))) {
        measure(&test);
        finish(&test);
        good = tell(&test, why);
        *status = (int)test.result.status;
    }
    release(&test);
    return good;
}
