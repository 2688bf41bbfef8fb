// SPDX-License-Identifier: MIT
// What a gate is to measure: the trials that both sides have, each with its rule, and the
// sentinels.
#include "gate_plan.h"

#include "comparable.h"
#include "mem.h"
#include "yardstick_names.h"

#include <math.h>
#include <stdlib.h>

// Outside of what trials share: what the sentinel that must not be red may spend.
static const double alpha_null = 0.0005;
// They tell of the machine, however few epochs the trials have: fewer would miss what is slower on
// one that is a little noisy, and 6 could not be red whatever they were.
static const uint64_t sentinel_epochs_min = 40;
// Functions that lie anywhere: identical source moved by up to a quarter; and how much is then the
// least that is looked for.
enum { ALIGNED = 64 };
static const double detect_unaligned = 0.03;

static const struct trial sentinel_steps = {.name = SENTINEL_STEPS, .threads = 1};
static const char slow_name[] = "tare/more-steps"; // the same with more calls

static const struct trial *trial_of(const struct match *match, int side) {
    return match->readings[side][0].trial;
}

static bool is_aligned(const struct match *match) {
    for (int side = 0; side < SIDES; side++) {
        const struct reading *r = &match->readings[side][0];
        if (comparable_unit(&r->run->doc, r->trial)->function_align < ALIGNED)
            return false;
    }
    return true;
}

static void choose_cpus(struct gate_trial *trial, const struct pin *pin) {
    size_t threads = (size_t)trial->how.sides[SIDE_NEW].trial->threads;
    trial->cpus = mem_zero(threads, sizeof *trial->cpus);
    trial->how.cpus = (struct launch_cpus){trial->cpus, threads};
    struct errmsg why;
    trial->is_over = !pin_choose(pin, threads, trial->cpus, &why);
    if (trial->is_over)
        recording_end(&trial->taken, EPOCH_SKIPPED, SIDE_NEW, why.text);
}

static struct gate_trial *add_trial(struct gate_plan *plan, const struct trial *base,
                                    const struct trial *new, const struct gate_options *options,
                                    const struct gate_place *place) {
    plan->trials = mem_push(plan->trials, &plan->total, sizeof *plan->trials);
    struct gate_trial *trial = &plan->trials[plan->total - 1];
    *trial = (struct gate_trial){
        .name = new->name,
        .how = {.sides = {{.trial = base}, {.trial = new}},
                .limit_ns = new->limit_ns != 0 ? new->limit_ns : options->limit_ns,
                .batch_ns = 20000,
                .sample_ns = options->sample_ns},
        .rule = {.miss = options->terms.miss, .epochs_max = options->epochs},
    };
    for (int side = 0; side < SIDES && place->programs != NULL; side++)
        trial->how.sides[side].how = &place->programs->hows[side];
    if (place->pin != NULL)
        choose_cpus(trial, place->pin);
    return trial;
}

// ---- Trials ----------------------------------------------------------------------------------

// Where code happens to lie decides more than is usually looked for.
static void loosen(struct effective_value *values) {
    values[POLICY_DETECT].value = detect_unaligned;
    if (values[POLICY_IGNORE].source == SOURCE_DEFAULT)
        values[POLICY_IGNORE].value = 0.3 * detect_unaligned;
}

static uint64_t budget_of(const struct effective_value *said, const struct trial *trial,
                          uint64_t usual) {
    if (!isnan(said->value))
        return (uint64_t)said->value;
    return trial->budget_ns != 0 ? trial->budget_ns : usual;
}

static void add_match(struct gate_plan *plan, const struct match *match,
                      struct effective_value *values, const struct gate_options *options,
                      const struct gate_place *place) {
    const struct trial *new = trial_of(match, SIDE_NEW);
    struct gate_trial *trial = add_trial(plan, trial_of(match, SIDE_BASE), new, options, place);
    if (!is_aligned(match) && values[POLICY_DETECT].value < detect_unaligned) {
        loosen(values);
        plan->unaligned++;
    }
    trial->rule.detect = values[POLICY_DETECT].value;
    trial->rule.ignore = values[POLICY_IGNORE].value;
    trial->budget_ns = budget_of(&values[POLICY_BUDGET], new, options->budget_ns);
    if (place->programs == NULL)
        return;
    trial->how.admit = gate_code_admit;
    trial->how.context = &place->programs->code;
}

// alpha is shared out by weight among what is gated; what is not gated spends none of it.
static void share_alpha(struct gate_plan *plan, const struct effective *effective,
                        const struct terms *terms) {
    double sum = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct effective_value *values = effective[plan->match_of[i]].values;
        sum += values[POLICY_REQUIRED].value * values[POLICY_WEIGHT].value;
    }
    for (size_t i = 0; i < plan->count; i++) {
        double weight = effective[plan->match_of[i]].values[POLICY_WEIGHT].value;
        plan->trials[i].rule.alpha = (terms->alpha - alpha_null) * fmin(1, weight / sum);
        plan->trials[i].rule.praise = terms->miss / (double)plan->count;
    }
}

// ---- Sentinels -------------------------------------------------------------------------------

// What is looked for most closely.
static const struct gate_trial *strictest(const struct gate_plan *plan,
                                          const struct effective *effective) {
    const struct gate_trial *found = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        const struct gate_trial *trial = &plan->trials[i];
        bool is_gated = effective[plan->match_of[i]].values[POLICY_REQUIRED].value != 0;
        if (is_gated && (found == NULL || trial->rule.detect < found->rule.detect))
            found = trial;
    }
    return found != NULL ? found : &plan->trials[0];
}

// Of one program, so that nothing but the calls that are asked for can differ.
static struct gate_trial *add_sentinel(struct gate_plan *plan, const char *name, int side,
                                       const struct paired_rule *rule,
                                       const struct gate_options *options,
                                       const struct gate_place *place) {
    struct gate_trial *trial = add_trial(plan, &sentinel_steps, &sentinel_steps, options, place);
    trial->name = name;
    trial->how.sides[!side].how = trial->how.sides[side].how;
    trial->is_sentinel = true;
    trial->rule.detect = rule->detect;
    trial->rule.ignore = rule->ignore;
    if (trial->rule.epochs_max < sentinel_epochs_min)
        trial->rule.epochs_max = sentinel_epochs_min;
    return trial;
}

static void add_sentinels(struct gate_plan *plan, const struct paired_rule rule,
                          const struct gate_options *options, const struct gate_place *place) {
    struct gate_trial *null = add_sentinel(plan, SENTINEL_STEPS, SIDE_BASE, &rule, options, place);
    null->rule.alpha = alpha_null;
    struct gate_trial *slow = add_sentinel(plan, slow_name, SIDE_NEW, &rule, options, place);
    slow->rule.alpha = options->terms.alpha;
    slow->how.extra = 2 * rule.detect;
    slow->how.calls_unit = epoch_calls_unit(slow->how.extra);
}

void gate_plan_make(struct gate_plan *plan, const struct matches *matches,
                    const struct obstacles *obstacles, struct effective *effective,
                    const struct gate_options *options, const struct gate_place *place) {
    *plan = (struct gate_plan){.match_of = mem_zero(matches->count, sizeof *plan->match_of)};
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *match = &matches->items[i];
        if (!match_is_on_both(match) || obstacles_of(obstacles, i) != NULL)
            continue;
        plan->match_of[plan->count++] = i;
        add_match(plan, match, effective[i].values, options, place);
    }
    share_alpha(plan, effective, &options->terms);
    if (plan->count != 0)
        add_sentinels(plan, strictest(plan, effective)->rule, options, place);
}

void gate_plan_release(struct gate_plan *plan) {
    for (size_t i = 0; i < plan->total; i++)
        gate_trial_release(&plan->trials[i]);
    free(plan->trials);
    free(plan->match_of);
    *plan = (struct gate_plan){0};
}
