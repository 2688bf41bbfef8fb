// SPDX-License-Identifier: MIT
// Whether a slowdown stays where the code lies elsewhere.
#include "gate_confirm.h"

#include "mem.h"
#include "signed_rank.h"
#include "stats.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>

enum { EPOCHS = 30 };

// ---- Programs --------------------------------------------------------------------------------

static const struct phases *phases_of(const struct gate_phases *phases,
                                      const struct gate_program given[SIDES], int side) {
    return given[side].is_stored ? given[side].phases : &phases->found[side];
}

static bool init_phase(struct gate_phases *phases, const struct gate_program given[SIDES],
                       struct errmsg *why) {
    size_t phase = phases->count;
    struct gate_program moved[SIDES];
    for (int side = 0; side < SIDES; side++) {
        moved[side] = given[side];
        moved[side].path = moved[side].name = phases_of(phases, given, side)->paths[phase];
    }
    if (!gate_programs_init(&phases->programs[phase], moved, why))
        return false;
    phases->count++;
    return true;
}

static bool init(struct gate_phases *phases, const struct gate_program given[SIDES],
                 struct errmsg *why) {
    for (int side = 0; side < SIDES; side++)
        if (!given[side].is_stored && !phases_find(&phases->found[side], given[side].path, why))
            return false;
    for (int side = 0; side < SIDES; side++)
        if (!phases_are_there(phases_of(phases, given, side)))
            return true;
    while (phases->count < PHASES)
        if (!init_phase(phases, given, why))
            return false;
    return true;
}

bool gate_phases_init(struct gate_phases *phases, const struct gate_program given[SIDES],
                      struct errmsg *why) {
    *phases = (struct gate_phases){.count = 0};
    bool good = init(phases, given, why);
    if (!good)
        gate_phases_release(phases);
    return good;
}

void gate_phases_release(struct gate_phases *phases) {
    for (size_t i = 0; i < phases->count; i++)
        gate_programs_release(&phases->programs[i]);
    for (int side = 0; side < SIDES; side++)
        phases_release(&phases->found[side]);
    *phases = (struct gate_phases){.count = 0};
}

// ---- Trials ----------------------------------------------------------------------------------

// It ends once it is sure on which side of `ignore` it lies: it spends none of the gate's alpha, so
// sure may be less than elsewhere.
static const double doubt = 0.05;

static struct gate_trial confirming(const struct gate_trial *doubted, size_t phase,
                                    const struct gate_phases *phases) {
    struct gate_trial trial = {
        .name = mem_printf("%s phase=%d", doubted->name, phases_bytes(phase)),
        .how = doubted->how,
        .budget_ns = doubted->budget_ns,
        .rule = {.detect = doubted->rule.ignore,
                 .ignore = doubted->rule.ignore,
                 .alpha = doubt,
                 .miss = doubt,
                 .epochs_max = EPOCHS},
    };
    for (int side = 0; side < SIDES && phases != NULL; side++)
        trial.how.sides[side].how = &phases->programs[phase].hows[side];
    if (phases != NULL)
        trial.how.context = (void *)&phases->programs[phase].code;
    trial.how.is_admitted = false;
    return trial;
}

static bool is_in_doubt(const struct gate_trial *trial) {
    return trial->paired.verdict == VERDICT_REGRESSED && trial->obstacle == NULL &&
           !trial->is_sentinel;
}

void gate_confirm_plan(struct gate_confirm *confirm, struct gate_trial *trials, size_t count,
                       const struct gate_phases *phases) {
    *confirm = (struct gate_confirm){.count = 0};
    size_t doubted = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_in_doubt(&trials[i]))
            continue;
        confirm->doubted = mem_push((void *)confirm->doubted, &doubted, sizeof *confirm->doubted);
        confirm->doubted[doubted - 1] = &trials[i];
        for (size_t phase = 0; phase < PHASES; phase++) {
            confirm->trials = mem_push(confirm->trials, &confirm->count, sizeof *confirm->trials);
            confirm->trials[confirm->count - 1] = confirming(&trials[i], phase, phases);
        }
    }
}

void gate_confirm_release(struct gate_confirm *confirm) {
    for (size_t i = 0; i < confirm->count; i++) {
        free((char *)confirm->trials[i].name);
        gate_trial_release(&confirm->trials[i]);
    }
    free(confirm->trials);
    free((void *)confirm->doubted);
    *confirm = (struct gate_confirm){.count = 0};
}

// ---- The rule --------------------------------------------------------------------------------

bool gate_confirm_stays(const double changes[PHASES + 1], double ignore) {
    double least = log1p(ignore);
    return stats_mean(changes, PHASES + 1) > least && stats_median(changes, PHASES + 1) > least;
}

static double change_of(const struct gate_trial *trial) {
    return signed_rank_estimate(trial->paired.contrasts, trial->paired.count);
}

static bool is_measured(const struct gate_trial *trial) {
    return trial->paired.is_over && !trial->paired.is_spoilt && trial->obstacle == NULL;
}

static char *words_of(const double changes[PHASES + 1]) {
    double low = changes[0], high = changes[0];
    for (size_t i = 1; i < PHASES + 1; i++) {
        low = fmin(low, changes[i]);
        high = fmax(high, changes[i]);
    }
    return mem_printf("depends on where its code lies: %s to %s, as functions lie 0 to 48 bytes "
                      "further on",
                      units_change(exp(low)).text, units_change(exp(high)).text);
}

static void judge(struct gate_trial *doubted, const struct gate_trial *phases) {
    double changes[PHASES + 1] = {change_of(doubted)};
    for (size_t i = 0; i < PHASES; i++) {
        if (!is_measured(&phases[i]))
            return;
        changes[i + 1] = change_of(&phases[i]);
    }
    doubted->is_confirmed = gate_confirm_stays(changes, doubted->rule.ignore);
    if (!doubted->is_confirmed)
        doubted->obstacle = words_of(changes);
}

void gate_confirm_judge(struct gate_confirm *confirm) {
    for (size_t i = 0; i < confirm->count / PHASES; i++)
        judge(confirm->doubted[i], &confirm->trials[i * PHASES]);
}
