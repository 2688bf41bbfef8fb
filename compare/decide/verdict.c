// SPDX-License-Identifier: MIT
// Decides, from the values of each trial in each run, what may be said of it. Pure.
#include "verdict.h"

#include "mem.h"
#include "moderate.h"
#include "stats.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>

const char *const verdict_names[VERDICTS + 1] = {
    [VERDICT_FAILED] = "failed",       [VERDICT_MISSING] = "missing",
    [VERDICT_REGRESSED] = "regressed", [VERDICT_INCOMPARABLE] = "incomparable",
    [VERDICT_UNDECIDED] = "undecided", [VERDICT_NEW] = "new",
    [VERDICT_IMPROVED] = "improved",   [VERDICT_PASS] = "pass",
};

// spread_min: identical code on a shared cloud machine moved by 1 to 1.5 % a trial between runs,
// and by 3 to 5 % where two threads met on one cache line or one core. df_assumed: a spread that
// was not measured is not known; 20 widens the tails accordingly. shift_families: the sizes of one
// case share its code, so three different cases must agree.
const struct rule verdict_rule = {
    .alpha = 0.01,
    .miss = 0.05,
    .ignore = 0.03,
    .spread_min = 0.015,
    .spread_min_threads = 0.045,
    .df_assumed = 20,
    .df_prior_max = 30,
    .runs_min = 3,
    .launches_min = 3,
    .shift_share = 0.6,
    .shift_families = 3,
};

// What all trials together say about noise.
struct suite_noise {
    double spread;         // between runs, from the changes themselves
    struct variance prior; // between runs, from the trials that have runs enough
};

struct estimate {
    double change;
    double error; // its standard error
    double df;
};

// Quantiles for `df` and `alpha`, kept because most trials of a comparison share them.
struct limits {
    double df, alpha;
    double regress, pass;
};

static bool has_own_variance(const struct evidence *e, const struct rule *rule) {
    return e->runs[SIDE_BASE] >= rule->runs_min && e->runs[SIDE_NEW] >= rule->runs_min;
}

// Pooled within the sides, so that the change itself does not count as noise.
static struct variance own_variance(const struct evidence *e) {
    double squares = 0, df = 0;
    for (int side = 0; side < SIDES; side++) {
        double freedom = (double)e->runs[side] - 1;
        squares += stats_variance(e->logs[side], e->runs[side]) * freedom;
        df += freedom;
    }
    return (struct variance){squares / df, df};
}

static double change_of(const struct evidence *e) {
    double change = stats_mean(e->logs[SIDE_NEW], e->runs[SIDE_NEW]) -
                    stats_mean(e->logs[SIDE_BASE], e->runs[SIDE_BASE]);
    return isfinite(change) ? change : NAN;
}

// The finite changes, packed; their count is the answer.
static size_t known_changes(const struct evidence *evidence, size_t count, double *changes) {
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        double change = change_of(&evidence[i]);
        if (!isnan(change))
            changes[known++] = change;
    }
    return known;
}

static struct suite_noise suite_noise(const struct evidence *evidence, size_t count,
                                      const struct rule *rule) {
    double *changes = mem_zero(count, sizeof *changes);
    struct variance *own = mem_zero(count, sizeof *own);
    size_t known = known_changes(evidence, count, changes), own_count = 0;
    for (size_t i = 0; i < count; i++)
        if (has_own_variance(&evidence[i], rule) && !isnan(change_of(&evidence[i])))
            own[own_count++] = own_variance(&evidence[i]);
    struct suite_noise noise = {stats_mad(changes, known) / sqrt(2),
                                moderate_prior(own, own_count, rule->df_prior_max)};
    free(changes);
    free(own);
    return noise;
}

static struct estimate estimate(const struct evidence *e, const struct suite_noise *noise,
                                const struct rule *rule) {
    double spread, df = rule->df_assumed;
    if (has_own_variance(e, rule)) {
        struct variance variance = moderate(own_variance(e), noise->prior);
        spread = sqrt(variance.value);
        df = variance.df;
    } else {
        spread = noise->spread;
    }
    double least = e->has_threads ? rule->spread_min_threads : rule->spread_min;
    spread = fmax(spread, least); // which passes over a NaN
    double parts = 1.0 / (double)e->runs[SIDE_BASE] + 1.0 / (double)e->runs[SIDE_NEW];
    return (struct estimate){change_of(e), spread * sqrt(parts), df};
}

static void limits_update(struct limits *limits, double df, double alpha, double miss) {
    if (limits->df == df && limits->alpha == alpha)
        return;
    *limits =
        (struct limits){df, alpha, stats_t_quantile(1 - alpha, df), stats_t_quantile(1 - miss, df)};
}

static const char *change_text(double change, struct units_text *room) {
    *room = units_change(exp(change));
    return room->text;
}

static const char *percent_text(double fraction, struct units_text *room) {
    *room = units_print(UNIT_PERCENT, fraction);
    return room->text;
}

// Slower code slows every launch. A neighbour on the core or in the cache, or an unlucky place in
// memory, slows some: launches of one program were seen at 12 and at 24 ns, one in ten in one run,
// six in ten in the next. So new is slower only if its fastest launch is slower than base commonly
// was, and not slower only if the two fastest say so as well. Where several runs tell how much runs
// differ, the fastest of base will do.
static bool is_every_launch_slower(const struct evidence *e, const struct rule *rule) {
    double common = has_own_variance(e, rule) ? e->fastest[SIDE_BASE] : e->middle[SIDE_BASE];
    return e->fastest[SIDE_NEW] - common > log1p(e->ignore);
}

static bool is_fastest_alike(const struct evidence *e) {
    return e->fastest[SIDE_NEW] - e->fastest[SIDE_BASE] < log1p(e->detect);
}

// Why neither was said, although the estimate said `is_slower` or `is_bounded`.
static char *undecided_reason(const struct evidence *e, const struct judgement *j, bool is_slower,
                              bool is_bounded) {
    struct units_text a, b;
    if (is_bounded)
        return mem_printf("most launches are as fast as before, but the fastest of new takes %s "
                          "more than that of base: launches differ too much",
                          change_text(e->fastest[SIDE_NEW] - e->fastest[SIDE_BASE], &a));
    if (is_slower)
        return mem_text("most launches are slower, but the fastest of new is as fast as base "
                        "commonly was: the code need not be the cause");
    return mem_printf("may be slower by up to %s, and %s must be detected",
                      change_text(j->high, &a), percent_text(e->detect, &b));
}

// Two one-sided tests: slower than `ignore` for certain, and not slower by `detect` for certain.
static void decide(const struct evidence *e, const struct estimate *x, const struct limits *t,
                   const struct rule *rule, struct judgement *j) {
    bool is_slower = x->change - t->regress * x->error > log1p(e->ignore);
    bool is_bounded = x->change + t->pass * x->error < log1p(e->detect);
    struct units_text a, b;
    if (is_bounded && is_fastest_alike(e)) {
        j->verdict = VERDICT_PASS;
        j->reason = mem_printf(is_slower ? "slower, but by less than the %s to detect (at most %s)"
                                         : "not slower by the %s to detect (at most %s)",
                               percent_text(e->detect, &a), change_text(j->high, &b));
    } else if (is_slower && is_every_launch_slower(e, rule)) {
        j->verdict = VERDICT_REGRESSED;
        j->reason = mem_printf("slower by more than the %s to ignore", percent_text(e->ignore, &a));
    } else {
        j->verdict = VERDICT_UNDECIDED;
        j->reason = undecided_reason(e, j, is_slower, is_bounded);
    }
}

static const char *side_without_launches(const struct evidence *e, const struct rule *rule) {
    for (int side = 0; side < SIDES; side++)
        if (e->launches[side] < rule->launches_min)
            return side_names[side];
    return NULL;
}

static struct judgement judge(const struct evidence *e, const struct estimate *x,
                              const struct limits *t, const struct rule *rule) {
    struct judgement j = {
        .verdict = VERDICT_UNDECIDED,
        .change = x->change,
        .low = x->change - t->pass * x->error,
        .high = x->change + t->pass * x->error,
        .detectable = log1p(e->ignore) + (t->regress + t->pass) * x->error,
    };
    const char *side = side_without_launches(e, rule);
    if (side != NULL)
        j.reason = mem_printf("fewer than %zu launches in %s: nothing is known of the spread "
                              "between launches",
                              rule->launches_min, side);
    else if (isnan(x->change))
        j.reason = mem_text("a side measured no time at all");
    else
        decide(e, x, t, rule, &j);
    return j;
}

struct candidate {
    double p;
    size_t index;
};

static int by_p(const void *a, const void *b) {
    double p = ((const struct candidate *)a)->p, q = ((const struct candidate *)b)->p;
    return (p > q) - (p < q);
}

// Benjamini-Hochberg over the listing: improvements fail no build, so a false one is cheap.
static void find_improved(const struct evidence *evidence, const struct estimate *estimates,
                          size_t count, double level, struct judgement *judgements) {
    struct candidate *candidates = mem_zero(count, sizeof *candidates);
    for (size_t i = 0; i < count; i++) {
        double margin = estimates[i].change + log1p(evidence[i].ignore);
        bool is_pass = judgements[i].verdict == VERDICT_PASS && margin < 0;
        candidates[i] = (struct candidate){
            is_pass ? stats_t_cdf(margin / estimates[i].error, estimates[i].df) : 1, i};
    }
    if (count != 0)
        qsort(candidates, count, sizeof *candidates, by_p);
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (candidates[i].p <= level * (double)(i + 1) / (double)count)
            found = i + 1;
    for (size_t i = 0; i < found; i++) {
        struct judgement *j = &judgements[candidates[i].index];
        struct units_text a;
        j->verdict = VERDICT_IMPROVED;
        free(j->reason);
        j->reason = mem_printf("faster by more than the %s to ignore",
                               percent_text(evidence[candidates[i].index].ignore, &a));
    }
    free(candidates);
}

// The same way, and by between half and one and a half of what the trial in the middle moved.
static bool moves_with(double change, double median) {
    return fabs(change - median) <= fabs(median) / 2;
}

static int by_family(const void *a, const void *b) {
    size_t p = *(const size_t *)a, q = *(const size_t *)b;
    return (p > q) - (p < q);
}

static size_t distinct(size_t *families, size_t count) {
    if (count == 0)
        return 0;
    qsort(families, count, sizeof *families, by_family);
    size_t found = 1;
    for (size_t i = 1; i < count; i++)
        found += families[i] != families[i - 1];
    return found;
}

static struct shift find_shift(const struct evidence *evidence, const struct estimate *estimates,
                               size_t count, const struct rule *rule) {
    double *changes = mem_zero(count, sizeof *changes);
    size_t *families = mem_zero(count, sizeof *families);
    size_t known = known_changes(evidence, count, changes), moved = 0;
    double median = stats_median_in_place(changes, known);
    for (size_t i = 0; i < count; i++)
        if (moves_with(estimates[i].change, median))
            families[moved++] = evidence[i].family;
    bool is_common = fabs(median) > log1p(rule->ignore) &&
                     (double)moved >= rule->shift_share * (double)known &&
                     distinct(families, moved) >= rule->shift_families;
    free(changes);
    free(families);
    return is_common ? (struct shift){median, moved, known} : (struct shift){0, 0, known};
}

static void withdraw_regressed(const struct shift *shift, size_t count,
                               struct judgement *judgements) {
    struct units_text room;
    for (size_t i = 0; i < count; i++) {
        struct judgement *j = &judgements[i];
        if (j->verdict != VERDICT_REGRESSED)
            continue;
        j->verdict = VERDICT_UNDECIDED;
        free(j->reason);
        j->reason = mem_printf("slower, but so are %zu of %zu trials (by about %s): the machine "
                               "changed, or something common to all did",
                               shift->trials, shift->total, change_text(shift->change, &room));
    }
}

static double gated_weight(const struct evidence *evidence, size_t count) {
    double weight = 0;
    for (size_t i = 0; i < count; i++)
        weight += evidence[i].gated ? evidence[i].weight : 0;
    return weight;
}

struct shift verdict_judge(const struct evidence *evidence, size_t count, const struct rule *rule,
                           struct judgement *judgements) {
    double gated = gated_weight(evidence, count);
    struct suite_noise noise = suite_noise(evidence, count, rule);
    struct estimate *estimates = mem_zero(count, sizeof *estimates);
    struct limits limits = {0};
    for (size_t i = 0; i < count; i++) {
        estimates[i] = estimate(&evidence[i], &noise, rule);
        double share = fmin(evidence[i].weight / gated, 1); // Bonferroni; 1: what is not gated
        double alpha = rule->alpha * share;
        limits_update(&limits, estimates[i].df, alpha, rule->miss);
        judgements[i] = judge(&evidence[i], &estimates[i], &limits, rule);
    }
    find_improved(evidence, estimates, count, rule->miss, judgements);
    struct shift shift = find_shift(evidence, estimates, count, rule);
    if (shift.trials != 0 && shift.change > 0)
        withdraw_regressed(&shift, count, judgements);
    free(estimates);
    return shift;
}
