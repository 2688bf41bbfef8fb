// SPDX-License-Identifier: MIT
// Decides on one trial from the contrasts of old and new, looking again as they come in. Pure.
#include "paired.h"

#include "mem.h"
#include "stats.h"
#include "units.h"

#include <assert.h>
#include <math.h>

// Reds and praise are spent late, they are rare and dear; passes early, they are common and cheap.
static const double late = 1.5, early = 0.5;

void paired_init(struct paired *paired, const struct paired_rule *rule) {
    assert(rule->epochs_max <= SIGNED_RANK_MAX);
    *paired = (struct paired){
        .rule = *rule,
        .red = {rule->alpha, late, 0},
        .pass = {rule->miss, early, 0},
        .sure = {rule->miss / PAIRED_SURE, early, 0},
        .praise = {rule->praise, late, 0},
        .verdict = VERDICT_UNDECIDED,
    };
    paired->look_count = spending_looks(rule->epochs_max, paired->looks);
}

void paired_limit(struct paired *paired, size_t epochs_max) {
    assert(!paired->is_over && epochs_max >= SPENDING_COUNT_MIN && epochs_max > paired->count &&
           epochs_max <= SIGNED_RANK_MAX);
    paired->rule.epochs_max = epochs_max;
    paired->look_count = spending_looks(epochs_max, paired->looks);
    paired->next_look = 0;
    while (paired->looks[paired->next_look] <= paired->count)
        paired->next_look++;
}

static bool rejects(struct spending *spending, double p, const struct paired *paired) {
    double level = spending_take(spending, paired->count, paired->rule.epochs_max);
    return level > 0 && p <= level;
}

static void keep_look(struct paired *p, double level) {
    assert(p->taken_count < SPENDING_LOOKS);
    p->taken[p->taken_count++] = (struct paired_look){p->count, level};
}

static bool can_see_twice(const struct paired *p) {
    double spread = stats_mad(p->contrasts, p->count);
    return paired_detectable(&p->rule, spread, p->count) <= log1p(2 * p->rule.detect);
}

// Where twice `detect` can be seen now it is enough that it still seems so.
static bool does_pass(const struct paired *p, double below) {
    return p->verdict == VERDICT_PASS ||
           (p->is_bounded && (p->is_sure || (below <= p->rule.miss && can_see_twice(p))));
}

static bool is_final(const struct paired *p, bool seems_faster) {
    bool goes_on = p->verdict == VERDICT_UNDECIDED || (p->verdict == VERDICT_PASS && seems_faster);
    return !goes_on || p->next_look == p->look_count;
}

static void look(struct paired *p) {
    const struct paired_rule *rule = &p->rule;
    double above = signed_rank_above(p->contrasts, p->count, log1p(rule->ignore));
    double below = signed_rank_below(p->contrasts, p->count, log1p(rule->detect));
    double far_below = signed_rank_below(p->contrasts, p->count, log1p(2 * rule->detect));
    double faster = signed_rank_below(p->contrasts, p->count, -log1p(rule->ignore));
    double spent = p->pass.spent;
    bool is_slower = rejects(&p->red, above, p);
    p->is_bounded |= rejects(&p->pass, below, p);
    p->is_sure |= rejects(&p->sure, far_below, p);
    bool is_faster = rejects(&p->praise, faster, p);
    keep_look(p, p->pass.spent - spent);
    if (does_pass(p, below))
        p->verdict = is_faster ? VERDICT_IMPROVED : VERDICT_PASS;
    else if (is_slower)
        p->verdict = VERDICT_REGRESSED;
    p->next_look++;
    p->is_over = is_final(p, faster <= rule->miss);
}

void paired_add(struct paired *paired, double contrast) {
    assert(!paired->is_over && paired->count < paired->rule.epochs_max);
    if (!isfinite(contrast)) {
        paired->is_over = paired->is_spoilt = true;
        return;
    }
    paired->contrasts[paired->count++] = contrast;
    if (paired->count == paired->looks[paired->next_look])
        look(paired);
}

// ---- Words -----------------------------------------------------------------------------------

// 0.83: the efficiency of the test for normal noise.
double paired_detectable(const struct paired_rule *rule, double spread, size_t count) {
    static const double normal = 1e9; // degrees of freedom
    double reach =
        stats_t_quantile(1 - rule->alpha, normal) + stats_t_quantile(1 - rule->miss, normal);
    return log1p(rule->ignore) + reach * spread / sqrt(0.83 * (double)count);
}

static char *reason_of(const struct paired *p, const struct judgement *j) {
    struct units_text a = units_print(UNIT_PERCENT, p->rule.detect),
                      b = units_print(UNIT_PERCENT, p->rule.ignore),
                      high = units_change(exp(j->high));
    bool is_above = j->low > log1p(p->rule.ignore);
    if (p->is_spoilt)
        return mem_text("a sample took no time at all: there is nothing to compare");
    switch (p->verdict) {
    case VERDICT_IMPROVED:
        return mem_printf("faster by more than the %s to ignore", b.text);
    case VERDICT_REGRESSED:
        return mem_printf("slower by more than the %s to ignore", b.text);
    case VERDICT_PASS:
        return mem_printf(is_above ? "slower, but by less than the %s to detect (at most %s)"
                                   : "not slower by the %s to detect (at most %s)",
                          a.text, high.text);
    default:
        if (j->high <= log1p(p->rule.detect))
            return mem_printf("seems not slower by the %s to detect, but twice that cannot be "
                              "ruled out for certain after %zu epochs",
                              a.text, p->count);
        return mem_printf("may be slower by up to %s after %zu epochs, and %s must be detected",
                          high.text, p->count, a.text);
    }
}

// What no look excluded, so that what passed is bounded by `detect`. A look that contradicts those
// before it, because the machine changed meanwhile, takes their place.
static void bound(const struct paired *p, struct judgement *j) {
    j->low = -INFINITY;
    j->high = INFINITY;
    for (size_t i = 0; i < p->taken_count; i++) {
        const struct paired_look *look = &p->taken[i];
        double low = signed_rank_low(p->contrasts, look->count, look->level);
        double high = signed_rank_high(p->contrasts, look->count, look->level);
        bool contradicts = low > j->high || high < j->low;
        j->low = contradicts ? low : fmax(low, j->low);
        j->high = contradicts ? high : fmin(high, j->high);
    }
}

struct judgement paired_judgement(const struct paired *paired) {
    struct judgement j = {
        .verdict = paired->is_spoilt ? VERDICT_UNDECIDED : paired->verdict,
        .change = signed_rank_estimate(paired->contrasts, paired->count),
        .detectable = paired_detectable(&paired->rule, stats_mad(paired->contrasts, paired->count),
                                        paired->count),
    };
    bound(paired, &j);
    j.reason = reason_of(paired, &j);
    return j;
}
